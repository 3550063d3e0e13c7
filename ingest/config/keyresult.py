"""Key results: a value, a target, a period, and what they may not be together."""

from dataclasses import dataclass, field

from ingest.config.draft import draft_of, under
from ingest.config.form import parse_id
from ingest.config.keys import KeyResultKeys, ObjectiveKeys
from ingest.config.node import Node, Scalar, Section
from ingest.config.register import Register
from ingest.config.scope import Scope
from ingest.config.source import Sources
from ingest.config.value import value_of
from ingest.okr.check import faults, warnings
from ingest.okr.objective import KeyResult
from ingest.okr.period import Period, parse_period
from ingest.okr.target import Target, parse_target


@dataclass(frozen=True, slots=True)
class Parent:
    """The objective that a key result is read for."""

    id: str | None
    path: str
    period: Period | None


@dataclass(slots=True)
class Names:
    """The key results of all objectives."""

    register: Register
    renamed: list[tuple[str, str, Node, str]] = field(default_factory=list)
    """(name, former name, where it is written, path)"""


def read_key_result(
    section: Section, path: str, parent: Parent, names: Names, sources: Sources, scope: Scope
) -> KeyResult | None:
    """The key result of a section; None where it cannot be told what it wants, which is reported."""
    draft = draft_of(KeyResultKeys, section, section.place, path, scope.report)
    name = names.register.take(draft, section, path, parent.id or parent.path)
    formerly = _formerly(draft, name, section, path, names, parent)
    period = period_of(draft, section, path, scope) if "period" in section else parent.period
    target = _target(draft, section, path, scope)
    expression, kinds = None, None
    if "value" in draft.model_fields_set:
        expression, kinds = value_of(section.values["value"], under(path, "value"), sources, scope)
    if expression is None or kinds is None or target is None or period is None:
        return None
    baseline = section.values.get("baseline")
    key_result = KeyResult(
        name=name or "",
        title=draft.title if "title" in draft.model_fields_set else "",
        value=expression,
        value_text=" ".join(draft.value.split()),
        target=target,
        target_text=draft.target,
        period=period,
        kinds=kinds,
        baseline=draft.baseline,
        baseline_text=baseline.text.strip() if isinstance(baseline, Scalar) and not baseline.absent else None,
        take=draft.take,
        milestones=tuple(sorted(draft.milestones.items())),
        weight=draft.weight,
        customer=draft.customer,
        unit=draft.unit,
        lead=draft.lead,
        formerly=formerly,
    )
    if not any(_is_broken(signal, sources) for signal in kinds):
        _check(key_result, section, path, scope)
    return key_result


def _check(key_result: KeyResult, section: Section, path: str, scope: Scope) -> None:
    """Report what does not go together, where it is written."""
    for field_, message in faults(key_result):
        scope.report.refuse(_written(field_, message, section), under(path, field_), message)
    for field_, message in warnings(key_result):
        scope.report.doubt(_written(field_, message, section), under(path, field_), message)


def _written(key: str, message: str, section: Section) -> Node:
    """The value of a key; of a section the line that the message begins with: `2026-06-30 lies outside …`."""
    node = section.values.get(key, section)
    if isinstance(node, Section):
        return next((one for name, one in node.keys.items() if message.startswith(name)), node)
    return node


def _is_broken(signal: str, sources: Sources) -> bool:
    source = sources[signal.partition(".")[0]]
    return source is None or source.problem is not None


def period_of(draft: KeyResultKeys | ObjectiveKeys, section: Section, path: str, scope: Scope) -> Period | None:
    """The written period; None where there is none, or none that can be read, which is reported."""
    if "period" not in draft.model_fields_set or draft.period is None:
        return None
    try:
        return parse_period(draft.period, scope.zone)
    except ValueError as error:
        scope.report.refuse(section.values["period"], under(path, "period"), str(error))
        return None


def _target(draft: KeyResultKeys, section: Section, path: str, scope: Scope) -> Target | None:
    if "target" not in draft.model_fields_set:
        return None
    try:
        return parse_target(draft.target)
    except ValueError as error:
        scope.report.refuse(section.values["target"], under(path, "target"), str(error))
        return None


def _formerly(
    draft: KeyResultKeys, name: str | None, section: Section, path: str, names: Names, parent: Parent
) -> str | None:
    """The whole name that a key result had: `old` was in the same objective, `objective.old` in another."""
    if draft.formerly is None:
        return None
    where, node = under(path, "formerly"), section.values["formerly"]
    try:
        old = ".".join(parse_id(part) for part in draft.formerly.split(".", 1))
    except ValueError:
        names.register.report.refuse(node, where, "must be the id that it had, or objective.key_result")
        return None
    if "." not in old:
        old = f"{parent.id}.{old}"
    if name is not None:
        names.renamed.append((name, old, node, where))
    return old
