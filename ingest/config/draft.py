"""Reading a section key by key, so that a mistake in one hides none in another."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ingest.config.guess import meant
from ingest.config.keys import Keys
from ingest.config.node import Items, Node, Place, Scalar, Section, present, texts
from ingest.config.report import Report
from ingest.config.words import field_at, keys_at, words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

K = TypeVar("K", bound=Keys)


def draft_of(model: type[K], section: Section, owner: Place, path: str, report: Report) -> K:
    """A section as `model`, each key read by itself.

    A key that is wrong or left out is reported and has its default, or is not there: `model_fields_set` has those
    that were read. `owner` is the place that a missing key is reported at.
    """
    draft = cast(K, model.model_construct())  # nothing but defaults; what is assigned to it is validated
    missing = [key for key, field in model.model_fields.items() if field.is_required() and key not in section]
    for key, node in section.values.items():
        where = under(path, key)
        if key not in model.model_fields:
            message = _unknown(key, section, model.model_fields)
            missing = [one for one in missing if not message.endswith(f"did you mean '{one}'?")]
            report.add(section.keys[key].place, where, message)
        elif key not in model.inner and present(node) and not is_lost(node):
            try:
                setattr(draft, key, plain(node))
            except ValidationError as error:
                for one in error.errors(include_url=False, include_input=False):
                    refuse(one, node, one["loc"][1:], where, report, model)
    for key in missing:
        report.add(section.keys[key].place if key in section.keys else owner, under(path, key), "is missing")
    return draft


def section_of(node: Node | None, path: str, report: Report) -> Section | None:
    """A node that must be a section; None where nothing is written, or something else is, which is reported."""
    if node is None or not present(node):
        return None
    if isinstance(node, Section):
        return node
    if not is_lost(node):
        report.add(node.place, path, "must be a section: a line `key: value` for each")
    return None


def items_of(node: Node | None, path: str, report: Report) -> tuple[Node, ...]:
    """A node that must be a list; empty where nothing is written, or something else is, which is reported."""
    if node is None or not present(node):
        return ()
    if isinstance(node, Items):
        return node.items
    if not is_lost(node):
        report.add(node.place, path, "must be a list: a line that begins with `- ` for each")
    return ()


def refuse(
    error: "ErrorDetails",
    node: Node,
    loc: Iterable[int | str],
    path: str,
    report: Report,
    model: type[BaseModel],
    key: Scalar | None = None,
    others: Iterable[str] = (),
) -> None:
    """Report what pydantic found at `loc` inside a node, at its place in the file; nothing about what is lost.

    `key` is what holds the node: what is missing in a section, or wrong with a key, is reported there. `others` are
    keys that the section may have beside those of the model.
    """
    steps = list(loc)
    for number, step in enumerate(steps):
        if isinstance(node, Section) and str(step) in node.values:
            path, key, node = under(path, str(step)), node.keys[str(step)], node.values[str(step)]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            path, key, node = f"{path}[{step}]", None, node.items[step]
        elif error["type"] == "missing" and number == len(steps) - 1:
            path = under(path, str(step))
    if is_lost(node):
        return
    about_key = error["type"] in ("extra_forbidden", "missing") or steps[-1:] == ["[key]"]
    known = [*keys_at(model, steps[:-1]), *(others if len(steps) == 1 else ())]
    message = words(error, node.text if isinstance(node, Scalar) else None, known, field_at(model, steps))
    report.refuse(key if about_key and key is not None else node, path, message)


def refuse_empty(
    section: Section, model: type[BaseModel], path: str, report: Report, loc: tuple[int | str, ...] = ()
) -> None:
    """Report the keys that hold nothing and are not known either: `plain` leaves them out."""
    known = keys_at(model, loc)
    for key, node in section.values.items():
        where, here = under(path, key), (*loc, key)
        if known and key not in known and not present(node):
            report.add(section.keys[key].place, where, _unknown(key, section, known))
        inner = node.items if isinstance(node, Items) else (node,)
        for number, one in enumerate(inner):
            if isinstance(one, Section):
                listed = isinstance(node, Items)
                refuse_empty(
                    one, model, f"{where}[{number}]" if listed else where, report, (*here, number) if listed else here
                )


def plain(node: Node) -> Any:
    """The texts, lists and dicts of a node. Keys that hold nothing are left out."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(one) for one in node.items]
    return {key: plain(one) for key, one in node.values.items() if present(one)}


def is_lost(node: Node) -> bool:
    """Whether a text could not be filled in, which has been reported."""
    return isinstance(node, Scalar) and node.lost


def loses(node: Node) -> bool:
    """Whether any text in a node could not be filled in."""
    return any(is_lost(text) for text in texts(node))


def under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _unknown(key: str, section: Section, known: Iterable[str]) -> str:
    if section.flow and not present(section.values[key]):
        return "unknown key; inside {…} a text with a comma must be in quotes"
    return "unknown key" + meant(key, [name for name in known if name not in section.values])
