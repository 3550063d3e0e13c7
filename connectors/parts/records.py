"""Tables of a web service, whose rows are records with named fields: read as worksheets are, by the same settings."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from ingest.connector import Ask, Broken, Kind, Named, SignalSettings, Yielded
from ingest.connector.locale import Locale
from ingest.connector.shape import cleaned
from ingest.connector.sheet import Manner, Row, Tables, TableSettings
from ingest.connector.sheet.cell import Book, Flaw, Value
from ingest.connector.sheet.header import Spot, alike

MANY = 200_000
"""Records of one table: what a pull holds in memory has a bound."""
_ID = "(id of the record)"
"""The header of the records' own ids, where people read it among the fields."""
_TEXTS = ("value", "name", "title", "text", "label", "display_name")
"""Where an object that stands for a choice, a person or a linked record has its text."""


class RecordSettings(SignalSettings):
    """Where a signal's numbers are in a table: `column`, or `date` with `value`."""

    table: str = Field(min_length=1, examples=["Events"], description="the table, as this service calls it")
    column: str | None = Field(None, description="a field; its value in the last record is the number")
    date: str | None = Field(None, examples=["Date"], description="the field with the day or time of each record")
    value: str | None = Field(
        None,
        examples=["Attendees"],
        description="the field with the numbers of dated records; events without count 1 each",
    )
    key: str | None = Field(
        None,
        description="events: a field that tells records apart; default: the record's own id, so that a day may change",
    )
    where: dict[str, str | list[str]] = Field(
        {}, description="only records with this text in that field, `Status: confirmed`; or with one of a list"
    )

    @model_validator(mode="after")
    def _fits(self) -> "RecordSettings":
        if (self.column is None) == (self.date is None):
            raise ValueError("say where the number is: column (its last value), or date with value (dated records)")
        if wrong := self.as_worksheet().misfit():
            raise ValueError(wrong)
        return self

    @property
    def fields(self) -> list[str]:
        """The names of the fields that it looks at."""
        names = (self.column, self.date, self.value, self.key, *self.where)
        return list(dict.fromkeys(name for name in names if name is not None))

    def as_worksheet(self) -> TableSettings:
        """The same for a worksheet with a column for each field, and one for the records' ids."""
        key = self.key or (_ID if self.kind is Kind.EVENTS and self.date is not None else None)
        mine = self.model_dump(exclude={"table", "key"})
        return TableSettings.model_construct(worksheet=self.table, cell=None, key=key, **mine)


class Listing:
    """The records of one table, as they come, in the order of which the last is the latest. Of each those fields are
    kept that signals look at."""

    def __init__(self, table: str, wanted: Sequence[str]) -> None:
        self.table, self.wanted = table, tuple(wanted)
        self.ids: list[str] = []
        self.fields: list[Mapping[str, Any]] = []
        """By name, as JSON has them; an empty one may be missing."""
        self.names: dict[str, None] = {}
        """The names of the table's fields, as far as it told them."""
        self._alike = {alike(name) for name in wanted}
        self._is_told = False

    def told(self, names: Iterable[str]) -> None:
        """The names of the fields, by the service. Before the first record."""
        self.names, self._is_told = dict.fromkeys(names), True

    def add(self, id: str | int, fields: Mapping[str, Any]) -> None:
        """One more record. `Broken` where the table is larger than memory should be."""
        if len(self.ids) >= MANY:
            raise Broken(f"has more than {MANY} records", self.table)
        if self._is_told and fields and self.names.keys().isdisjoint(fields):
            raise Broken("holds none of the fields of its table", f"{self.table}, record {cleaned(str(id), 60)}")
        if not self._is_told:
            self.names.update(dict.fromkeys(fields))
        self.ids.append(str(id))
        self.fields.append({name: value for name, value in fields.items() if alike(name) in self._alike})

    def header(self) -> list[str]:
        """The names of its fields. A table that tells none lacks none of those that are wanted."""
        return list(self.names or self.wanted)


class TableService(Named[RecordSettings]):
    """A service with tables: a connector says how it lists one, and the rest is here."""

    locale: Locale | None = Field(
        None, description="how numbers and days that were typed as text are written: `de_DE`, `en_US`"
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        wanted: dict[str, dict[str, None]] = {}
        for settings in self.named.values():
            wanted.setdefault(settings.table, {}).update(dict.fromkeys(settings.fields))
        listings = {table: Listing(table, list(fields)) for table, fields in wanted.items()}
        for listing in listings.values():
            await self.list(ask, listing)
        book = Records(listings)
        found = _Found(
            {name: settings.as_worksheet() for name, settings in self.named.items()},
            Manner(ask.zone, ask.fingerprint, self.locale),
            book,
        )
        steps = found.steps(lambda: book)
        await ask.walk(steps)
        for item in found.yields():
            yield item

    async def list(self, ask: Ask, listing: Listing) -> None:
        """Adds all records of a table to its listing."""
        raise NotImplementedError


class Records:
    """The tables as a book of worksheets: a header, then a row for each record."""

    delimited = False

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self._listings = listings

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        listing = self._listings[worksheet or ""]
        names = listing.header()
        yield 1, dict(enumerate([*names, _ID]))
        for row, (id, fields) in enumerate(zip(listing.ids, listing.fields, strict=True), 2):
            found = {column: cell(fields[name]) for column, name in enumerate(names) if name in fields}
            cells = {column: value for column, value in found.items() if value is not None and value != ""}
            yield row, {**cells, len(names): id}

    def place(self, table: str, row: int, column: int) -> str:
        """Where a cell is, in the words of the service."""
        listing = self._listings[table]
        names = listing.header()
        field = f", {cleaned(names[column], 60)}" if column < len(names) else ""
        return f"{table}, record {cleaned(listing.ids[row - 2], 60)}{field}"


class _Found(Tables):
    """The signals of tables; what cannot be read is named with its record and field."""

    def __init__(self, signals: Mapping[str, TableSettings], manner: Manner, book: Records) -> None:
        super().__init__(signals, manner)
        self._records = book

    def _spot(self, book: Book, settings: TableSettings) -> Spot:
        return _Place(
            settings.worksheet, False, self.manner.zone, self.manner.locale, settings.unit, records=self._records
        )


@dataclass(frozen=True, slots=True)
class _Place(Spot):
    records: Records

    def place(self, row: int, column: int) -> str:
        return self.records.place(self.worksheet or "", row, column)


def cell(value: Any) -> Value | None:
    """What a field holds, as a cell. A list of one is that one; an object stands for its text, if it has one."""
    if isinstance(value, list):
        found = [one for one in map(cell, value) if one is not None and one != ""]
        if len(found) < 2:
            return found[0] if found else None
        flaw = next((one for one in found if isinstance(one, Flaw)), None)
        return flaw or ", ".join(map(_text, found))
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]  # JSON has nothing else
    if "error" in value or "specialValue" in value:
        return Flaw(f"the error {cleaned(str(value.get('error') or value.get('specialValue')), 40)}")
    text = next((value[name] for name in _TEXTS if isinstance(value.get(name), str | int | float)), None)
    return Flaw("an object, in which no number or text is looked for") if text is None else text


def _text(value: Value) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else f"{value:.15g}" if isinstance(value, float) else str(value)
    )
