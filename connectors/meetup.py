"""Meetup's GraphQL API: a group's members, its events and who said that they come."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, Field, field_validator

from connectors.parts.consent import Consented
from ingest.connector import (
    Answer,
    Ask,
    Body,
    Broken,
    Reading,
    Refused,
    Seen,
    Span,
    Unavailable,
    Yielded,
    events,
    level,
)
from ingest.connector.shape import Number, cleaned

Count = Annotated[int, Field(ge=0)]
_WINDOW = timedelta(minutes=1)  # for which points are counted
_ADDRESS = re.compile(r"(?:https://)?(?:www\.)?meetup\.com/(?P<name>[\w-]+)(?:[/?#].*)?")
_NAME = """query ($group: String!) { groupByUrlname(urlname: $group) { name } }"""
_HELD = """query ($group: String!, $filter: GroupEventFilter, $after: String) {
  groupByUrlname(urlname: $group) {
    stats { memberCounts { all } eventRatings { average totalRatings } }
    events(filter: $filter, sort: ASC, first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { token dateTime rsvps(first: 1) { yesCount attendedCount } } }
    }
  }
}"""


class Extensions(BaseModel):
    code: str = ""


class Error(BaseModel):
    message: str
    extensions: Extensions | None = None


class Members(BaseModel):
    all: Count


class Ratings(BaseModel):
    average: Number
    total: Count = Field(alias="totalRatings")


class Stats(BaseModel):
    members: Members = Field(alias="memberCounts")
    ratings: Ratings | None = Field(None, alias="eventRatings")


class Answers(BaseModel):
    yes: Count | None = Field(alias="yesCount")
    attended: Count | None = Field(alias="attendedCount")


class Event(BaseModel):
    token: str = Field(min_length=1)
    at: AwareDatetime | None = Field(alias="dateTime")
    answers: Answers = Field(alias="rsvps")


class Edge(BaseModel):
    node: Event


class PageInfo(BaseModel):
    more: bool = Field(alias="hasNextPage")
    cursor: str | None = Field(alias="endCursor")


class Events(BaseModel):
    page: PageInfo = Field(alias="pageInfo")
    edges: list[Edge]


class Group(BaseModel):
    stats: Stats | None
    events: Events


class Named(BaseModel):
    name: str


class Found(BaseModel):
    group: Group | None = Field(alias="groupByUrlname")


class FoundName(BaseModel):
    group: Named | None = Field(alias="groupByUrlname")


class Page(BaseModel):
    """Whatever goes wrong comes with status 200, and says so in `errors`; then `data` may be left out, or null."""

    errors: list[Error] | None = None
    data: Found | None = None


class NamePage(BaseModel):
    errors: list[Error] | None = None
    data: FoundName | None = None


class Meetup(Consented):
    """A Meetup group: its members, the events that it held and how many came.

    All events since the group began come along, each at its own time; those that were cancelled do not. `attendees` are
    those who answered yes (`yesCount`; Meetup's `totalCount` holds the noes as well), without the guests that they
    bring. Who really came Meetup knows only where the hosts mark it: with `counted: came` those are counted, and an
    event at which nobody was marked says nothing. Answers of a past event change when hosts correct them; the newest
    ones count. Events are known by `token`, since Meetup changes the `id` of events that repeat.

    **Access.** Whoever makes an OAuth client needs Meetup Pro: meetup.com/api/oauth/list, with the redirect address
    `http://127.0.0.1:8765/callback`. Write `client_id` and `client_secret` and run `okr auth` as a member who sees the
    group's events. Its tokens last an hour and are renewed. Meetup allows 500 points in 60 seconds; a request for 50
    events costs some of them, how many it does not say.

    From the schema that api.meetup.com/gql-ext told in October 2025. That a limit that is used up comes as
    `RATE_LIMITED` is known from others' programs alone.
    """

    needs = "a token of a member who sees the group's events; a client for it needs Meetup Pro"
    proven = "queries and answers validated against the schema that Meetup told in 2025-10; to be checked live"
    signals = {
        "members": level("people", "who belongs to the group"),
        "events": events("events", "what the group held, when it began"),
        "attendees": events("people", "who said yes, or came, at the time of the event"),
        "rating": level("points", "what those who came thought of all events, on average, of 5"),
    }
    consent: ClassVar[Mapping[str, str]] = {
        "authorize_url": "https://secure.meetup.com/oauth2/authorize",
        "token_url": "https://secure.meetup.com/oauth2/access",
    }

    group: str = Field(description="its name in meetup.com/NAME, or that address", examples=["berlin-product-talks"])
    counted: Literal["signed_up", "came"] = Field(
        "signed_up", description="`signed_up`: who answered yes; `came`: whom the hosts marked as having come"
    )
    url: str = Field("https://api.meetup.com/gql-ext", description="another address of the API")

    @field_validator("group")
    @classmethod
    def _group(cls, written: str) -> str:
        address = _ADDRESS.fullmatch(written.strip())
        name = address["name"] if address else written.strip()
        if not re.fullmatch(r"[\w-]+", name):
            raise ValueError("is no group: copy its address, https://www.meetup.com/NAME/")
        return name

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        chosen = {"status": ["PAST", "ACTIVE"], "beforeDateTime": ask.now.isoformat(timespec="seconds")}
        if ask.since is not None:
            chosen["afterDateTime"] = ask.since.isoformat(timespec="seconds")
        asked = self._asked(_HELD, filter=chosen, after=None)

        def following(page: Page, _: Answer) -> Body | None:
            info = self._group_of(page, ask).events.page
            if info.more and not info.cursor:
                raise Broken(
                    "is missing, though there is another page", "data.groupByUrlname.events.pageInfo.endCursor"
                )
            return Body(self._asked(_HELD, filter=chosen, after=info.cursor)) if info.more else None

        stats: Stats | None = None
        bearer = await self.bearer(ask)
        async for page in ask.pages(Page, self.url, following, method="POST", body=asked, bearer=bearer):
            group = self._group_of(page, ask)
            stats = stats or group.stats
            for edge in group.events.edges:
                for reading in self._told(edge.node, ask):
                    yield reading
        if stats is not None:
            yield Reading("members", stats.members.all)
            if stats.ratings is not None and stats.ratings.total:
                yield Reading("rating", stats.ratings.average)
        yield Span("events", ask.since, whole=True)
        yield Span("attendees", ask.since, whole=True)

    async def seen(self, ask: Ask) -> Seen:
        bearer = await self.bearer(ask)
        page = await ask.json(NamePage, self.url, method="POST", body=self._asked(_NAME), bearer=bearer)
        refuse(page.errors, ask.now)
        return Seen(page.data.group.name if page.data and page.data.group else "")

    def _asked(self, query: str, **variables: Any) -> dict[str, Any]:
        return {"query": query, "variables": {"group": self.group, **variables}}

    def _group_of(self, page: Page, ask: Ask) -> Group:
        refuse(page.errors, ask.now)
        if page.data is None:
            raise Broken("is empty, and no error says why", "data")
        if page.data.group is None:
            raise Refused(f"Meetup shows no group {self.group!r} to this account", "check group: meetup.com/NAME")
        return page.data.group

    def _told(self, event: Event, ask: Ask) -> list[Reading]:
        at = event.at
        if at is None or at > ask.now or (ask.since is not None and at < ask.since):
            return []
        people = event.answers.yes if self.counted == "signed_up" else event.answers.attended
        told = [Reading("events", 1, at, event.token)]
        if people is not None and (people or self.counted == "signed_up"):  # where nobody was marked, nobody knows
            told.append(Reading("attendees", people, at, event.token))
        return told


def refuse(errors: list[Error] | None, now: datetime) -> None:
    """Raise what the errors of an answer mean; nothing where there are none."""
    for error in errors or ():
        said = cleaned(error.message, 120)
        if error.extensions is not None and error.extensions.code == "RATE_LIMITED":
            raise Unavailable(f"Meetup asks to slow down: {said}", now + _WINDOW)
        raise Refused(f"Meetup answers with an error: {said}", "check the token, and group; look at what Meetup says")
