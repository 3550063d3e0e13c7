"""Stack Overflow and the other sites of Stack Exchange: what a user is worth to them."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from ingest.connector import (
    Answer,
    Ask,
    Connector,
    Params,
    Reading,
    Refused,
    Seen,
    SourceError,
    Unavailable,
    hours,
    level,
    minutes,
)
from ingest.connector.shape import cleaned

Count = Annotated[int, Field(ge=0)]
_THROTTLED = 502
_WAIT = re.compile(r"in (\d{1,5}) seconds", re.ASCII)


class Badges(BaseModel):
    gold: Count
    silver: Count
    bronze: Count


class User(BaseModel):
    display_name: str = ""
    reputation: int
    badge_counts: Badges


class Users(BaseModel):
    items: list[User]


class Refusal(BaseModel):
    error_id: int
    error_message: str = ""


class StackExchange(Connector):
    """Reputation and badges of a user on Stack Overflow, or on another site of Stack Exchange.

    The user's id is the number in the address of the profile: 99999999 in `stackoverflow.com/users/99999999/…`; each
    site has its own. `site` is the site's name as its API has it: `stackoverflow`, `serverfault`, `superuser`, `pm`
    (Project Management), and the first part of the address of most others.

    Without a `key` 300 questions a day may be asked from one address, with one 10,000; a pull asks one. A key is made
    on stackapps.com by registering an app, and is no secret: it goes in the address. An answer may tell to wait some
    seconds before the next question, which pulls that are 15 minutes apart always do.

    Reputation may go down. There is no history here: the one that Stack Exchange shows to everybody leaves out what is
    private, so that it does not add up. Numbers are known from the first pull on.
    """

    proven = "from Stack Exchange's documentation of its API 2.3, to be checked live"
    every = hours(6)
    fastest = minutes(15)
    signals: ClassVar = {
        "reputation": level("points", "what others' votes gave"),
        "gold_badges": level("badges", "gold badges"),
        "silver_badges": level("badges", "silver badges"),
        "bronze_badges": level("badges", "bronze badges"),
    }

    user: int = Field(ge=1, description="the number in the address of the profile", examples=["99999999"])
    site: str = Field("stackoverflow", pattern=r"^[a-z0-9.-]{1,60}$", description="the site's name in the API")
    key: str | None = Field(None, min_length=1, description="the key of an app, for more than 300 questions a day")
    url: str = Field("https://api.stackexchange.com/2.3", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        user = await self._user(ask)
        yield Reading("reputation", user.reputation)
        yield Reading("gold_badges", user.badge_counts.gold)
        yield Reading("silver_badges", user.badge_counts.silver)
        yield Reading("bronze_badges", user.badge_counts.bronze)

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._user(ask)).display_name)

    async def _user(self, ask: Ask) -> User:
        url = f"{self.url.rstrip('/')}/users/{self.user}"
        params: Params = {"site": self.site, **({"key": self.key} if self.key else {})}
        found = await ask.json(Users, url, params=params, means=partial(meant, ask.now))
        if not found.items:
            raise Refused(f"{self.site} has no user {self.user}", "copy the number from the address of the profile")
        return found.items[0]


def meant(now: datetime, answer: Answer, error: SourceError) -> SourceError:
    """All refusals are a 400; the one for asking too much says when to come again."""
    said = answer.fitting(Refusal)
    if said is None or not isinstance(error, Refused):
        return error
    message = f"{error}: {cleaned(said.error_message, 120)}"
    if said.error_id == _THROTTLED:
        wait = _WAIT.search(said.error_message)
        return Unavailable(
            message, min(now + timedelta(seconds=int(wait[1])), now + timedelta(days=1)) if wait else None
        )
    return Refused(message, error.cure, error.status)
