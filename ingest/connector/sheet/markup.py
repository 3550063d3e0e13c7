"""XML inside workbooks, read as a stream with constant memory."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol
from xml.parsers import expat

from ingest.connector.archive import Damaged, Member
from ingest.connector.outcome import Broken

Attributes = dict[str, str]


class Reader(Protocol):
    """Told of elements by their local names (`table:table-row` is `table-row`), and of text."""

    def start(self, tag: str, attributes: Attributes) -> None: ...
    def end(self, tag: str) -> None: ...
    def text(self, data: str) -> None: ...


def parse(stream: Member, reader: Reader, name: str) -> Iterator[None]:
    """Tells `reader` of all that is in `stream`, and pauses after each piece of it. `name` is for messages."""
    # Expat bounds what entities grow to, and reads nothing from elsewhere; workbooks have no document type anyway.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refusing(name)
    parser.StartElementHandler = _beginning(parser, reader)
    parser.CharacterDataHandler = reader.text
    with stream:
        while piece := stream.read():
            _feed(parser, piece, name)
            yield
    _feed(parser, b"", name)
    yield


def _beginning(parser: expat.XMLParserType, reader: Reader) -> Callable[[str, Attributes], None]:
    """At the root it is seen whether names have prefixes; where they have none, they need no work."""
    start, end = reader.start, reader.end

    def begin(tag: str, attributes: Attributes) -> None:
        if ":" in tag:
            parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
            parser.EndElementHandler = lambda tag: end(local(tag))
        else:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        start(local(tag), attributes)

    return begin


@lru_cache(maxsize=256)
def local(tag: str) -> str:
    """The name without its prefix: producers choose prefixes as they like."""
    return tag.rpartition(":")[2]


def _feed(parser: expat.XMLParserType, piece: bytes, name: str) -> None:
    try:
        parser.Parse(piece, not piece)
    except expat.ExpatError as error:
        raise Damaged(f"{name} is damaged: {expat.errors.messages.get(error.code, 'no XML')}") from error


def _refusing(name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise Broken(f"{name} declares a document type, which no workbook does")

    return refuse
