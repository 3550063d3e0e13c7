"""`okr auth SOURCE`: ask a person for consent, and keep what was granted."""

from dataclasses import replace
from typing import Literal

from ingest.connector.answer import Answer
from ingest.connector.exchange import exchange
from ingest.connector.limits import Limits
from ingest.connector.oauth.account import OAuthAccount
from ingest.connector.oauth.endpoint import LARGEST
from ingest.connector.oauth.token import Token
from ingest.connector.question import Question
from ingest.connector.slots import Slots
from ingest.run.consent.code import by_browser
from ingest.run.consent.device import by_device
from ingest.run.consent.prompt import Show
from ingest.run.http import open_client
from ingest.run.wall import wall_clock

Way = Literal["browser", "device"]


def ways(account: OAuthAccount) -> list[Way]:
    """How consent can be given, the usual way first."""
    found: list[Way] = ["browser"] if account.oauth.authorize_url is not None else []
    return [*found, "device"] if account.oauth.device_url is not None else found


async def grant(account: OAuthAccount, way: Way, show: Show) -> Token:
    """The token that was granted; it is kept. Raises `SourceError` where it does not come to that."""
    limits, slots = replace(Limits(), redirects=0), Slots()
    async with open_client() as client:

        async def send(asked: Question) -> Answer:
            return await exchange(client, asked, slots, limits, LARGEST, wall_clock)

        by = by_browser if way == "browser" else by_device
        token = await by(account.oauth, send, show, wall_clock)
        await account.keep(token)
    return token
