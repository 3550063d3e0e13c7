"""Text with delimiters (.csv, .tsv), in the encodings and with the delimiters that programs write."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice

from ingest.connector.archive import Damaged
from ingest.connector.outcome import Broken
from ingest.connector.sheet.cell import Cells, Row

DELIMITERS = ("\t", ";", "|", ",")
"""The comma comes last: it is also a decimal mark."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 2**20
_SAMPLE = 200
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.ASCII)
_LARGEST_FIELD = 2**20


class Text:
    delimited = True

    def __init__(self, body: bytes, name: str, delimiter: str | None = None, *, ends: bool = False) -> None:
        """`ends`: whoever writes it ends its last line. Where that has no end a number may lack digits, and nothing
        else would show it."""
        self._body, self._name, self._ends = body, name, ends
        self._encoding = encoding_of(body)
        self._delimiter = delimiter or self._declared() or self._likely()

    def rows(self, worksheet: str | None = None) -> Iterator[Row]:
        """Each record with the number of its last line. There is one worksheet, whatever it is called."""
        narrowest = 1 << 30
        before: tuple[int, list[str]] | None = None
        for line, record in self._records(self._delimiter):
            if before is not None:
                narrowest = min(narrowest, len(before[1]) or narrowest)
                yield before[0], _cells(before[1])
            before = line, record
        if before is not None:
            if not self.ended and narrowest < 1 << 30 and len(before[1]) < narrowest:
                raise Damaged(f"{self._name} is cut off in line {before[0]}")
            if not self.ended and self._ends:
                raise Damaged(
                    f"{self._name} may be cut off in line {before[0]}, which has no end, as the last line had before; "
                    "if it is whole, end it"
                )
            yield before[0], _cells(before[1])

    def _lines(self) -> Iterator[str]:
        text = TextIOWrapper(BytesIO(self._body), self._encoding, newline="")
        for number, line in enumerate(text, 1):
            if "\0" in line:
                raise Damaged(f"{self._name} is damaged: there is a NUL in line {number}")
            if number > 1 or not _DECLARED.fullmatch(line):
                yield line

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        skipped = 1 if self._declared() else 0
        csv.field_size_limit(_LARGEST_FIELD)
        reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)
        try:
            for record in reader:
                yield reader.line_num + skipped, record
        except csv.Error as error:
            raise Damaged(
                f"{self._name} is cut off or damaged: from line {reader.line_num + skipped} on quotes do not match"
            ) from error
        except UnicodeError as error:
            raise Damaged(f"{self._name} is damaged: its text ends inside a character") from error

    def _declared(self) -> str | None:
        """Excel reads `sep=;` in the first line, and so do we."""
        first = TextIOWrapper(BytesIO(self._body[:64]), self._encoding, errors="replace", newline="").readline()
        declared = _DECLARED.fullmatch(first)
        return declared[1] if declared else None

    def _likely(self) -> str:
        """The delimiter that cuts most records into equally many cells, more than one."""
        best, delimiter = 0.0, ","
        for candidate in DELIMITERS:
            try:
                sample = [len(record) for _, record in islice(self._records(candidate), _SAMPLE) if any(record)]
            except Broken:
                continue
            width, often = Counter(sample).most_common(1)[0] if sample else (1, 0)
            share = often / len(sample) if width > 1 else 0.0
            if share > best:
                best, delimiter = share, candidate
        return delimiter

    @property
    def ended(self) -> bool:
        return is_ended(self._body)


def is_ended(body: bytes) -> bool:
    """Whether the last line has its end. Programs write it; where it lacks the text may be cut off."""
    return body[-4:].rstrip(b"\0")[-1:] in (b"\n", b"\r", b"")


def encoding_of(body: bytes) -> str:
    """By its mark; else UTF-16 if every other byte is 0; else UTF-8 if it is that; else that of old Windows."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    start = body[:4096]
    if len(start) >= 4 and len(start) % 2 == 0 and start.count(0) * 3 > len(start):
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(body), _PIECE):
            decoder.decode(body[at : at + _PIECE])
    except UnicodeDecodeError:
        return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", body) else "latin-1"
    return "utf-8"


def _cells(record: list[str]) -> Cells:
    return {column: cell for column, cell in enumerate(record) if cell and not cell.isspace()}
