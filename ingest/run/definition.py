"""Key results' definitions as they are kept: a JSON text for each version, and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ingest.okr.expression import Expression, Negation, Operation, SignalName, parse_expression, signals_of
from ingest.okr.objective import KeyResult
from ingest.okr.period import parse_period
from ingest.okr.signal import Kind
from ingest.okr.target import parse_target
from ingest.run.frame import Frame
from ingest.store.reader import Reader


def written(key_result: KeyResult) -> str:
    """What of a key result makes a new version when it changes: all that its numbers depend on."""
    baseline = key_result.baseline
    definition: dict[str, Any] = {
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
    return json.dumps(definition, ensure_ascii=False, sort_keys=True)


def defined(today: KeyResult, body: str, frame: Frame, registered: Callable[[], Mapping[str, Kind]]) -> KeyResult:
    """A key result by a kept version of its definition. What no number depends on, its title, is today's.

    Signals that were renamed since have the name that they have now. `registered`: the kinds of all that the store
    knows, for those that are configured no more.
    """
    if body == written(today):
        return today
    parts = dict(_parsed(body))
    value = _renamed(parts["value"], frame.renamed)
    kinds = {name: frame.signals[name].kind for name in signals_of(value) if name in frame.signals}
    gone = [name for name in signals_of(value) if name not in kinds]
    if gone:
        known = registered()
        kinds |= {name: known.get(name, Kind.LEVEL) for name in gone}
    return replace(today, **{**parts, "value": value, "kinds": kinds})


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
