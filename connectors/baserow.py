"""Fields of rows in Baserow tables."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr

from connectors.parts.numbered import numbered
from connectors.parts.origin import beneath
from connectors.parts.records import Listing, TableService
from connectors.parts.scalar import number_of
from ingest.connector import Answer, Ask, Params, Refused, Seen, SourceError, Unavailable, minutes

_AT_ONCE = 200
_UNTOLD = {"error": "NOT TOLD"}
"""An empty field is told as such: one that is left out was not asked for, or must not be seen."""
_OUTSIDE = b"ERROR_USER_NOT_IN_GROUP"
_MUCH = "the token has rights to {} more of the workspace's tables: to read those of the signals is enough"
_WORKSPACE = "check table, and make the token in the workspace that the table is in"


class Column(BaseModel):
    name: str
    type: str
    result: str | None = Field(None, alias="formula_type")
    results: str | None = Field(None, alias="array_formula_type")
    """Of each part of a lookup, whose own result is `array`."""

    @property
    def is_number(self) -> bool:
        """What it holds is a number, which Baserow writes as text so that no digit is lost."""
        return "number" in (self.type, self.result, self.results)

    def plain(self, value: Any) -> Any:
        """What it holds in a row. A formula that is not valid (it looks at a field that is gone) holds null in all."""
        return {"error": "INVALID FORMULA"} if self.result == "invalid" else _plain(value, self.is_number)


class Row(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: int


class Page(BaseModel):
    count: int
    next: str | None
    results: list[Row]


class Table(BaseModel):
    id: int
    name: str


class Tables(RootModel[list[Table]]):
    """Those that the token has any right to."""


class Baserow(TableService):
    """Fields of rows in Baserow tables, on a server of one's own or in its cloud.

    A signal's `table` is the number in the table's address (`…/table/1234`). Fields are called as people see them. Each
    signal says where its number is:

    - `column: Subscribers`: the value in the row that was made last and has one, as it is now.
    - `date: Date` with `value: Attendees`: rows with a day each. `kind: level` reads them as a history, `kind: events`
      as things that happened, which count 1 each without `value`. A row is known by its own id, so its day may be
      corrected, and one that is deleted is taken back.

    `where` chooses rows: by a text, the text of a choice or of a linked row, `"true"` or `"false"`. Several stand in
    one line, with a comma between. Numbers come as text with a decimal point, whatever the locale; a duration is a
    number of seconds. What cannot be read, and a formula that is not valid any more, stops the pull and is named with
    its row. Days without a time zone begin in the configured one.

    Make the token under *Settings*, *Database tokens*, and leave it the right to read alone. A pull asks for the fields
    of each table and then lists it whole, 200 rows with each question; where fewer rows came than Baserow counts, it is
    tried again. The cloud answers ten at a time.
    """

    needs = "a database token with the right to read (Settings, Database tokens)"
    proven = "against Baserow's own source of 2026, with recorded answers; to be checked live"
    fastest = minutes(5)

    token: SecretStr = Field(description="a database token that may read")
    url: str = Field("https://api.baserow.io", description="the address of the server")

    async def list(self, ask: Ask, listing: Listing) -> None:
        table = quote(listing.table.strip(), safe="")
        fields = await ask.json(RootModel[list[Column]], self._at(f"fields/table/{table}/"), **self._said())
        columns = {column.name: column for column in fields.root}
        listing.told(columns)
        asked: Params = {"user_field_names": True, "size": _AT_ONCE, "page": 1}
        rows: dict[int, Mapping[str, Any]] = {}
        number = 0
        url = self._at(f"rows/table/{table}/")
        following = numbered(Page, lambda page: page.next)  # the address in it is one that the server believes to have
        async for page in ask.pages(Page, url, following, params=asked, **self._said()):
            number = max(number, page.count)
            for row in page.results:
                held = row.model_extra or {}
                rows[row.id] = {name: column.plain(held.get(name, _UNTOLD)) for name, column in columns.items()}
        if len(rows) < number:  # one that is deleted meanwhile moves another to the page before
            raise Unavailable(f"{listing.table}: {len(rows)} of {number} rows came; did it change meanwhile?")
        for id in sorted(rows):
            listing.add(id, rows[id])

    async def seen(self, ask: Ask) -> Seen:
        tables = (await ask.json(Tables, self._at("tables/all-tables/"), **self._said())).root
        wanted = {settings.table.strip() for settings in self.named.values()}
        name = ", ".join(table.name for table in tables if str(table.id) in wanted)
        others = sum(str(table.id) not in wanted for table in tables)
        return Seen(name, (_MUCH.format(others),) if others else ())

    def _said(self) -> dict[str, Any]:
        return {"authorization": ("Token", self.token), "means": _meant}

    def _at(self, path: str) -> str:
        return f"{beneath(self.url, 'api', 'database')}/{path}"


def _meant(answer: Answer, error: SourceError) -> SourceError:
    """400 is also what is of another workspace, or of somebody who left it."""
    if isinstance(error, Refused) and _OUTSIDE in answer.body:
        return Refused(error.message, _WORKSPACE, error.status)
    return error


def _plain(value: Any, is_number: bool) -> Any:
    """The text of a number as the number: `1.234` there has three decimals."""
    if isinstance(value, list):
        return [_plain(one, is_number) for one in value]
    if isinstance(value, dict) and is_number:
        return {**value, "value": _plain(value.get("value"), is_number)}
    if not is_number or not isinstance(value, str) or not value.strip():
        return value
    try:
        return number_of(value)
    except ValueError:
        return {"error": value}
