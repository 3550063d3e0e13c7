"""Key results' definitions as they are kept: a JSON text for each version, and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ingest.okr.expression import Expression, Negation, Operation, SignalName, parse_expression, signals_of
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.period import parse_period
from ingest.okr.signal import Kind
from ingest.okr.target import parse_target
from ingest.run.frame import Frame
from ingest.store.reader import Reader

_ABOUT = "about"
REMOVED = '"removed": true'
"""What a version holds that says that a key result is configured no more; inside of a JSON text \" would stand."""


def written(key_result: KeyResult, objective: Objective | None) -> str:
    """A version: all that a key result's numbers depend on and, beside it, what is shown of it once it is removed."""
    return json.dumps(
        _numbers(key_result) | {_ABOUT: _about(key_result, objective)}, ensure_ascii=False, sort_keys=True
    )


def is_same(one: str, other: str) -> bool:
    """Whether no number tells two versions apart: what is not the same is a new version."""
    return one == other or _without_about(one) == _without_about(other)


def removed(body: str) -> str:
    """The version that says that a key result is configured no more."""
    return json.dumps(json.loads(body) | {"removed": True}, ensure_ascii=False, sort_keys=True)


def is_removed(body: str) -> bool:
    return REMOVED in body


def _without_about(body: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(body).items() if key != _ABOUT}


def _about(key_result: KeyResult, objective: Objective | None) -> dict[str, Any]:
    """What no number depends on; what is left out has its default."""
    told: dict[str, Any] = {
        "title": key_result.title,
        "customer": key_result.customer,
        "unit": key_result.unit,
        "lead": key_result.lead or None,
    }
    if objective is not None:
        told["objective"] = {
            "title": objective.title,
            "owner": objective.owner,
            "scope": objective.scope,
            "aligns_to": objective.aligns_to,
            "period": objective.period.text,
        }
    return {key: value for key, value in told.items() if value is not None}


def _numbers(key_result: KeyResult) -> dict[str, Any]:
    baseline = key_result.baseline
    return {
        "value": key_result.value_text,
        "target": key_result.target_text,
        "period": key_result.period.text,
        "zone": key_result.period.zone.key,
        "baseline": baseline.isoformat() if isinstance(baseline, date) else baseline,
        "baseline_text": key_result.baseline_text,
        "take": key_result.take,
        "milestones": [[day.isoformat(), share] for day, share in key_result.milestones],
        "weight": key_result.weight,
    }


def defined(today: KeyResult, body: str, frame: Frame, registered: Callable[[], Mapping[str, Kind]]) -> KeyResult:
    """A key result by a kept version of its definition. What no number depends on, its title, is today's.

    Signals that were renamed since have the name that they have now. `registered`: the kinds of all that the store
    knows, for those that are configured no more.
    """
    value, parts = _read(body, frame)
    if all(getattr(today, name) == part for name, part in parts.items()):
        return today
    return replace(today, **parts, kinds=_kinds(value, frame, registered))


def recalled(name: str, body: str, frame: Frame, registered: Callable[[], Mapping[str, Kind]]) -> KeyResult:
    """A key result that is configured no more, by a version of its definition."""
    about = json.loads(body).get(_ABOUT, {})
    value, parts = _read(body, frame)
    return KeyResult(
        name=name,
        title=about.get("title") or name.rpartition(".")[2],
        kinds=_kinds(value, frame, registered),
        customer=about.get("customer"),
        unit=about.get("unit"),
        lead=about.get("lead", False),
        **parts,
    )


def recalled_objective(key_result: KeyResult, body: str) -> Objective:
    """The objective of such a key result, without any, as it was when it last held that one."""
    about = json.loads(body).get(_ABOUT, {}).get("objective", {})
    id_, period = key_result.name.rpartition(".")[0], key_result.period
    return Objective(
        id=id_,
        title=about.get("title") or id_,
        period=parse_period(about["period"], period.zone) if "period" in about else period,
        key_results=(),
        owner=about.get("owner"),
        scope=about.get("scope", "personal"),
        aligns_to=about.get("aligns_to"),
    )


def _read(body: str, frame: Frame) -> tuple[Expression, dict[str, Any]]:
    """The value, and all that a version says: signals by the name that they have now."""
    parts = dict(_parsed(body))
    parts["value"] = _renamed(parts["value"], frame.renamed)
    return parts["value"], parts


def _kinds(value: Expression, frame: Frame, registered: Callable[[], Mapping[str, Kind]]) -> dict[str, Kind]:
    kinds = {name: frame.signals[name].kind for name in signals_of(value) if name in frame.signals}
    gone = [name for name in signals_of(value) if name not in kinds]
    if gone:
        known = registered()
        kinds |= {name: known.get(name, Kind.LEVEL) for name in gone}
    return kinds


def registered_kinds(reader: Reader) -> Mapping[str, Kind]:
    """The kind of every signal that was ever configured."""
    return {name: signal.kind for name, signal in reader.signals().items()}


@lru_cache(maxsize=20_000)
def _parsed(body: str) -> Mapping[str, Any]:
    kept = json.loads(body)
    baseline = kept["baseline"]
    return {
        "value": parse_expression(kept["value"]),
        "value_text": kept["value"],
        "target": parse_target(kept["target"]),
        "target_text": kept["target"],
        "period": parse_period(kept["period"], ZoneInfo(kept["zone"])),
        "baseline": date.fromisoformat(baseline) if isinstance(baseline, str) else baseline,
        "baseline_text": kept["baseline_text"],
        "take": kept["take"],
        "milestones": tuple((date.fromisoformat(day), share) for day, share in kept["milestones"]),
        "weight": kept["weight"],
    }


def _renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    match expression:
        case SignalName(name):
            return SignalName(names.get(name, name))
        case Negation(part):
            return Negation(_renamed(part, names))
        case Operation(operator, left, right):
            return Operation(operator, _renamed(left, names), _renamed(right, names))
    return expression
