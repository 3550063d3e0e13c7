"""X (Twitter) API v2: an account as everybody sees it. Asking costs money."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

from pydantic import AliasChoices, BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from ingest.connector import Answer, Ask, Broken, Connector, Reading, Refused, Seen, SourceError, days, hours, level
from ingest.connector.shape import cleaned

Count = Annotated[int, Field(ge=0)]
_CAPPED = "/usage-capped"
_MORE = "raise the spending limit or buy credits in the developer console (console.x.com), or wait for the next period"
_NAME = "check the name; a suspended or deleted account cannot be asked for"


class Metrics(BaseModel):
    followers_count: Count
    following_count: Count
    listed_count: Count
    posts: Count = Field(validation_alias=AliasChoices("post_count", "tweet_count"))  # the docs have both


class User(BaseModel):
    name: str = ""
    public_metrics: Metrics | None = None


class Problem(BaseModel):
    title: str = ""
    detail: str = ""
    message: str = ""  # of the older shape
    type: str = ""


class Found(BaseModel):
    data: User | None = None
    errors: list[Problem] = []


class X(Connector):
    """Followers and posts of an account on X. **Each question costs money.**

    X has no free access any more: since 2026-02-06 it is paid by use. Reading an account costs 0.010 US dollars, once a
    day (in UTC) however often it is read, so it is asked once a day and costs some 3.70 dollars a year. Those who still
    have an old plan (Basic, Pro) pay by that. Prices change; the developer console has those of today and a limit for
    what may be spent. A key that has reached its limit is refused until somebody raises it or the next period begins.

    The bearer token of an app is enough, and does not end: make an app in the developer console (console.x.com), *Keys
    and tokens*, *Bearer token*. An account whose posts are protected shows its numbers too.

    `posts` are those that are there now, reposts included. There is no history: numbers are known from the first pull
    on.
    """

    needs = "the bearer token of an app with credits (console.x.com, Keys and tokens)"
    proven = "requests validated against X's description 2.167 of 2026-08"
    every = days(1)
    fastest = hours(6)
    signals: ClassVar = {
        "followers": level("people", "who follows the account"),
        "following": level("people", "whom the account follows"),
        "posts": level("posts", "what it published, reposts included"),
        "lists": level("lists", "lists of others that have the account in them"),
    }

    username: str = Field(pattern=r"^@?[A-Za-z0-9_]{1,15}$", description="the account's name", examples=["@example"])
    token: SecretStr = Field(min_length=1, description="the bearer token of an app")
    url: str = Field("https://api.x.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        metrics = self._metrics(await self._found(ask))
        yield Reading("followers", metrics.followers_count)
        yield Reading("following", metrics.following_count)
        yield Reading("posts", metrics.posts)
        yield Reading("lists", metrics.listed_count)

    async def seen(self, ask: Ask) -> Seen:
        user = (await self._found(ask)).data
        return Seen(user.name if user else "")

    async def _found(self, ask: Ask) -> Found:
        url = f"{beneath(self.url, '2')}/users/by/username/{self.username.removeprefix('@')}"
        return await ask.json(Found, url, params={"user.fields": "public_metrics"}, bearer=self.token, means=meant)

    def _metrics(self, found: Found) -> Metrics:
        """An account that is not there, or must not be seen, is a 200 with `errors`."""
        if found.data is not None and found.data.public_metrics is not None:
            return found.data.public_metrics
        if not found.errors:
            raise Broken("is missing", "data.public_metrics")
        problem = found.errors[0]
        said = cleaned(problem.detail or problem.title or problem.message, 120)
        raise Refused(f"X does not tell of @{self.username.removeprefix('@')}: {said}", _NAME)


def meant(answer: Answer, error: SourceError) -> SourceError:
    """What may be spent is spent: to come again later does not help."""
    problem = answer.fitting(Problem)
    return Refused(str(error), _MORE) if problem and problem.type.endswith(_CAPPED) else error
