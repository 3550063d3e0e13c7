"""Contacts and deals in HubSpot."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.onward import onward
from ingest.connector import (
    Answer,
    Ask,
    Body,
    Connector,
    Reading,
    Seen,
    Signal,
    Span,
    Yielded,
    days,
    events,
    hours,
    level,
)
from ingest.connector.shape import cleaned

_PAGE = 200
_AGAIN = days(1)
_FARTHEST = 10_000
"""Records that paging leads to; what is beyond is an error."""

Filter = Mapping[str, str]
Object = Literal["contacts", "deals"]


class Properties(BaseModel):
    created: AwareDatetime = Field(alias="createdate")
    closed: AwareDatetime | None = Field(None, alias="closedate")


class Found(BaseModel):
    id: str = Field(pattern=r"^\d+$")
    properties: Properties


class Next(BaseModel):
    after: str


class Paging(BaseModel):
    next: Next | None


class Page(BaseModel):
    total: Annotated[int, Field(ge=0)]
    results: list[Found]
    paging: Paging | None = None


class Account(BaseModel):
    id: int = Field(alias="portalId")
    kind: str = Field(alias="accountType")


class Hubspot(Connector):
    """Contacts and deals in HubSpot: who came in, what was begun and what was won.

    `contacts` is how many there are now. `new_contacts` and `deals` count each when it was made in HubSpot, however it
    came there: imports count on the day of the import. `won_deals` counts each on its close date, if HubSpot calls it
    closed and won (`hs_is_closed_won`); one that is opened again no longer counts. Records in the recycling bin are not
    seen by a search: what was deleted before it was read never counts, and of the others only `won_deals` go.

    Only ids and dates are asked for, no names, addresses or amounts. Ids of contacts are kept as hashes.

    The past comes along as far as the key results or `history` ask for, else all of it. HubSpot finds what is new after
    seconds or minutes, so the last day is read again each time. A search leads no further than 10,000 records; more are
    read by a search for those behind the last id. HubSpot allows some five searches a second for the whole account; a
    pull takes four, and one more for each 200 records that are new. A day's limit, where it is used up, begins anew at
    midnight in the account's zone.

    The token is that of a service key or of an app of your own (*Development*), with the scopes
    `crm.objects.contacts.read` and `crm.objects.deals.read`, and no others. If it may see one of them alone, say so in
    `objects`. HubSpot supports each version of its API for 18 months or more; `version` takes a newer one, named by
    its month.

    **At once.** For the webhooks of an app make a source of its own: `push` with `signature: hubspot` and the app's
    client secret, for contacts `when: subscriptionType == 'contact.creation'`, `key: to_string(objectId)` and `time:
    occurredAt`. Such events are not the same ones as here: use one or the other.
    """

    every = hours(1)
    needs = "a token with crm.objects.contacts.read and crm.objects.deals.read, or one of them (see `objects`)"
    proven = "requests validated against the vendor's description of 2026-08, with recorded answers; to be checked live"
    signals: ClassVar[Mapping[str, Signal]] = {
        "contacts": level("people", "contacts that there are now"),
        "new_contacts": events("people", "contacts, when they were made in HubSpot"),
        "deals": events("deals", "deals, when they were made in HubSpot"),
        "won_deals": events("deals", "deals that were won, on their close date"),
    }

    token: SecretStr = Field(description="of a service key, or of an app of your own: pat-…")
    objects: list[Object] = Field(
        ["contacts", "deals"], min_length=1, description="what is read, where the token may not see both"
    )
    version: str = Field("2026-03", pattern=r"^\d{4}-\d{2}$", description="the version of the API that is asked")
    url: str = Field("https://api.hubapi.com", description="another address of the API")

    def offered(self) -> Mapping[str, Signal]:
        return {name: one for name, one in self.signals.items() if name.rpartition("_")[2] in self.objects}

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listed = onward(ask, _AGAIN)
        if "contacts" in self.objects:
            everything = searched([], ["createdate"], 1)
            yield Reading("contacts", (await ask.json(Page, self._at("contacts"), **self._asking(everything))).total)
            async for one in self._found(ask, "contacts", since("createdate", listed.start), "createdate"):
                yield Reading("new_contacts", at=one.properties.created, key=ask.fingerprint(one.id))
            yield Span("new_contacts", listed.start)
        if "deals" in self.objects:
            async for one in self._found(ask, "deals", since("createdate", listed.start), "createdate"):
                yield Reading("deals", at=one.properties.created, key=one.id)
            yield Span("deals", listed.start)
            won = [{"propertyName": "hs_is_closed_won", "operator": "EQ", "value": "true"}]
            async for one in self._found(ask, "deals", [*won, *since("closedate", ask.since)], "closedate"):
                if one.properties.closed is not None:
                    yield Reading("won_deals", at=one.properties.closed, key=one.id)
            yield Span("won_deals", ask.since, whole=True)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        """Which scopes a token has HubSpot tells only to whoever sends it the token once more, in a body."""
        url = f"{self.url.rstrip('/')}/account-info/{self.version}/details"
        account = await ask.json(Account, url, bearer=self.token)
        kind = cleaned(account.kind.lower().replace("_", " "), 40)
        remarks = () if account.kind == "STANDARD" else (f"HubSpot calls it no standard account, but {kind}",)
        return Seen(f"account {account.id}", remarks)

    async def _found(self, ask: Ask, what: Object, filters: Sequence[Filter], date: str) -> AsyncIterator[Found]:
        """All records that the filters let through, by their ids."""
        search = partial(searched, properties=list(dict.fromkeys(["createdate", date])), most=_PAGE)
        following = _Following(search, filters)
        async for page in ask.pages(Page, self._at(what), following, **self._asking(search(filters))):
            for one in page.results:
                yield one

    def _asking(self, body: Any) -> Any:
        return {"method": "POST", "body": body, "bearer": self.token}

    def _at(self, what: Object) -> str:
        return f"{self.url.rstrip('/')}/crm/objects/{self.version}/{what}/search"


class _Following:
    """The next records: of the same search as far as paging leads, then of one for those behind the last id."""

    def __init__(self, search: Callable[[Sequence[Filter]], dict[str, Any]], filters: Sequence[Filter]) -> None:
        self._search, self._filters = search, filters
        self._body, self._seen = search(filters), 0

    def __call__(self, page: Page, _: Answer) -> Body | None:
        following = None if page.paging is None else page.paging.next
        if following is None or not page.results:
            return None
        self._seen += len(page.results)
        if self._seen + _PAGE <= _FARTHEST:
            return Body({**self._body, "after": following.after})
        behind = {"propertyName": "hs_object_id", "operator": "GT", "value": page.results[-1].id}
        self._body, self._seen = self._search([*self._filters, behind]), 0
        return Body(self._body)


def since(date: str, start: datetime | None) -> list[Filter]:
    """Dates are milliseconds since 1970, as text."""
    if start is None:
        return [{"propertyName": date, "operator": "HAS_PROPERTY"}]
    return [{"propertyName": date, "operator": "GTE", "value": str(int(start.timestamp() * 1000))}]


def searched(filters: Sequence[Filter], properties: Sequence[str], most: int) -> dict[str, Any]:
    """A search in the order of ids, so that what is made meanwhile comes at its end."""
    return {
        "filterGroups": [{"filters": list(filters)}] if filters else [],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": most,
        "after": "0",
    }
