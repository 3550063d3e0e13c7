"""An account that was granted, for connectors that ask with a token of `okr auth`; and the kit for them."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from ingest.connector import Ask, Connector
from ingest.connector.kit import HttpConformance
from ingest.connector.oauth.account import Account
from ingest.connector.oauth.token import Token
from ingest.connector.record import Conversation

TOKEN = "a-granted-token"


def granted(connector: Connector, folder: Path) -> Account:
    """A token without an end, kept in `folder`."""
    oauth = connector.authorization()
    assert oauth is not None
    file = folder / "it.json"
    file.touch(0o600)
    file.write_text(Token(SecretStr(TOKEN), client_id=oauth.client_id, token_url=oauth.token_url).text())
    return Account("it", oauth, file, "it.json")


class Granted(HttpConformance):
    def _ask(self, conversation: Conversation, home: Path | None = None) -> Ask:
        ask = super()._ask(conversation, home)
        client = conversation.client()
        return Ask(
            client=lambda: client,
            now=ask.now,
            since=ask.since,
            zone=ask.zone,
            home=ask.home,
            key=b"conformance",
            limits=ask.limits,
            account=granted(self.made(), Path(_folder().name)),
        )


@cache
def _folder() -> "TemporaryDirectory[str]":
    """It lasts as long as the tests do."""
    return TemporaryDirectory(prefix="okr-granted-")
