"""Fields of records in NocoDB tables, asked for with version 3 of its API."""

from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.numbered import numbered
from connectors.parts.origin import beneath
from connectors.parts.records import Listing, TableService
from ingest.connector import Ask, Params, Seen, Unavailable, minutes

_AT_ONCE = 1000


class Row(BaseModel):
    id: str | int
    fields: dict[str, Any]


class Page(BaseModel):
    records: list[Row]
    next: str | None = None


class Counted(BaseModel):
    count: int


class Titled(BaseModel):
    title: str


class Column(Titled):
    type: str = ""


class Described(BaseModel):
    fields: list[Column]

    def shown(self, row: Row) -> dict[str, Any]:
        """The fields of a record as people see them there."""
        told = {field.title: field.type for field in self.fields}
        if told.keys().isdisjoint(row.fields):
            return row.fields  # of another table
        fields = {title: row.id for title, type in told.items() if type == "ID"}  # which it tells beside the fields
        for name, value in row.fields.items():
            if value != 0 or told.get(name) != "Rating":  # no star at all: nobody rated it
                fields[name] = _titled(value)
        return fields


class NocoDB(TableService):
    """Fields of records in NocoDB tables, on a server of one's own or in its cloud.

    `base` and each signal's `table` are ids, which NocoDB shows in the menu of the base (`p…`) and of the table
    (`m…`). The fields are called as people see them. Each signal says where its number is:

    - `column: Subscribers`: the value in the last record that has one, as it is now. The order is that of the table.
    - `date: Date` with `value: Attendees`: records with a day each. `kind: level` reads them as a history, `kind:
      events` as things that happened, which count 1 each without `value`. A record is known by its own id, so its day
      may be corrected, and one that is deleted is taken back.

    `where` chooses records, also by a formula's or a lookup's text. A linked record stands for its title; of several
    choices in one field the texts stand in one line, with a comma between (NocoDB tells 25 linked records at most; a
    rollup counts all). A rating that nobody gave is no 0, though NocoDB sends one. What cannot be read (text for a
    number, an object, a field that is gone) stops the pull and is named with its record; nothing is guessed. Days
    without a time zone begin in the configured one; numbers that are kept as text need `locale` where they can be read
    in two ways.

    A pull asks for the fields and the number of records of each table and then lists it whole, 1,000 records with each
    question; more than 200,000 records are refused. The cloud allows 5 questions a second. A percentage is a number up
    to 100 (45% is 45). Decimals are read as text, too, should a database send them so.
    """

    needs = "an API token of somebody who may see the base (NocoDB: account, Tokens)"
    proven = "on NocoDB 0.301.3 with SQLite and with PostgreSQL; not on its cloud"
    fastest = minutes(1)

    api_token: SecretStr = Field(description="an API token; who only has to see the base can be its viewer")
    base: str = Field(pattern=r"^[A-Za-z0-9_-]+$", description="the id of the base", examples=["pgfqcp0ocloo1j3"])
    url: str = Field("https://app.nocodb.com", description="the address of the server")

    async def list(self, ask: Ask, listing: Listing) -> None:
        table = quote(listing.table, safe="")
        about = await ask.json(Described, self._at(f"meta/bases/{self.base}/tables/{table}"), headers=self._key())
        listing.told(field.title for field in about.fields)
        url = self._at(f"data/{self.base}/{table}")
        number = (await ask.json(Counted, f"{url}/count", headers=self._key())).count
        asked: Params = {"pageSize": _AT_ONCE, "page": 1}
        following = numbered(Page, lambda page: page.next)  # the address in it is one that the server believes to have
        async for page in ask.pages(Page, f"{url}/records", following, params=asked, headers=self._key()):
            for row in page.records:
                listing.add(row.id, about.shown(row))
        if len(listing.ids) < number:  # NocoDB leaves `next` out after the last page, and an answer may lack it
            raise Unavailable(f"{listing.table}: {len(listing.ids)} of {number} records came; did it change meanwhile?")

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Titled, self._at(f"meta/bases/{self.base}"), headers=self._key())).title)

    def _at(self, path: str) -> str:
        return f"{beneath(self.url, 'api', 'v3')}/{path}"

    def _key(self) -> dict[str, SecretStr]:
        return {"xc-token": self.api_token}


def _titled(value: Any) -> Any:
    """Linked records stand for their titles, which are their only fields here."""
    if isinstance(value, list):
        return [_titled(one) for one in value]
    fields = value.get("fields") if isinstance(value, dict) else None
    return next(iter(fields.values())) if isinstance(fields, dict) and len(fields) == 1 else value
