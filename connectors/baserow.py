"""Fields of rows in Baserow tables."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr

from connectors.parts.records import Listing, TableService
from connectors.parts.scalar import number_of
from ingest.connector import Ask, Params, minutes

_AT_ONCE = 200


class Column(BaseModel):
    name: str
    type: str
    result: str | None = Field(None, alias="formula_type")

    @property
    def is_number(self) -> bool:
        """What it holds is a number, which Baserow writes as text so that no digit is lost."""
        return "number" in (self.type, self.result)


class Row(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: int


class Page(BaseModel):
    next: str | None
    results: list[Row]


class Baserow(TableService):
    """Fields of rows in Baserow tables, on a server of one's own or in its cloud.

    A signal's `table` is the number in the table's address (`…/table/1234`). Fields are called as people see them. Each
    signal says where its number is:

    - `column: Subscribers`: the value in the row that was made last and has one, as it is now.
    - `date: Date` with `value: Attendees`: rows with a day each. `kind: level` reads them as a history, `kind: events`
      as things that happened, which count 1 each without `value`. A row is known by its own id, so its day may be
      corrected, and one that is deleted is taken back.

    `where` chooses rows: by a text, the text of a choice or of a linked row, `"true"` or `"false"`. Several stand in
    one line, with a comma between. Numbers come as text with a decimal point, whatever the locale. What cannot be read
    stops the pull and is named with its row. Days without a time zone begin in the configured one.

    Make the token under *Settings*, *Database tokens*, and leave it the right to read alone. A pull asks for the fields
    of each table and then lists it whole, 200 rows with each question. The cloud answers ten at a time.
    """

    needs = "a database token with the right to read (Settings, Database tokens)"
    proven = "from documentation of clients, with recorded answers; to be checked live"
    fastest = minutes(5)

    token: SecretStr = Field(description="a database token that may read")
    url: str = Field("https://api.baserow.io", description="the address of the server")

    async def list(self, ask: Ask, listing: Listing) -> None:
        table = quote(listing.table.strip(), safe="")
        said: dict[str, Any] = {"authorization": ("Token", self.token)}
        columns = await ask.json(RootModel[list[Column]], self._at(f"fields/table/{table}/"), **said)
        listing.told(column.name for column in columns.root)
        numbers = {column.name for column in columns.root if column.is_number}
        asked: Params = {"user_field_names": True, "size": _AT_ONCE, "page": 1}
        rows: dict[int, Mapping[str, Any]] = {}
        async for page in ask.pages(Page, self._at(f"rows/table/{table}/"), _following(), params=asked, **said):
            for row in page.results:
                held = row.model_extra or {}
                rows[row.id] = {
                    name: _plain(held[name], name in numbers) for name in held.keys() & listing.names.keys()
                }
        for id in sorted(rows):
            listing.add(id, rows[id])

    def _at(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/api/database/{path}"


def _following() -> Callable[[Page, object], Params | None]:
    """Pages by their number: the address in `next` is one that the server believes to have."""
    numbers = count(2)
    return lambda page, _: {"page": next(numbers)} if page.next else None


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
