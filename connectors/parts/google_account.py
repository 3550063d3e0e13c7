"""Sources of Google's that are opened by a service account, or by the consent of somebody who may read them."""

from functools import partial
from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from connectors.parts.google_oauth import google_oauth
from connectors.parts.google_refusal import advised
from connectors.parts.google_token import token_of
from connectors.parts.service_account import service_account
from ingest.connector import Ask, Connector, OAuth
from ingest.connector.question import Request


class GoogleAccount(Connector):
    """What such a connector is asked with; it names its `scope`."""

    scope: ClassVar[str]
    """The end of its address: `forms.responses.readonly`."""

    credentials: str | None = Field(
        None, description="the key file of a service account that may read it", examples=["google.json"]
    )
    client_id: str | None = Field(None, min_length=1, description="or the id of an OAuth client")
    client_secret: SecretStr | None = Field(None, min_length=1, description="and its secret")
    token: SecretStr | None = Field(
        None, min_length=1, description="or an access token, where another program gets one and renews it"
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("client_id and client_secret belong together")
        if [self.credentials, self.client_id, self.token].count(None) != 2:
            raise ValueError("say either credentials (a service account), or client_id and client_secret, or token")
        return self

    def authorization(self) -> OAuth | None:
        if self.client_id is None or self.client_secret is None:
            return None
        return google_oauth(self.client_id, self.client_secret, self.scope)

    async def asking(self, ask: Ask, cure: str) -> Request:
        """Who asks, and what a refusal means; `cure` as for `advised`, with `{reader}` for whose token it is."""
        bearer, reader = await self.bearer(ask)
        return Request(bearer=bearer, means=partial(advised, now=ask.now, cure=cure.format(reader=reader)))

    async def bearer(self, ask: Ask) -> tuple[SecretStr, str]:
        """A token, and whose it is."""
        if self.token is not None:
            return self.token, "the account of the token"
        if self.credentials is None:
            return await ask.token(), "the account that consented"
        account = await ask.thread(service_account, ask.home, self.credentials)
        return await token_of(ask, account, self.scope), account.client_email
