"""Sources of Microsoft's that are opened by the consent of somebody who may read them."""

from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from connectors.parts.consent import Tokened
from connectors.parts.microsoft_oauth import microsoft_oauth
from ingest.connector import OAuth


class MicrosoftAccount(Tokened):
    """What such a connector is asked with; it names its `permission`."""

    permission: ClassVar[str]
    """One of Graph: `Files.Read`."""

    client_id: str | None = Field(
        None,
        min_length=1,
        description="the id of the app that you registered",
        examples=["11111111-2222-3333-4444-555555555555"],
    )
    client_secret: SecretStr | None = Field(None, min_length=1, description="its secret, if it has one")
    tenant: str = Field(
        "common", pattern=r"^[A-Za-z0-9.-]+$", description="the directory, where the app is of one company alone"
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.client_id is None) == (self.token is None):
            raise ValueError("say client_id, and run `okr auth`; or token alone")
        return self

    def authorization(self) -> OAuth | None:
        if self.client_id is None:
            return None
        return microsoft_oauth(self.client_id, self.client_secret, self.tenant, self.permission)
