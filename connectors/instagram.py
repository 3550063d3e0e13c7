"""Instagram API with Instagram Login: followers of a professional account."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.insights import ZONE, Insights, beginning, days_of
from connectors.parts.meta_refusal import meant
from connectors.parts.meta_token import renewal
from connectors.parts.token_end import TokenEnd, expiry
from connectors.parts.told import first_day
from ingest.connector import Ask, Connector, Params, Reading, Renewal, Seen, Signal, Yielded, days, events, hours, level

Count = Annotated[int, Field(ge=0)]
_BACK = days(29)  # no more days are told, and today is none of them
_AGAIN = days(3)
_NEW = "make a new token in the app's API setup with Instagram login (developers.facebook.com), and write it as `token`"


class Account(BaseModel):
    username: str
    followers_count: Count
    follows_count: Count
    media_count: Count


class Instagram(Connector):
    """Followers and posts of your Instagram account, and who began to follow by day.

    Instagram tells these numbers of professional accounts alone (business or creator; *Settings*, *Account type*). On
    developers.facebook.com make an app with the product *Instagram*, *API setup with Instagram login*; add the account
    there and let it make a token with `instagram_business_basic`, and write it as `token`.

    A token ends after 60 days. It is renewed each week, which Instagram does from 24 hours after it was made: for the
    first time a day after the first pull. What follows on it is kept in `.okr/tokens/` or where `token_file` says, and
    from then on its end is known. As long as one pull in some seven weeks goes well it never ends. Where it could not
    be renewed, that is told at once, and its end two weeks before; then make a new one in the same place and write it
    as `token`: it counts from then on. Whether the token before still counts, Meta does not say: let nobody else use
    the one that you write here. `token_ends` tells the end of a token that was not renewed yet.

    `new_followers` need `daily: true`, the permission `instagram_business_manage_insights` too, and an account with 100
    followers or more. They come for the last 30 days without today, up to two days late; who stops following is not
    taken off. As far as is known the days are those of California; here they are taken in the configured zone. What
    Instagram leaves out is unknown, and never 0.

    Version 26.0 of the Graph API is asked; a version lives some two years, and another can be written in `url`.
    """

    needs = "a token with instagram_business_basic, and with `daily` instagram_business_manage_insights"
    proven = "from Meta's documentation, to be checked live"
    every = hours(6)
    stale_after = days(4)
    signals: ClassVar[Mapping[str, Signal]] = {
        "followers": level("people", "who follows the account"),
        "following": level("people", "whom the account follows"),
        "posts": level("posts", "pictures, videos and reels that are there"),
        "new_followers": events("people", "who began to follow, a day; with `daily`"),
    }

    token: SecretStr = Field(min_length=1, description="a token of Instagram login")
    token_ends: TokenEnd = None
    daily: bool = Field(False, description="whether new followers by day are asked for")
    url: str = Field("https://graph.instagram.com/v26.0", description="the API with its version")

    def offered(self) -> Mapping[str, Signal]:
        return {name: one for name, one in self.signals.items() if self.daily or name != "new_followers"}

    def authorization(self) -> Renewal:
        return renewal(self.token, self.url, "ig_refresh_token", _NEW)

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        account = await self._account(ask)
        yield Reading("followers", account.followers_count)
        yield Reading("following", account.follows_count)
        yield Reading("posts", account.media_count)
        if self.daily:
            today = ask.now.astimezone(ZONE).date()
            wanted = first_day(ask, _BACK, _AGAIN, today - _BACK) or today
            since = min(wanted, today - days(1))  # an empty time, as on the first day of a period, is refused
            insights = await self._insights(ask, since, today)
            for one in days_of("new_followers", insights.values("follower_count"), since, ask):
                yield one
        for ending in expiry(self.token_ends, ask):
            yield ending

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._account(ask)).username)

    async def _account(self, ask: Ask) -> Account:
        fields = {"fields": "username,followers_count,follows_count,media_count"}
        token = await ask.token()
        return await ask.json(Account, f"{self.url.rstrip('/')}/me", params=fields, bearer=token, means=meant)

    async def _insights(self, ask: Ask, since: date, until: date) -> Insights:
        asked: Params = {
            "metric": "follower_count",
            "period": "day",
            "since": beginning(since),
            "until": beginning(until),
        }
        url = f"{self.url.rstrip('/')}/me/insights"
        return await ask.json(Insights, url, params=asked, bearer=await ask.token(), means=meant)
