"""Access that somebody consents to: a token that is pasted, or an app of one's own and `okr auth`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from ingest.connector import Ask, Connector, OAuth

REDIRECT = "http://127.0.0.1:8765/callback"
"""Where the browser comes back to. Vendors want it registered, with its port."""


class Tokened(Connector):
    """What connectors have alike that are asked with an access token."""

    token: SecretStr | None = Field(
        None, min_length=1, description="an access token, where another program gets one and renews it"
    )

    async def bearer(self, ask: Ask) -> SecretStr:
        """The access token to ask with."""
        return self.token or await ask.token()


class Consented(Tokened):
    """What connectors have alike whose vendor wants the consent of a person."""

    consent: ClassVar[Mapping[str, Any]]
    """`authorize_url`, `token_url` and `scope` of the vendor; see `OAuth`."""

    token: SecretStr | None = Field(
        None, min_length=1, description="an access token, where you were given one; it is not renewed", examples=["…"]
    )
    client_id: str | None = Field(None, min_length=1, description="or the id of your app, to run `okr auth` with")
    client_secret: SecretStr | None = Field(None, min_length=1, description="and its secret")

    @model_validator(mode="after")
    def _a_way_in(self) -> Self:
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("client_id and client_secret belong together")
        if self.token is None and self.client_id is None:
            raise ValueError("say token, or client_id and client_secret, and run `okr auth`")
        return self

    def authorization(self) -> OAuth | None:
        if self.token is not None or self.client_id is None:
            return None
        app = {"client_id": self.client_id, "client_secret": self.client_secret, "client_auth": "body"}
        return OAuth.model_validate({**app, "redirect": REDIRECT, **self.consent})
