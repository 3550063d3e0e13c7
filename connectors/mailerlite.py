"""MailerLite (the new one): subscribers, who left, and how mails are read."""

from collections.abc import AsyncIterator
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, SecretStr

from ingest.connector import Ask, Broken, Connector, Params, Reading, Yielded, counter, level

M = TypeVar("M", bound=BaseModel)
Count = Annotated[int, Field(ge=0)]
_GONE = ("unsubscribed", "bounced", "junk")
_MAILS = 25


class Total(BaseModel):
    total: Count


class Stats(BaseModel):
    sent: Count
    unique_opens_count: Count
    unique_clicks_count: Count


class Campaign(BaseModel):
    stats: Stats


class Campaigns(BaseModel):
    data: list[Campaign]


class MailerLite(Connector):
    """Subscribers of a MailerLite account, those who left, and how its mails are read.

    `subscribers` are the active ones; `total_lost_subscribers` those who unsubscribed, bounced or reported spam.
    MailerLite tells no past: the numbers begin with the first pull.

    `open_rate` and `click_rate` are of the campaigns on the first page (25) of those that were sent. They are made of
    their numbers: MailerLite's own rates are shares in one place and percentages in another.

    A key ends with the user who made it. MailerLite Classic is another product with other keys, which are refused. That
    numbers of subscribers follow their status is what the vendor's own library relies on; where all are the same, the
    pull is broken, since then they do not.
    """

    needs = "an API token (Integrations, API, Generate new token) of the new MailerLite, not of MailerLite Classic"
    proven = "from the vendor's own library, version 1.7, with recorded answers; to be checked live"
    signals = {
        "subscribers": level("people", "active subscribers"),
        "total_lost_subscribers": counter("people", "who unsubscribed, bounced or reported spam"),
        "open_rate": level(None, "the share of recipients who open a campaign: 0.4 is 40%"),
        "click_rate": level(None, "the share of recipients who click in a campaign: 0.05 is 5%"),
    }

    api_key: SecretStr = Field(description="an API token")
    url: str = Field("https://connect.mailerlite.com/api", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        active, *gone = [await self._count(ask, status) for status in ("active", *_GONE)]
        if active and all(count == active for count in gone):
            raise Broken("is the same for each status: the answers seem not to be of one status each", "total")
        yield Reading("subscribers", active)
        yield Reading("total_lost_subscribers", sum(gone))

        params: Params = {"filter[status]": "sent", "limit": _MAILS}
        campaigns = await self._asked(ask, Campaigns, "campaigns", params)
        if sent := sum(one.stats.sent for one in campaigns.data):
            yield Reading("open_rate", sum(one.stats.unique_opens_count for one in campaigns.data) / sent)
            yield Reading("click_rate", sum(one.stats.unique_clicks_count for one in campaigns.data) / sent)

    async def _count(self, ask: Ask, status: str) -> int:
        return (await self._asked(ask, Total, "subscribers", {"filter[status]": status, "limit": 0})).total

    async def _asked(self, ask: Ask, model: type[M], path: str, params: Params) -> M:
        url, headers = f"{self.url.rstrip('/')}/{path}", {"accept": "application/json"}
        return await ask.json(model, url, params=params, headers=headers, bearer=self.api_key)
