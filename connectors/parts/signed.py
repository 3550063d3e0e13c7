"""What a connector that is pulled needs to be told at once by its vendor's webhook, too."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from ingest.connector import Hook, Signature


def _is_one(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("an empty secret is none: leave it out, and there is no hook")
    return secret


SigningSecret = Annotated[SecretStr, AfterValidator(_is_one)]
"""What a vendor signs its deliveries with."""


def hook_of(signature: Signature, secret: SecretStr | None) -> Hook | None:
    """The hook of a source; without a secret there is none."""
    return None if secret is None else Hook(signature, (secret,))
