"""Columns of records in tables of a Grist document."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from connectors.parts.records import Listing, TableService
from ingest.connector import Ask, Broken, Seen, minutes

_START = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 10**12
"""Seconds from 1970 that are a day: some thirty thousand years."""
_MUCH = "the key can also write: that of a user who may only view the document is enough"
_UNREAD = {"C": "CENSORED (hidden by an access rule)", "P": "PENDING (not computed yet)"}


class Kind(BaseModel):
    type: str


class Column(BaseModel):
    id: str
    fields: Kind


class Columns(BaseModel):
    columns: list[Column]


class Row(BaseModel):
    id: int
    fields: dict[str, Any]
    errors: dict[str, str] = {}
    """Of the formulas that ended in one, by column; the field itself is null then."""

    def cells(self, kinds: Mapping[str, str], where: str) -> dict[str, Any]:
        """What each field holds; an error where there is one, since null alone would be an empty cell."""
        held = {name: plain(value, kinds.get(name, ""), f"{where}.{name}") for name, value in self.fields.items()}
        return {**held, **{name: {"error": told} for name, told in self.errors.items()}}


class Rows(BaseModel):
    records: list[Row]


class Document(BaseModel):
    name: str
    access: str | None = None
    """Of whose key it is: `owners`, `editors`, `viewers`; None where it comes by a share of another kind."""


class Grist(TableService):
    """Columns of records in tables of a Grist document, on a server of one's own or in its cloud.

    `document` is the id in its address (`…/doc/ID` or the part after the team's name); a signal's `table` and the
    columns are written by their ids, which Grist shows in the column's options as `$Attendees`: no blanks, and not
    always the label. Each signal says where its number is:

    - `column: Subscribers`: the value in the record that was made last and has one, as it is now.
    - `date: Date` with `value: Attendees`: records with a day each. `kind: level` reads them as a history, `kind:
      events` as things that happened, which count 1 each without `value`. A record is known by its own id, so its day
      may be corrected, and one that is deleted is taken back.

    `where` chooses records: by a text or choice, `"true"` or `"false"`. Several choices stand in one line, with a comma
    between; a reference stands as the number of its record, so look its text up in a column of the table. A formula
    that ends in an error, and a cell that an access rule hides, stop the pull and are named with their record. A date
    begins at midnight in the configured zone, a date with a time has its own. **A column of numbers holds 0 in a new
    record** until somebody writes one, and Grist does not tell that apart from a 0 that was meant: choose the records
    that are filled in by `where`.

    Make the key under *Profile settings*, *API key*. It may do all that you may, so give a user of its own the right to
    view the document. A pull asks twice for each table: for its columns, then for all its records in one answer, of at
    most 32 MiB. Grist answers ten questions at a time for a document, and in its cloud some number a day by the plan.
    """

    needs = "an API key of somebody who may view the document (Profile settings, API key)"
    proven = "against the data format in Grist's own source of 2026-08, with recorded answers; to be checked live"
    fastest = minutes(5)

    api_key: SecretStr = Field(description="an API key")
    document: str = Field(pattern=r"^[A-Za-z0-9_~-]+$", description="the id of the document", examples=["mYd0cUm3nT12"])
    url: str = Field("https://docs.getgrist.com", description="the address of the server, or of your team's site")

    async def list(self, ask: Ask, listing: Listing) -> None:
        table = f"/tables/{quote(listing.table, safe='')}"
        columns = await ask.json(Columns, self._at(f"{table}/columns"), bearer=self.api_key)
        kinds = {column.id: column.fields.type for column in columns.columns}
        listing.told(kinds)
        rows = await ask.json(Rows, self._at(f"{table}/records"), bearer=self.api_key)
        for place, row in sorted(enumerate(rows.records), key=lambda placed: placed[1].id):
            listing.add(row.id, row.cells(kinds, f"records[{place}].fields"))

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(Document, self._at(""), bearer=self.api_key)
        return Seen(found.name, (_MUCH,) if found.access in {"owners", "editors"} else ())

    def _at(self, path: str) -> str:
        return f"{beneath(self.url, 'api')}/docs/{self.document}{path}"


def plain(held: Any, kind: str, where: str) -> Any:
    """What a cell holds, as JSON that people would write.

    Days are seconds since 1970, and the record 0 of a reference is none. What is no plain value is a list that begins
    with a letter: `L` a list, `E` an error; where the column has no type `d` and `D` a day and a time, `R` and `r` one
    record and several of a table.
    """
    if isinstance(held, bool) or held is None or isinstance(held, str):
        return held
    base = kind.partition(":")[0]
    if isinstance(held, int | float):
        return (
            _time(held, kind, where) if base in {"Date", "DateTime"} else None if base == "Ref" and not held else held
        )
    if not isinstance(held, list) or not held or not isinstance(held[0], str):
        raise Broken("is no value of a cell", where)
    letter, parts = held[0], held[1:]
    if letter == "L":
        return [plain(part, "", where) for part in parts]
    if letter in {"d", "D"} and parts and isinstance(parts[0], int | float) and not isinstance(parts[0], bool):
        return _time(parts[0], "Date" if letter == "d" else "DateTime", where)
    if letter in {"R", "r"} and len(parts) == 2 and isinstance(parts[1], int if letter == "R" else list):
        return parts[1]
    told = parts[0] if letter == "E" and parts and isinstance(parts[0], str) else f"a value of the kind {letter[:20]}"
    return {"error": _UNREAD.get(letter, told)}


def _time(seconds: float, kind: str, where: str) -> str:
    if abs(seconds) > _LONGEST:
        raise Broken("is no time", where)
    try:
        at = _START + timedelta(seconds=seconds)
    except OverflowError:
        raise Broken("is no time", where) from None
    return at.date().isoformat() if kind == "Date" else at.isoformat()
