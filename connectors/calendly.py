"""Meetings that people book with Calendly."""

import re
from collections.abc import AsyncIterator
from datetime import UTC
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, SecretStr

from connectors.parts.onward import onward
from connectors.parts.words import found
from ingest.connector import Answer, Ask, Broken, Connector, Params, Reading, Seen, Span, Yielded, days, events, minutes

_PAGE = 100
_AGAIN = days(1)


class User(BaseModel):
    uri: str
    organization: str = Field(alias="current_organization")
    name: str | None = None


class Me(BaseModel):
    resource: User


class Meeting(BaseModel):
    uri: str = Field(pattern=r"/scheduled_events/[^/]+$")
    name: str | None
    status: Literal["active", "canceled"]
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def key(self) -> str:
        return self.uri.rpartition("/")[2]


class Pagination(BaseModel):
    next: str | None = Field(None, alias="next_page_token")
    address: str | None = Field(alias="next_page")


class Meetings(BaseModel):
    collection: list[Meeting]
    pagination: Pagination


class Calendly(Connector):
    """Meetings that people book with Calendly.

    `bookings` counts a meeting when it was booked, not when it takes place; how many invitees come does not matter.
    `cancellations` counts those that were called off, by either side: what is left is the difference of the two. A
    meeting that is moved is for Calendly one that was called off and another that was booked. When a meeting was called
    off is not told: the time at which it last changed is taken.

    `name` takes only the meetings whose name contains something, such as those of the event type *Speaking*.

    Calendly can be asked by the time of the meeting alone, and tells no total: all meetings are listed that begin after
    the day that the key results or `history` ask for, and after that those that begin after the last pull. So the past
    comes along, as far as Calendly keeps it; what was deleted before the first pull does not.

    A personal access token is made under *Integrations & apps*, *API and webhooks*; where it can be limited it needs
    `users:read` and `scheduled_events:read`. For the whole `organization` it must be that of an owner or admin.
    Calendly answers 50 requests a minute for free accounts and 500 for others; a pull takes two, and one more for each
    100 meetings.

    **At once.** A webhook of Calendly (paid plans) does not tell when a meeting was booked, but when an invitee was
    added. Where you want it, give it a source of its own: `push` with `signature: calendly`, `when:
    event == 'invitee.created'` and `key: payload.event`.
    """

    every = minutes(30)
    needs = "a personal access token with users:read and scheduled_events:read (Integrations & apps, API and webhooks)"
    proven = "requests validated against the vendor's description of 2024-04, with recorded answers; to be checked live"
    signals = {
        "bookings": events("bookings", "somebody booked a meeting, when they did"),
        "cancellations": events("bookings", "a booked meeting was called off, by whomever"),
    }

    token: SecretStr = Field(description="a personal access token")
    scope: Literal["user", "organization"] = Field("user", description="whose meetings: your own, or those of all")
    name: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None,
        description="only meetings whose name contains this, in capitals or not; between slashes a regular expression",
    )
    url: str = Field("https://api.calendly.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        user = (await self._me(ask)).resource
        listed = onward(ask, _AGAIN)
        whose = user.uri if self.scope == "user" else user.organization
        params: Params = {self.scope: whose, "count": _PAGE, "sort": "start_time:asc"}
        if listed.start is not None:  # a meeting begins after it was booked, and is called off before it begins
            params = {**params, "min_start_time": f"{listed.start.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
        address = f"{self.url.rstrip('/')}/scheduled_events"
        async for page in ask.pages(Meetings, address, following, params=params, bearer=self.token):
            for meeting in filter(self._is_meant, page.collection):
                if listed.since is None or meeting.created_at >= listed.since:
                    yield Reading("bookings", at=meeting.created_at, key=meeting.key)
                if meeting.status == "canceled" and (listed.since is None or meeting.updated_at >= listed.since):
                    yield Reading("cancellations", at=meeting.updated_at, key=meeting.key)
        for signal in self.signals:
            yield Span(signal, listed.start)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._me(ask)).resource.name or "")

    def _is_meant(self, meeting: Meeting) -> bool:
        return self.name is None or self.name.search(meeting.name or "") is not None

    async def _me(self, ask: Ask) -> Me:
        return await ask.json(Me, f"{self.url.rstrip('/')}/users/me", bearer=self.token)


def following(page: Meetings, _: Answer) -> Params | None:
    told = page.pagination
    if told.address and not told.next:
        raise Broken("is missing, though there is another page", "pagination.next_page_token")
    return {"page_token": told.next} if told.next else None
