"""Mailchimp Marketing API 3.0: an audience as it is, its days and its months."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from ingest.connector import Answer, Ask, Broken, Connector, Params, Reading, Seen, Span, Yielded, events, level

Count = Annotated[int, Field(ge=0)]
Percentage = Annotated[float, Field(ge=0, le=100)]
_DATA_CENTRE = re.compile(r".+-([a-z]+\d+)")
_MOST = 1000  # rows a page; the vendor's own default is 10


class Stats(BaseModel):
    member_count: Count
    open_rate: Percentage | None = None  # missing until the vendor has computed it
    click_rate: Percentage | None = None


class Audience(BaseModel):
    stats: Stats


class Day(BaseModel):
    day: date
    subs: Count
    other_adds: Count
    unsubs: Count
    other_removes: Count


class Month(BaseModel):
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    subscribed: Count

    def next(self) -> date:
        """The first day after the month."""
        year, month = map(int, self.month.split("-"))
        return date(year + month // 12, month % 12 + 1, 1)


class Named(BaseModel):
    name: str


class Days(BaseModel):
    rows: list[Day] = Field(alias="activity")
    total_items: Count


class Months(BaseModel):
    rows: list[Month] = Field(alias="history")
    total_items: Count


class Mailchimp(Connector):
    """Subscribers of a Mailchimp audience, with those who came and went by day.

    The audience's id stands under *Audience*, *Settings*, *Audience name and defaults*.

    The past comes along: `subscribers` at the end of every month since the audience began, `new_subscribers` and
    `lost_subscribers` for the last 180 days. Mailchimp does not say in which zone its days and months begin; they are
    taken in the configured one. The numbers of today grow until the day is over. `subscribers` are those who confirmed
    and did not leave; Mailchimp brings it up to date with some delay.
    """

    needs = "an API key (Account, Extras, API keys) of a user who may look at the audience"
    proven = "against the vendor's description of version 3.0.55, with recorded answers"
    signals = {
        "subscribers": level("people", "who may be written to now"),
        "new_subscribers": events("people", "who came, a day"),
        "lost_subscribers": events("people", "who left or were removed, a day"),
        "open_rate": level(None, "the share of recipients who open a campaign, on average: 0.4 is 40%"),
        "click_rate": level(None, "the share of recipients who click in a campaign, on average: 0.05 is 5%"),
    }

    api_key: SecretStr = Field(description="it ends in the account's data centre, such as -us19")
    audience: str = Field(pattern="^[A-Za-z0-9]+$", description="the audience's id", examples=["a1b2c3d4e5"])
    url: str | None = Field(None, description="another address of the API; default: that of the key's data centre")

    @model_validator(mode="after")
    def _knows_where(self) -> Self:
        if self.url is None and not _DATA_CENTRE.fullmatch(self.api_key.get_secret_value()):
            raise ValueError("api_key: a key of Mailchimp ends in its data centre, such as -us19; copy all of it")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        url, basic = self._address(), ("okr-ingest", self.api_key)
        audience = await ask.json(Audience, url, params={"fields": "stats"}, basic=basic)
        for reading in now(audience.stats):
            yield reading

        params: Params = {"count": _MOST, "offset": 0}
        first = ask.midnight(ask.now.astimezone(ask.zone).date())
        async for page in ask.pages(Days, f"{url}/activity", _Following(), params=params, basic=basic):
            for row in page.rows:
                at = ask.midnight(row.day)
                if ask.since is not None and at < ask.since:
                    continue
                first = min(first, at)
                yield Reading("new_subscribers", row.subs + row.other_adds, at, row.day.isoformat())
                yield Reading("lost_subscribers", row.unsubs + row.other_removes, at, row.day.isoformat())
        yield Span("new_subscribers", first, whole=True)
        yield Span("lost_subscribers", first, whole=True)

        ordered: Params = {**params, "sort_field": "month", "sort_dir": "ASC"}
        async for history in ask.pages(Months, f"{url}/growth-history", _Following(), params=ordered, basic=basic):
            for month in history.rows:
                end = ask.midnight(month.next())
                if end <= ask.now and (ask.since is None or end >= ask.since):  # the running month is told above
                    yield Reading("subscribers", month.subscribed, end)

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(Named, self._address(), params={"fields": "name"}, basic=("okr-ingest", self.api_key))
        return Seen(found.name, ("the key can do all that its user can: that of one who may only look is enough",))

    def _address(self) -> str:
        centre = _DATA_CENTRE.fullmatch(self.api_key.get_secret_value())
        start = self.url or f"https://{centre[1] if centre else ''}.api.mailchimp.com/3.0"
        return f"{start.rstrip('/')}/lists/{self.audience}"


def now(stats: Stats) -> list[Reading]:
    """What the audience says of this moment. Its rates are percentages here, though shares in the vendor's reports."""
    readings = [Reading("subscribers", stats.member_count)]
    if stats.open_rate is not None:
        readings.append(Reading("open_rate", stats.open_rate / 100))
    if stats.click_rate is not None:
        readings.append(Reading("click_rate", stats.click_rate / 100))
    return readings


class _Following:
    """The next page: the offset moves on by what came, until all that `total_items` promised is there."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, page: Days | Months, _: Answer) -> Params | None:
        self._seen += len(page.rows)
        if self._seen >= page.total_items:
            return None
        if not page.rows:
            raise Broken(f"only {self._seen} of {page.total_items} rows came", "total_items")
        return {"offset": self._seen}
