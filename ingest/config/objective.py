"""Objectives: aims with their key results, aligned with one another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.config.draft import draft_of, items_of, section_of, under
from ingest.config.keyresult import Names, Parent, period_of, read_key_result
from ingest.config.keys import ObjectiveKeys
from ingest.config.node import Node, Section, present
from ingest.config.register import Register, check_renamed
from ingest.config.scope import Scope
from ingest.config.source import Sources
from ingest.okr.check import objective_faults
from ingest.okr.objective import KeyResult, Objective


@dataclass(slots=True)
class Aims:
    """The objectives of all files, and every name that tactics may use, also of what is wrong."""

    ids: Register
    names: Names
    objectives: list[Objective] = field(default_factory=list)
    aligned: dict[str, tuple[str, Node, str]] = field(default_factory=dict)
    """The id of an objective to (the one it aligns to, where that is written, path)."""


def read_objectives(lists: Iterable[Node], sources: Sources, scope: Scope) -> Aims:
    """The objectives of all files; each list stands under `objectives` in one of them."""
    aims = Aims(Register(scope.report), Names(Register(scope.report)))
    for node in lists:
        for number, item in enumerate(items_of(node, "objectives", scope.report)):
            path = f"objectives[{number}]"
            section = section_of(item, path, scope.report)
            if section is None:
                aims.ids.unsure = aims.names.register.unsure = True
            else:
                _read(section, path, aims, sources, scope)
    for target, node, path in aims.aligned.values():
        aims.ids.check(target, node, path, "objective", scope)
    _refuse_cycles(aims.aligned, scope)
    check_renamed(aims.names.renamed, aims.names.register.places, scope.report)
    return aims


def _read(section: Section, path: str, aims: Aims, sources: Sources, scope: Scope) -> None:
    draft = draft_of(ObjectiveKeys, section, section.place, path, scope.report)
    id_ = aims.ids.take(draft, section, path)
    if id_ is None:
        aims.names.register.unsure = True
    elif draft.aligns_to is not None:
        aims.aligned[id_] = (draft.aligns_to, section.values["aligns_to"], under(path, "aligns_to"))
    parent = Parent(id_, path, period_of(draft, section, path, scope))
    key_results, whole = _key_results(section, parent, aims.names, sources, scope)
    if parent.period is None:
        return
    objective = Objective(
        id=id_ or "",
        title=draft.title if "title" in draft.model_fields_set else "",
        period=parent.period,
        key_results=key_results,
        owner=draft.owner,
        scope=draft.scope,
        aligns_to=draft.aligns_to,
    )
    aims.objectives.append(objective)
    for key, message in objective_faults(objective) if whole else ():
        scope.report.add(section.keys[key].place, under(path, key), message)


def _key_results(
    section: Section, parent: Parent, names: Names, sources: Sources, scope: Scope
) -> tuple[tuple[KeyResult, ...], bool]:
    """The key results that can be told, and whether they are all."""
    where = under(parent.path, "key_results")
    listed = items_of(section.values.get("key_results"), where, scope.report)
    if not listed and not present(section.values.get("key_results")):
        scope.report.warn(section.place, parent.path, "has no key results, so nothing shows whether it is reached")
    found: list[KeyResult] = []
    for number, item in enumerate(listed):
        path = f"{where}[{number}]"
        inner = section_of(item, path, scope.report)
        if inner is None:
            names.register.unsure = True
            continue
        key_result = read_key_result(inner, path, parent, names, sources, scope)
        if key_result is not None:
            found.append(key_result)
    return tuple(found), len(found) == len(listed)


def _refuse_cycles(aligned: Mapping[str, tuple[str, Node, str]], scope: Scope) -> None:
    """Report each circle of alignments once, at its first objective."""
    done: set[str] = set()
    for start in aligned:
        way: list[str] = []
        here = start
        while here in aligned and here not in way and here not in done:
            way.append(here)
            here = aligned[here][0]
        done.update(way)
        if here in way:
            circle = [*way[way.index(here) :], here]
            _, node, path = aligned[here]
            scope.report.refuse(node, path, f"aligns in a circle: {' → '.join(circle)}")
