"""An account that was granted, for the conformance kit: no vendor is asked for a token."""

from pathlib import Path
from tempfile import mkdtemp

from pydantic import SecretStr

from ingest.connector.connector import Connector
from ingest.connector.oauth.account import Account, OAuthAccount
from ingest.connector.oauth.renewal import Renewal, RenewalAccount

TOKEN = "a-granted-token"  # noqa: S105  made up


def granted(connector: Connector, folder: Path) -> Account | None:
    """With a token that has no end (the one in its settings where it is one that is renewed), kept in a new folder
    inside `folder`; None where the connector wants none."""
    from ingest.connector.oauth.token import Token

    way = connector.authorization()
    if way is None:
        return None
    file = Path(mkdtemp(dir=folder)) / "it.json"
    if isinstance(way, Renewal):
        return RenewalAccount("it", file, file.name, way)
    file.touch(0o600)
    file.write_text(Token(SecretStr(TOKEN), client_id=way.client_id, token_url=way.token_url).text())
    return OAuthAccount("it", file, file.name, way)
