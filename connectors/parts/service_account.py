"""The key file of a Google service account: read, and refused with what to do where it is not one."""

import os
import stat
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SecretStr, ValidationError

from ingest.connector import Refused
from ingest.connector.file import read_file
from ingest.connector.shape import misfit
from ingest.connector.strict import NotStrict, strict_json

_LARGEST = 64 * 1024
_OTHERS = stat.S_IROTH | stat.S_IWOTH
_NEW_KEY = "name the file of a service account's key: console.cloud.google.com, the account's page, Keys, Add key, JSON"


class ServiceAccount(BaseModel):
    """The part of a key file that a token is made of."""

    type: Literal["service_account"]
    client_email: str
    """The account's own address, which documents are shared with. It is a robot's, and no secret."""
    private_key: SecretStr
    token_uri: str

    def info(self) -> dict[str, str]:
        """As Google's library wants it."""
        return {**self.model_dump(), "private_key": self.private_key.get_secret_value()}


def service_account(home: Path, file: str) -> ServiceAccount:
    """The account whose key is in a file; a relative path starts at `home`. `Refused` where it is none, or where any
    user of this machine may read it."""
    body = read_file(home, file, _LARGEST)
    path = home / Path(file).expanduser()
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise Refused(
            f"{path.name} is a secret that every user of this machine may read",
            f"chmod 600 {path.name} (for a mounted secret: set its mode to 0400)",
        )
    return parsed(body, path.name)


def parsed(body: bytes, name: str) -> ServiceAccount:
    """`name` is what messages call the file; they show nothing of what is in it."""
    try:
        told = strict_json(body)
    except (NotStrict, UnicodeDecodeError):
        raise Refused(f"{name} is no key of a service account: it is not JSON", _NEW_KEY) from None
    if isinstance(told, dict) and told.keys() & {"installed", "web"}:
        raise Refused(f"{name} is the secret of an OAuth client, not the key of a service account", _NEW_KEY)
    try:
        return ServiceAccount.model_validate(told, strict=True)
    except ValidationError as error:
        where, message = misfit(error)
        field = f"{where} " if where else "it "
        raise Refused(f"{name} is no key of a service account: {field}{message}", _NEW_KEY) from None
