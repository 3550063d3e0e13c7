"""LinkedIn's Member Data Portability API: a member's own connections, in the European Union."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import ClassVar

from pydantic import BaseModel, Field

from connectors.parts.connections import day_of, history
from connectors.parts.linkedin import CONSENT, Link, LinkedIn
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Cursor,
    Reading,
    Refused,
    Span,
    Unavailable,
    Yielded,
    events,
    hours,
    level,
)
from ingest.connector.timestamp import when

_PATH = "/rest/memberSnapshotData"
_NOTHING = b"No data found"
_UNREADABLE = {"", "Unable_to_process_this_field."}


class Row(BaseModel):
    """Of a connection the day alone is looked at; whose it is, is not."""

    connected_on: str = Field(alias="Connected On")


class Element(BaseModel):
    domain: str = Field(alias="snapshotDomain")
    rows: list[Row] = Field(alias="snapshotData")


class Paging(BaseModel):
    links: list[Link]


class Snapshot(BaseModel):
    paging: Paging
    elements: list[Element]


class LinkedInPortability(LinkedIn):
    """Your LinkedIn connections by API, where the Digital Markets Act gives you a right to it.

    Only members whose profile is in the EU, the EEA or Switzerland can have it; whoever is elsewhere, or wants no app,
    takes `linkedin_export`, which tells the same and is the recommended way.

    1. On linkedin.com/developers/apps press *Create app*. As the LinkedIn page choose *Member Data Portability (Member)
       Default Company*.
    2. Under *Products* request *Member Data Portability API (Member)*; it is there at once.
    3. Under *Auth*, *OAuth 2.0 tools*, *Create token*, tick `r_dma_portability_self_serve` and consent. Write the token
       as `token`. It ends after 60 days; with `client_id` and `client_secret` of the app its end is told 14 days ahead.

    LinkedIn needs some minutes after the consent to collect the data; until then the pull waits. A member without any
    connection may be told the same.

    `connections` is exact when it is pulled. The first pull also tells the past, by the day of each connection: a lower
    bound, since only those are known who are still connected. Connections that have ended disappear from
    `new_connections`. Days begin in the configured zone. Only days and counts are kept: names, mail addresses and
    companies come along with the answer and are not looked at.

    LinkedIn names the permission in two ways (`r_dma_portability_member` too) and tells no limit of requests; a pull
    takes a request for each page of its own making.
    """

    every = hours(24)
    fastest = hours(6)
    needs = (
        "r_dma_portability_self_serve of an app with Member Data Portability, for members in the EU, EEA, Switzerland"
    )
    proven = "from LinkedIn's documentation of 2026, with recorded answers, to be checked live"
    signals = {
        "connections": level(
            "people", "connections; exact when pulled, a lower bound for the days before the first pull"
        ),
        "new_connections": events("people", "connections made, by their day, of those who are still connected"),
    }
    consent: ClassVar[Mapping[str, str]] = {**CONSENT, "scope": "r_dma_portability_self_serve"}

    version: str = Field("202312", pattern=r"^20\d{4}$", description="of the API; LinkedIn keeps this one for this use")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        expiry = await self.expiry(ask)
        if expiry is not None:
            yield expiry
        rows = await self._rows(ask)
        made_on = [day for place, row in enumerate(rows) if (day := _day(row, place)) is not None]
        for day in made_on:
            yield Reading("new_connections", at=when(day, ask.zone))
        if ask.cursor is None:
            for at, count in history(made_on, ask.zone):
                if at < ask.now:
                    yield Reading("connections", count, at)
        yield Reading("connections", len(rows))
        yield Span("new_connections", whole=True)
        yield Cursor(ask.now.isoformat())

    async def _rows(self, ask: Ask) -> list[Row]:
        """All of them. Pages are counted by `start`, and the last may be followed by one that has nothing."""
        rows: list[Row] = []
        path, known = f"{_PATH}?q=criteria&domain=CONNECTIONS", set[str]()
        while path not in known and len(known) < ask.limits.pages:
            answer = await self.answered(ask, path, heard=frozenset({404}))
            if answer.status == 404:
                return _ended(answer, rows, first=not known)
            known.add(path)
            page = answer.json(Snapshot)
            if not page.elements and len(known) == 1:
                raise Unavailable("LinkedIn has not collected the data yet; it takes some minutes after the consent")
            if any(one.domain != "CONNECTIONS" for one in page.elements):
                raise Broken("is not CONNECTIONS, which was asked for", "elements[0].snapshotDomain")
            rows += [row for one in page.elements for row in one.rows]
            following = next((one.href for one in page.paging.links if one.rel == "next"), None)
            if following is None:
                return rows
            if not following.startswith(f"{_PATH}?"):
                raise Broken("leads somewhere else", "paging.links")
            path = following
        raise Broken("the listing does not end", "paging.links")


def _ended(answer: Answer, rows: list[Row], *, first: bool) -> list[Row]:
    """What 404 means: nothing yet, nothing more, or that there is no such thing."""
    if _NOTHING not in answer.body:
        raise Refused("LinkedIn has nothing at this address (404)", "check url, and that the app has the product", 404)
    if first:
        raise Unavailable("LinkedIn has not collected the data yet (404); it takes some minutes after the consent")
    return rows


def _day(row: Row, place: int) -> date | None:
    written = row.connected_on.strip()
    if written in _UNREADABLE:
        return None
    day = day_of(written, "en_US")
    if day is None:
        raise Broken("is no day", f"snapshotData[{place}].Connected On")
    return day
