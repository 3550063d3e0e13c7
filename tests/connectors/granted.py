"""The kit for connectors whose user grants access with `okr auth`: a token is there, good for years."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from ingest.connector import Ask
from ingest.connector.kit import HttpConformance
from ingest.connector.oauth.account import Account
from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.token import Token
from ingest.connector.record import Conversation

ACCESS = "ya29.a-made-up-access-token"


class Granted(HttpConformance):
    def _ask(self, conversation: Conversation, home: Path | None = None) -> Ask:
        ask = super()._ask(conversation, home)
        oauth = self.made().authorization()
        assert oauth is not None
        client = conversation.client()
        return Ask(
            client=lambda: client,
            now=ask.now,
            since=ask.since,
            zone=ask.zone,
            home=ask.home,
            key=b"conformance",
            limits=ask.limits,
            account=account(oauth.client_id, oauth.token_url),
        )


@cache
def account(client_id: str, token_url: str) -> Account:
    folder = _folder()
    file = Path(folder.name) / "token.json"
    file.write_text(Token(access=SecretStr(ACCESS), client_id=client_id, token_url=token_url).text())
    file.chmod(0o600)
    oauth = OAuth(token_url=token_url, client_id=client_id, device_url=token_url)
    return Account("it", oauth, file, "tokens/it.json")


@cache
def _folder() -> "TemporaryDirectory[str]":
    """It lasts as long as the tests do."""
    return TemporaryDirectory(prefix="okr-granted-")
