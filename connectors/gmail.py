"""Requests that come to a Gmail mailbox, found by Gmail's own search."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import ClassVar, Self

from pydantic import BaseModel, Field, SecretStr, TypeAdapter, field_validator, model_validator

from connectors.parts.consent import Tokened
from connectors.parts.gmail import Place, Reader
from connectors.parts.google_oauth import google_oauth
from connectors.parts.happening import Happening
from connectors.parts.origin import beneath
from ingest.connector import (
    Ask,
    Cursor,
    Named,
    OAuth,
    Reading,
    Seen,
    Span,
    Yielded,
    minutes,
)

MOST = 500
"""Mails whose times are asked for in one pull: one request each."""
_PLACES: TypeAdapter[dict[str, Place]] = TypeAdapter(dict[str, Place])
"""The cursor: for each signal how far its search was read."""


class Profile(BaseModel):
    address: str = Field(alias="emailAddress")


class SearchSettings(Happening):
    """Which mails are requests of this kind."""

    because = "mails are events"
    query: str = Field(
        min_length=1,
        description="what would be typed into Gmail's search box: `in:inbox subject:(guest post)`, `label:requests`",
        examples=["in:inbox subject:(guest post)"],
    )

    @field_validator("query")
    @classmethod
    def _one_line(cls, query: str) -> str:
        if not query.strip() or not query.isprintable():
            raise ValueError("write a search in one line: `in:inbox subject:speaker`")
        return query.strip()


class Gmail(Tokened, Named[SearchSettings]):
    """Requests that come to a Gmail or Google Workspace mailbox, found by Gmail's own search.

    Each signal has a `query`, written as in Gmail's search box, which is the place to try it:
    `in:inbox subject:(guest post)`, `label:speaking`, `to:me+talks@example.com`, `"would you speak" -from:me`. A
    conversation counts once, when the first of its mails came that fits; what you sent yourself, drafts, spam and trash
    do not count. What is deleted or archived later still counts, because the request did come.

    Of a mail nothing is fetched but its ids, its time and its labels; its sender, subject and text are looked at by
    Gmail alone. Its time is kept, and a keyed hash of the conversation's id.

    **Access.** On console.cloud.google.com make a project; *APIs & Services*, *Library*: enable *Gmail API*; *Google
    Auth Platform*, *Data access*: add the scope `gmail.readonly`, the smallest that may search; *Clients*, *Create
    client*, *Desktop app*. Write its id and secret here and run `okr auth`. While an app is *External* and
    *Testing*, Google ends the grant after 7 days: publish it (for your own use it need not be verified), or in
    a Workspace make it *Internal*. Where that is too much, `imap` with an app password does the same.

    **What Gmail does.** It only estimates how many mails there are, so they are listed and counted. A search differs
    from that in the browser in two ways: aliases are not followed, and each mail must fit by itself, not its
    conversation. Whether it takes in a mail of the last seconds is not promised: the last day is read again each time.
    Days in a query (`after:2026/01/01`) begin at midnight in California; leave them out, since the time is asked for by
    the second here.

    The first pull goes back to what the key results or `history` ask for, else to the first mail. The time of each mail
    is one request, 500 in a pull, so a large past is read over several pulls, and until then it is not covered. A pull
    costs 5 units of quota for each 500 mails found, and 5 for each new one; Google allows 6,000 units a minute or more.
    """

    every: ClassVar[timedelta | None] = minutes(15)
    needs = "the consent of the mailbox's owner to gmail.readonly: run `okr auth`"
    proven = "requests validated against Google's description of 2026-10, with recorded answers; to be checked live"

    client_id: str | None = Field(
        None, min_length=1, description="of the OAuth client", examples=["….apps.googleusercontent.com"]
    )
    client_secret: SecretStr | None = Field(None, min_length=1, description="its secret", examples=["…"])
    url: str = Field("https://gmail.googleapis.com", description="another address of the API")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("client_id and client_secret belong together")
        if (self.client_id is None) == (self.token is None):
            raise ValueError("say client_id and client_secret, and run `okr auth`; or token alone")
        return self

    def authorization(self) -> OAuth | None:
        if self.client_id is None or self.client_secret is None:
            return None
        return google_oauth(self.client_id, self.client_secret, "gmail.readonly")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        before = _PLACES.validate_python(ask.cursor or {})
        after: dict[str, Place] = {}
        budget = MOST
        for name, settings in self.named.items():
            wanted = Place(query=ask.fingerprint(settings.query), since=ask.since)
            reader = Reader(self.mailbox, ask, settings.query, wanted.resumed(before.get(name)), self.bearer)
            budget = await reader.read(budget)
            after[name] = reader.place
            for at, key in reader.found:
                yield Reading(name, at=at, key=key)
            if reader.end is not None:
                yield Span(name, reader.place.since, reader.end)
        yield Cursor(_PLACES.dump_python(after, mode="json"))

    async def seen(self, ask: Ask) -> Seen:
        bearer = await self.bearer(ask)
        params = {"fields": "emailAddress"}
        profile = await ask.json(Profile, f"{self.mailbox}/profile", params=params, bearer=bearer)
        return Seen(profile.address)

    @property
    def mailbox(self) -> str:
        return f"{beneath(self.url, 'gmail', 'v1')}/users/me"
