"""Mailman 3 core REST API: the members of a mailing list."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from ingest.connector import Ask, Connector, Reading, Seen, Yielded, level

Count = Annotated[int, Field(ge=0)]


class MailingList(BaseModel):
    fqdn_listname: str = ""
    member_count: Count


class Requests(BaseModel):
    count: Count


class Mailman(Connector):
    """Members of a Mailman 3 list.

    Owners and moderators who are no members do not count; a member whose delivery is off (a holiday, bounces) does.
    `pending_subscribers` are those who asked to join and wait, for their own confirmation or for a moderator.

    Mailman's core keeps no history and does not tell when somebody joined: the numbers begin with the first pull.

    The REST API listens at the machine of Mailman alone, as it should: run okr-ingest there, or put a proxy with TLS
    before it. It has one account, which can do everything with every list; there is none that may only read.
    """

    needs = "admin_user and admin_pass of the section [webservice] in mailman.cfg"
    proven = "on Mailman 3.3.10"
    signals = {
        "subscribers": level("people", "members of the list now"),
        "pending_subscribers": level("people", "who asked to join and are not members yet"),
    }

    url: str = Field("http://localhost:8001", description="where the REST API is")
    username: str = Field("restadmin", min_length=1, pattern="^[^:]+$", description="`admin_user` in mailman.cfg")
    password: SecretStr = Field(description="`admin_pass` in mailman.cfg")
    mailing_list: str = Field(
        pattern=r"^[A-Za-z0-9._+~@-]+$", description="the list's address or id", examples=["news@example.org"]
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        basic = (self.username, self.password)
        members = await ask.json(MailingList, self._address(), basic=basic)
        yield Reading("subscribers", members.member_count)
        requests = await ask.json(Requests, self._address("/requests/count"), basic=basic)
        yield Reading("pending_subscribers", requests.count)

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(MailingList, self._address(), basic=(self.username, self.password))
        return Seen(found.fqdn_listname, ("the account can change every list, and Mailman has no other: guard it",))

    def _address(self, path: str = "") -> str:
        return f"{beneath(self.url, '3.1')}/lists/{self.mailing_list}{path}"
