"""Properties of pages in Notion databases."""

import re
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.cure import cured
from connectors.parts.notion import Property
from connectors.parts.origin import beneath
from connectors.parts.records import Listing, TableService
from ingest.connector import Answer, Ask, Body, Broken, Refused, Seen, minutes
from ingest.connector.sheet.cell import named

_ID = re.compile(
    r"(?:.*[-/])?([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})(?:\?.*)?", re.IGNORECASE
)
_SHARE = "share the database with the connection: open it in Notion, ••• at the top, Connections; check table"


class Source(BaseModel):
    id: str
    name: str


class Database(BaseModel):
    data_sources: list[Source]


class Entry(BaseModel):
    object: Literal["page"]
    id: str
    properties: dict[str, Property]


class Entries(BaseModel):
    object: Literal["list"]
    results: list[Entry]
    has_more: bool
    next_cursor: str | None


class Me(BaseModel):
    name: str


class Notion(TableService):
    """Properties of pages in Notion databases.

    A signal's `table` is the address of the database, or the 32 digits and letters in it; where a database has several
    data sources, ` > ` and the name of one behind it. Properties are called as people see them. Each signal says where
    its number is:

    - `column: Subscribers`: the value in the page that was made last and has one, as it is now.
    - `date: Date` with `value: Attendees`: pages with a day each, of which the start counts. `kind: level` reads them
      as a history, `kind: events` as things that happened, which count 1 each without `value`. A page is known by its
      own id, so its day may be corrected, and one that is deleted is taken back.

    `where` chooses pages: by a select or status, a text, `"true"` or `"false"` for a checkbox. Several choices stand in
    one line, with a comma between. Formulas and rollups count as what they come to; where a formula looks at a relation
    with more than 25 pages, Notion computes it for the first 25, so add up here and not there. A related page stands as
    its id. A percentage is a share (45% is 0.45). What cannot be read stops the pull and is named with its page. Days
    without a time zone begin in the configured one.

    Make a connection on notion.so/profile/integrations: *New integration*, internal, with *Read content* alone. Copy
    its secret. Then open each database, ••• at the top, *Connections*, and add it there; Notion tells of nothing else.

    A pull asks once for each database, and then lists it whole, 100 pages with each question; Notion allows three
    questions a second.
    """

    needs = "a connection that may read content and is added to the database (••• at the top, Connections)"
    proven = "from documentation (Notion-Version 2025-09-03), with recorded answers; to be checked live"
    fastest = minutes(5)

    token: SecretStr = Field(description="the secret of the connection, `ntn_…`")
    url: str = Field("https://api.notion.com", description="another address of the API")

    async def list(self, ask: Ask, listing: Listing) -> None:
        written, _, name = listing.table.partition(" > ")
        found = _ID.fullmatch(written.strip())
        if found is None:
            raise Refused(f"{listing.table!r} is no database", "copy the address of the database (Share, Copy link)")
        database = await ask.json(Database, self._at(f"databases/{found[1]}"), **self._said())
        source = _chosen(database, name.strip(), listing.table)
        body: dict[str, Any] = {"page_size": 100, "sorts": [{"timestamp": "created_time", "direction": "ascending"}]}

        def following(page: Entries, _: Answer) -> Body | None:
            if page.has_more and not page.next_cursor:
                raise Broken("is missing, though there is more", "next_cursor")
            return Body({**body, "start_cursor": page.next_cursor}) if page.has_more else None

        url = self._at(f"data_sources/{source.id}/query")
        async for page in ask.pages(Entries, url, following, method="POST", body=body, **self._said()):
            for place, entry in enumerate(page.results):
                fields = {
                    name: held.value(f"results[{place}].properties.{name}") for name, held in entry.properties.items()
                }
                listing.add(entry.id, fields)

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Me, self._at("users/me"), **self._said())).name)

    def _at(self, path: str) -> str:
        return f"{beneath(self.url, 'v1')}/{path}"

    def _said(self) -> dict[str, Any]:
        return {"bearer": self.token, "headers": {"Notion-Version": "2025-09-03"}, "means": cured({404: _SHARE})}


def _chosen(database: Database, name: str, table: str) -> Source:
    sources = [one for one in database.data_sources if not name or one.name.strip().casefold() == name.casefold()]
    if len(sources) == 1:
        return sources[0]
    names = named([one.name for one in database.data_sources])
    if not sources:
        raise Broken(
            f"there is no data source {name!r} in it; there is {names}" if name else "has no data source", table
        )
    raise Refused(f"the database has several data sources: {names}", f"write one of them behind it: `{table} > …`")
