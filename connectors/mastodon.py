"""Mastodon, and what speaks its API: an account as its own instance shows it."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from ingest.connector import Answer, Ask, Connector, Reading, Refused, Seen, SourceError, level, minutes
from ingest.connector.shape import cleaned

Count = Annotated[int, Field(ge=0)]
_ACCOUNT = r"^@?[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$"


class Moved(BaseModel):
    acct: str


class Account(BaseModel):
    acct: str  # with `@` and an instance where that is another one
    display_name: str = ""
    followers_count: Count
    following_count: Count
    statuses_count: Count
    suspended: bool | None = None
    moved: Moved | None = None


class Mastodon(Connector):
    """Followers and posts of a Mastodon account, asked at its own instance.

    Nothing but the account's address is needed, since instances show these numbers to everybody; some show them to
    their own people alone, and then want a `token`. The instance is the part behind the second `@`. If it is reached
    under another name (`@ada@example.org` on `https://social.example.org`), say so with `url`. Another instance than
    the account's own would know some of its followers only, so its answer is refused.

    `posts` are the public ones, boosts and replies included, as Mastodon counts them; what is deleted is not counted
    any more. An account that has moved is refused, and where it is now is told. There is no history: numbers are known
    from the first pull on. An instance answers 300 questions in five minutes; a pull asks one.
    """

    needs = "a token only where the instance answers nobody else: one with read:accounts (Preferences, Development)"
    proven = "requests validated against the OpenAPI description of Mastodon 4.7 of 2026-08"
    fastest = minutes(5)
    signals: ClassVar = {
        "followers": level("people", "who follows the account"),
        "following": level("people", "whom the account follows"),
        "posts": level("posts", "what it published, boosts and replies included"),
    }

    account: str = Field(pattern=_ACCOUNT, description="the account's whole address", examples=["@ada@example.social"])
    token: SecretStr | None = Field(None, min_length=1, description="where the instance answers nobody else")
    url: str | None = Field(None, description="where the instance is; default: https:// and the account's instance")

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        account = await self._account(ask)
        yield Reading("followers", account.followers_count)
        yield Reading("following", account.following_count)
        yield Reading("posts", account.statuses_count)

    async def seen(self, ask: Ask) -> Seen:
        account = await self._account(ask)
        return Seen(account.display_name or account.acct)

    async def _account(self, ask: Ask) -> Account:
        name, instance = self.account.removeprefix("@").split("@")
        lookup = f"{beneath(self.url or f'https://{instance}', 'api', 'v1')}/accounts/lookup"
        means = partial(meant, self.account)
        found = await ask.json(Account, lookup, params={"acct": name}, bearer=self.token, means=means)
        if "@" in found.acct:
            raise Refused(f"{self.account} is not at home there", "ask its own instance, or write another `url`")
        if found.suspended:
            raise Refused(f"{self.account} is suspended, and its numbers mean nothing", "ask whoever runs the instance")
        if found.moved is not None:
            onward = cleaned(found.moved.acct, 120)
            raise Refused(f"{self.account} has moved to @{onward}, and its followers with it", "write the new address")
        return found


def meant(account: str, answer: Answer, error: SourceError) -> SourceError:
    if answer.status == 404:
        return Refused(
            f"{error}: there is no {account}", "check the account's address; is its instance elsewhere: `url`?"
        )
    if answer.status == 410:
        return Refused(f"{error}: {account} is gone", "the account was suspended or deleted")
    return error
