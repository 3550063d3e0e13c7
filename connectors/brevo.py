"""Brevo API v3: a list's subscribers, who came, and how campaigns are read."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.newcomer import Newcomers
from ingest.connector import (
    Answer,
    Ask,
    Connector,
    Params,
    Reading,
    Seen,
    Yielded,
    counter,
    events,
    level,
    minutes,
)

Count = Annotated[int, Field(ge=0)]
_MOST = 1000  # rows a page
_MAILS = 50


class ContactList(BaseModel):
    name: str = ""
    subscribers: Count = Field(alias="totalSubscribers")
    blocklisted: Count = Field(alias="totalBlacklisted")


class Contact(BaseModel):
    id: int
    created_at: AwareDatetime = Field(alias="createdAt")


class Contacts(BaseModel):
    contacts: list[Contact]
    count: Count


class Stats(BaseModel):
    delivered: Count
    opened: Count = Field(alias="uniqueViews")
    clicked: Count = Field(alias="uniqueClicks")


class Statistics(BaseModel):
    whole: Stats = Field(alias="globalStats")


class Campaign(BaseModel):
    statistics: Statistics


class Campaigns(BaseModel):
    count: Count
    campaigns: list[Campaign] | None = None  # may be left out where there are none


class Brevo(Connector):
    """Subscribers of one list of a Brevo account, who came, and how its campaigns are read.

    `subscribers` are the contacts of the list who are not blocklisted; `total_lost_subscribers` those who are: they
    unsubscribed, bounced or complained. Brevo does not tell when somebody did.

    `new_subscribers` come with the past: the contacts of the list by the time the contact was made in the account,
    which may be before it came to this list. Who was deleted is missing in it; who is deleted later stays counted.

    `open_rate` and `click_rate` are of the newest 50 campaigns of the whole account, of what happened in the last six
    months: Brevo tells no more. Depending on the account's settings they hold opens that Apple's mail program makes.

    The statistics may be asked for 100 times an hour, by all who use the account's keys. Nothing is kept of people but
    a hash.
    """

    needs = "an API key (SMTP & API, API keys), and this machine's address among the account's authorized IPs"
    fastest = minutes(5)
    proven = "from the vendor's own library, version 5.1, with recorded answers; to be checked live"
    signals = {
        "subscribers": level("people", "contacts of the list who may be written to now"),
        "new_subscribers": events("people", "contacts of the list, by the time they came"),
        "total_lost_subscribers": counter("people", "contacts of the list who are blocklisted"),
        "open_rate": level(None, "the share of those reached who open a campaign: 0.4 is 40%"),
        "click_rate": level(None, "the share of those reached who click in a campaign: 0.05 is 5%"),
    }

    api_key: SecretStr = Field(description="an API key, `xkeysib-…`")
    list_id: int = Field(ge=1, description="the list's number (Contacts, Lists)", examples=[7])
    url: str = Field("https://api.brevo.com/v3", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        headers = {"api-key": self.api_key}
        found = await ask.json(ContactList, self._list(), headers=headers)
        yield Reading("subscribers", found.subscribers)
        yield Reading("total_lost_subscribers", found.blocklisted)

        newest: Params = {
            "status": "sent",
            "statistics": "globalStats",
            "limit": _MAILS,
            "sort": "desc",
            "excludeHtmlContent": True,
        }
        sent = await ask.json(Campaigns, self._address("emailCampaigns"), params=newest, headers=headers)
        mails = [one.statistics.whole for one in sent.campaigns or []]
        if delivered := sum(mail.delivered for mail in mails):
            yield Reading("open_rate", sum(mail.opened for mail in mails) / delivered)
            yield Reading("click_rate", sum(mail.clicked for mail in mails) / delivered)

        newcomers = Newcomers(ask)
        params: Params = {"listIds": self.list_id, "sort": "asc", "limit": _MOST, "offset": 0}
        if newcomers.start:
            params = {**params, "createdSince": f"{newcomers.start:%Y-%m-%dT%H:%M:%S.000Z}"}
        url = self._address("contacts")
        async for page in ask.pages(Contacts, url, _Following(), params=params, headers=headers):
            for contact in page.contacts:
                for reading in newcomers.reading(str(contact.id), contact.created_at):
                    yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(ContactList, self._list(), headers={"api-key": self.api_key})
        return Seen(found.name, ("a key of Brevo can do all that the account can: guard it",))

    def _list(self) -> str:
        return self._address(f"contacts/lists/{self.list_id}")

    def _address(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path}"


class _Following:
    """The next page, until all are there. `count` may be of all contacts, whatever was asked for: then the last page
    has no rows."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, page: Contacts, _: Answer) -> Params | None:
        self._seen += len(page.contacts)
        return {"offset": self._seen} if page.contacts and self._seen < page.count else None
