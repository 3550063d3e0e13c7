"""What a WebDAV server tells of several places at once, in XML. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ingest.connector import Broken

DAV = "{DAV:}"
DEEPEST = 32
"""How deep its elements may be nested; real ones need eight."""
PLACES = 50_000
"""The most places in one answer."""
STATUS = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A calendar, an event, a folder, and what the server tells of it."""

    href: str
    status: int
    """What it says of the place as a whole."""
    properties: Mapping[str, Element]
    """Those that it tells, by their names with their namespaces."""
    refused: Mapping[str, int]
    """Those that it does not tell, each with the status that says why."""

    def text(self, name: str) -> str:
        """The text of a property; empty where it is not told."""
        return (self.properties[name].text or "").strip() if name in self.properties else ""

    def link(self, name: str) -> str | None:
        """Where a property leads to."""
        found = self.properties[name].findtext(f"{DAV}href") if name in self.properties else None
        return (found or "").strip() or None

    def kinds(self, name: str) -> frozenset[str]:
        """The names of the elements inside a property."""
        return frozenset(each.tag for each in self.properties.get(name, ()))


def places(body: bytes) -> tuple[Place, ...]:
    """All places of a multistatus answer, in its order; `Broken` where it is none."""
    root = _tree(body)
    if root.tag != f"{DAV}multistatus":
        raise Broken("the answer is XML, but none of WebDAV (no multistatus)")
    return tuple(_places(root))


def _places(root: Element) -> Iterator[Place]:
    for number, response in enumerate(root.iterfind(f"{DAV}response"), start=1):
        if number > PLACES:
            raise Broken(f"the answer lists more than {PLACES:,} places")
        where = f"response {number}"
        href = (response.findtext(f"{DAV}href") or "").strip()
        if not href:
            raise Broken("it does not say what it is about (no href)", where)
        yield Place(href, _status(response, where, 200), *_properties(response, where))


def _properties(response: Element, where: str) -> tuple[dict[str, Element], dict[str, int]]:
    told: dict[str, Element] = {}
    refused: dict[str, int] = {}
    for part in response.iterfind(f"{DAV}propstat"):
        status = _status(part, where)
        for found in part.iterfind(f"{DAV}prop/*"):
            if 200 <= status <= 299:
                told[found.tag] = found
            else:
                refused[found.tag] = status
    return told, refused


def _status(element: Element, where: str, default: int = 0) -> int:
    written = element.findtext(f"{DAV}status")
    if written is None and default:
        return default
    found = STATUS.match((written or "").strip())
    if found is None:
        raise Broken("its status cannot be read", where)
    return int(found[1])


def _tree(body: bytes) -> Element:
    """The root of an XML document. One that declares a document type is refused: entities come with it."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.StartElementHandler, parser.EndElementHandler = _nesting(builder)
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Broken(f"the answer is no XML: {expat.errors.messages.get(error.code, 'damaged')}") from None
    except (LookupError, ValueError):
        raise Broken("the answer is no XML that can be read: its charset is not known") from None
    return builder.close()


def _nesting(builder: TreeBuilder) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Broken("the answer is nested too deeply")
        builder.start(_tag(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_tag(name))

    return start, end


def _tag(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _refuse_type(*_: object) -> None:
    raise Broken("the answer declares a document type, which no WebDAV answer does")
