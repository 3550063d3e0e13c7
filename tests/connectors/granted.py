"""An account that was granted, for connectors that ask with a token of `okr auth`."""

from pathlib import Path

from pydantic import SecretStr

from ingest.connector import Connector
from ingest.connector.oauth.account import Account
from ingest.connector.oauth.token import Token

TOKEN = "a-granted-token"


def granted(connector: Connector, folder: Path) -> Account:
    """A token without an end, kept in `folder`."""
    oauth = connector.authorization()
    assert oauth is not None
    file = folder / "it.json"
    if not file.exists():
        file.touch(0o600)
        file.write_text(Token(SecretStr(TOKEN)).text())
    return Account("it", oauth, file, "it.json")
