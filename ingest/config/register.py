"""Ids that are taken: each once over all files, and what was renamed from what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.config.form import slug
from ingest.config.guess import meant
from ingest.config.keys import KeyResultKeys, ObjectiveKeys, TacticKeys
from ingest.config.node import Node, Place, Scalar, Section
from ingest.config.report import Report
from ingest.config.scope import Scope


@dataclass(slots=True)
class Register:
    """The names of one sort of thing."""

    report: Report
    places: dict[str, Place] = field(default_factory=dict)
    unsure: bool = False
    """Something is there whose id cannot be told: a name that is not found may mean it."""

    def take(
        self, draft: ObjectiveKeys | KeyResultKeys | TacticKeys, section: Section, path: str, within: str = ""
    ) -> str | None:
        """The id that is written, or that the title makes, with what it is `within` before it. None: there is none."""
        written = section.values.get("id")
        node = written if written is not None and "id" in section else section.values.get("title")
        if written is not None and "id" in section:
            id_ = draft.id or (written.text if isinstance(written, Scalar) else "")
        else:
            id_ = slug(draft.title) if "title" in draft.model_fields_set else ""
            if node is not None and not id_ and "title" in draft.model_fields_set:
                self.report.refuse(node, path, "the title makes no id; write one: `id: small_letters`")
        if node is None or not id_:
            self.unsure = True
            return None
        name = f"{within}.{id_}" if within else id_
        if name in self.places:
            told = f"the id '{id_}' is taken: {self.places[name]}"
            cure = "" if node is written else "; give one of them an `id` of its own"
            self.report.refuse(node, f"{path}.id", told + cure)
        self.places.setdefault(name, node.place)
        return name

    def check(self, name: str, node: Node, path: str, what: str, scope: Scope) -> bool:
        """Whether a name is taken; it is reported where it is not and cannot be meant for what is unsure."""
        if name in self.places:
            return True
        if scope.whole and not self.unsure:
            scope.report.refuse(node, path, f"there is no {what} '{name}'" + meant(name, self.places))
        return False


def check_renamed(renamed: Iterable[tuple[str, str, Node, str]], taken: Mapping[str, object], report: Report) -> None:
    """Of each (name, former name, node, path): the former name must be gone, and be that of one thing only."""
    heirs: dict[str, str] = {}
    for name, old, node, path in renamed:
        if old in taken:
            report.refuse(node, path, f"'{old}' is still there; a former name is one that is gone")
        elif old in heirs:
            report.refuse(node, path, f"'{heirs[old]}' was '{old}' already; only one can keep its history")
        heirs.setdefault(old, name)
