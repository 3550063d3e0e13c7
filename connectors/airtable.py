"""Fields of records in Airtable tables."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from connectors.parts.records import Listing, TableService
from ingest.connector import Answer, Ask, Params, Seen, SourceError, Unavailable, hours, minutes

_FIELD = re.compile(r"fld[A-Za-z0-9]{14}")
_PAUSE = timedelta(seconds=30)
"""How long Airtable wants to be left alone when it was asked too often."""
_MUCH = "the token can also read how bases are built (schema.bases:read): data.records:read alone is enough"
_FORGOTTEN = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"


class Row(BaseModel):
    id: str
    at: AwareDatetime = Field(alias="createdTime")
    fields: dict[str, Any]


class Page(BaseModel):
    records: list[Row]
    offset: str | None = None


class Base(BaseModel):
    id: str
    name: str


class Bases(BaseModel):
    bases: list[Base]


class Airtable(TableService):
    """Fields of records in Airtable tables.

    `base` is the `app…` in the address of the base. A signal's `table` is its name or the `tbl…` in the address; fields
    are written exactly as they are called, or, so that they may be renamed, by their ids (`fld…`, all of a table's
    signals then). Each signal says where its number is:

    - `column: Subscribers`: the value in the record that was made last and has one, as it is now.
    - `date: Date` with `value: Attendees`: records with a day each. `kind: level` reads them as a history, `kind:
      events` as things that happened, which count 1 each without `value`. A record is known by its own id, so its day
      may be corrected, and one that is deleted is taken back.

    `where` chooses records. Airtable leaves empty fields out, and a box that is not ticked is one: `where: {Done:
    "true"}` finds the ticked ones, and there is no `"false"`. Several choices stand in one line, with a comma between;
    linked records stand as their ids, so look their names up in a field of the table. A percentage is a share (45% is
    0.45), a duration a number of seconds. A formula that ends in an error stops the pull and is named with its record.
    Days without a time zone begin in the configured one.

    A pull lists the tables whole, 100 records with each question. Airtable allows five questions a second, and by its
    plans some number a month (1,000 on the free one, it is said), which is why it is asked every three hours only.
    """

    every = hours(3)
    fastest = minutes(5)
    needs = (
        "a personal access token with the scope data.records:read and access to the base (airtable.com/create/tokens)"
    )
    proven = "from documentation, with recorded answers; to be checked live"

    token: SecretStr = Field(description="a personal access token that may read the records of the base")
    base: str = Field(pattern=r"^app[A-Za-z0-9]+$", description="the id of the base", examples=["appAbCdEfGhIjKlMn"])
    url: str = Field("https://api.airtable.com", description="another address of the API")

    async def list(self, ask: Ask, listing: Listing) -> None:
        def refusal(answer: Answer, error: SourceError) -> SourceError:
            if answer.status == 429:
                return Unavailable(str(error), answer.retry_at(ask.now) or ask.now + _PAUSE)
            return Unavailable(str(error)) if _FORGOTTEN.encode() in answer.body else error

        listing.told(listing.wanted)  # Airtable refuses a field that is not there
        asked: Params = {"pageSize": 100, "fields[]": [*listing.wanted]}
        if all(map(_FIELD.fullmatch, listing.wanted)):
            asked = {**asked, "returnFieldsByFieldId": True}
        url = f"{beneath(self.url, 'v0')}/{self.base}/{quote(listing.table, safe='')}"
        rows: list[Row] = []
        async for page in ask.pages(Page, url, _next, params=asked, bearer=self.token, means=refusal):
            rows += page.records
        for row in sorted(rows, key=lambda row: row.at):
            listing.add(row.id, row.fields)

    async def seen(self, ask: Ask) -> Seen:
        """The name of the base is told to a token that may do more than it needs, and its refusal is what is right."""
        url = f"{beneath(self.url, 'v0')}/meta/bases"
        answer = await ask.get(url, bearer=self.token, heard=frozenset({403, 404}))
        if answer.status != 200:
            return Seen()
        bases = answer.json(Bases).bases
        others = sum(base.id != self.base for base in bases)
        reach = (f"it reaches {others} more bases, and this one is enough",) if others else ()
        return Seen(next((base.name for base in bases if base.id == self.base), ""), (_MUCH, *reach))


def _next(page: Page, _: Answer) -> Params | None:
    return {"offset": page.offset} if page.offset else None
