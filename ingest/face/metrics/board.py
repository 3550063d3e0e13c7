"""The lines of /metrics, each rendered once and kept until its number changes.

`prometheus_client.generate_latest` builds every line anew at every scrape: half a second of a blocked event loop for
10,000 key results. Here a change renders its own lines, a scrape joins what is there, and a second scrape gets the same
bytes. The text equals, byte for byte, what `generate_latest` would print of the same series (a test compares them).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from prometheus_client.utils import floatToGoString

from ingest.face.metrics.families import Described

Format = Literal["text", "openmetrics"]


def number(value: float) -> str:
    """A sample's value as Prometheus writes it."""
    return str(floatToGoString(value))  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped


def labels(pairs: Mapping[str, str]) -> str:
    """The `{…}` of a sample, sorted by name and escaped; without labels the empty text."""
    if not pairs:
        return ""
    inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in sorted(pairs.items()))
    return "{" + inside + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


class Family:
    """All lines of one metric, by the thing each belongs to (a key result, a source, …), in the order they came."""

    def __init__(self, name: str, kind: Literal["gauge", "counter"], text: str) -> None:
        self.name = name
        self.kind = kind
        self._help = text
        self._lines: dict[str, str] = {}
        self._joined: bytes | None = None

    @classmethod
    def of(cls, described: Described) -> "Family":
        if described.kind == "histogram":
            raise ValueError(f"{described.name}: histograms are left to prometheus-client")
        return cls(described.name, described.kind, described.text)

    def put(self, owner: str, lines: str) -> None:
        """Replace an owner's lines; the empty text where its number is unknown (its place is kept)."""
        if self._lines.get(owner) != lines:
            self._lines[owner] = lines
            self._joined = None

    def set(self, owner: str, block: str, value: float | None) -> None:
        """Replace an owner's one line by a new value under its label block; None: unknown, so absent."""
        self.put(owner, "" if value is None else f"{self.name}{block} {number(value)}\n")

    def drop(self, owner: str) -> None:
        """An owner that is no longer configured vanishes with its lines."""
        if self._lines.pop(owner, None) is not None:
            self._joined = None

    def owners(self) -> Iterable[str]:
        return tuple(self._lines)

    def header(self, form: Format) -> str:
        """HELP and TYPE; OpenMetrics names a counter without its `_total`."""
        name = self.name
        if form == "openmetrics" and self.kind == "counter":
            name = name.removesuffix("_total")
        text = self._help.replace("\\", r"\\").replace("\n", r"\n")
        if form == "openmetrics":
            text = text.replace('"', r"\"")
        return f"# HELP {name} {text}\n# TYPE {name} {self.kind}\n"

    def body(self) -> bytes:
        """Its lines, joined once for as long as none changes."""
        if self._joined is None:
            self._joined = "".join(self._lines.values()).encode()
        return self._joined


class Board:
    """The families in the order in which they are printed."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = tuple(families)

    def parts(self, form: Format) -> Iterator[bytes]:
        """All lines, to be joined. OpenMetrics' closing `# EOF` is the caller's: other families may follow."""
        for family in self._families:
            yield family.header(form).encode()
            yield family.body()
