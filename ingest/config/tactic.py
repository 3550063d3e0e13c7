"""Tactics: what is tried, when, and which key results it is to move."""

from collections.abc import Iterable

from ingest.config.draft import draft_of, items_of, section_of, under
from ingest.config.guess import meant
from ingest.config.keys import TacticKeys
from ingest.config.node import Items, Node
from ingest.config.objective import Aims
from ingest.config.register import Register
from ingest.config.scope import Scope
from ingest.okr.objective import Tactic


def read_tactics(lists: Iterable[Node], aims: Aims, scope: Scope) -> tuple[Tactic, ...]:
    """The tactics of all files; each list stands under `tactics` in one of them."""
    ids = Register(scope.report)
    found: list[Tactic] = []
    for node in lists:
        for number, item in enumerate(items_of(node, "tactics", scope.report)):
            tactic = _tactic(item, f"tactics[{number}]", ids, aims, scope)
            if tactic is not None:
                found.append(tactic)
    return tuple(found)


def _tactic(node: Node, path: str, ids: Register, aims: Aims, scope: Scope) -> Tactic | None:
    section = section_of(node, path, scope.report)
    if section is None:
        return None
    draft = draft_of(TacticKeys, section, section.place, path, scope.report)
    id_ = ids.take(draft, section, path)
    affects: list[str] = []
    written = section.values.get("affects")
    if isinstance(written, Items) and "affects" in draft.model_fields_set:
        for number, (name, one) in enumerate(zip(draft.affects, written.items, strict=True)):
            affects += _affected(name, one, f"{under(path, 'affects')}[{number}]", aims, scope)
    if not {"title", "started"} <= draft.model_fields_set:
        return None
    if draft.ended is not None and draft.ended < draft.started:
        scope.report.refuse(section.values["ended"], under(path, "ended"), "is before it started")
    return Tactic(id_ or "", draft.title, draft.started, draft.ended, tuple(dict.fromkeys(affects)))


def _affected(name: str, node: Node, path: str, aims: Aims, scope: Scope) -> list[str]:
    """The key results of a name: that one, or all of the objective."""
    names = aims.names.register
    if name in names.places:
        return [name]
    if name in aims.ids.places:
        return [one.name for objective in aims.objectives if objective.id == name for one in objective.key_results]
    if scope.whole and not names.unsure and not aims.ids.unsure:
        guess = meant(name, [*names.places, *aims.ids.places])
        scope.report.refuse(node, path, f"there is no key result '{name}'" + guess)
    return []
