"""Bluesky: an account as everybody sees it."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from connectors.parts.cure import cured
from connectors.parts.origin import beneath
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Cursor,
    Reading,
    Seen,
    Yielded,
    level,
    minutes,
)

Count = Annotated[int, Field(ge=0)]
_HANDLE = r"^(@?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|did:(plc|web):[A-Za-z0-9.:%_-]+)$"

_WHOLE = "check that {} is the whole handle, as its page shows it, and still there"
"""What is not there is answered with 400, and never with 404."""


class Profile(BaseModel):
    did: str = Field(pattern="^did:")
    handle: str
    display_name: str = Field("", alias="displayName")
    followers: Count | None = Field(None, alias="followersCount")  # the lexicon lets all three be left out
    follows: Count | None = Field(None, alias="followsCount")
    posts: Count | None = Field(None, alias="postsCount")

    def readings(self) -> list[Reading]:
        told = {"followers": self.followers, "following": self.follows, "posts": self.posts}
        readings = [Reading(signal, count) for signal, count in told.items() if count is not None]
        if not readings:
            raise Broken("is missing, as are the other numbers", "followersCount")
        return readings


class Known(BaseModel):
    did: str


class Bluesky(Connector):
    """Followers and posts of a Bluesky account. Needs no account and no key.

    What is asked for is the public view of Bluesky, which is some minutes old. After the first pull the account is
    asked for by its id (`did:plc:…`), so that it is still found when its handle changes; somebody else who takes the
    old handle is not meant. A number that the answer leaves out is unknown, and never 0. `posts` are those that are
    there now, replies included.

    There is no history: numbers are known from the first pull on. How often one may ask is not published; once an hour
    is little.
    """

    proven = (
        "requests validated against Bluesky's lexicons of 2026-08; proven on Bluesky's AppView "
        "(`@atproto/bsky` 0.0.280), records indexed without a personal server"
    )
    fastest = minutes(5)
    signals: ClassVar = {
        "followers": level("people", "who follows the account"),
        "following": level("people", "whom the account follows"),
        "posts": level("posts", "what it published, replies included"),
    }

    account: str = Field(pattern=_HANDLE, description="the account's handle, or its DID", examples=["ada.bsky.social"])
    url: str = Field("https://public.api.bsky.app", description="another server that answers for accounts")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        known = None if ask.cursor is None else Known.model_validate(ask.cursor).did
        profile = await self._profile(ask, known or self.account.removeprefix("@"))
        for reading in profile.readings():
            yield reading
        yield Cursor(Known(did=profile.did).model_dump())

    async def seen(self, ask: Ask) -> Seen:
        profile = await self._profile(ask, self.account.removeprefix("@"))
        return Seen(profile.display_name or profile.handle)

    async def _profile(self, ask: Ask, actor: str) -> Profile:
        url = f"{beneath(self.url, 'xrpc')}/app.bsky.actor.getProfile"
        return await ask.json(Profile, url, params={"actor": actor}, means=cured({400: _WHOLE.format(self.account)}))
