"""How a source that is asked over HTTP wants to be shown who asks."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ingest.connector.question import Request

Secret = Annotated[SecretStr, Field(min_length=1)]


class Basic(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    username: str = Field(description="the name")
    password: SecretStr = Field(description="the password")


class Auth(BaseModel):
    """The credential and where it goes. It is sent to the configured host only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bearer: Secret | None = Field(None, description="a token, sent as `Authorization: Bearer …`")
    basic: Basic | None = Field(None, description="`username` and `password`")
    header: dict[str, Secret] = Field({}, description="a key in a header of its own: `X-Api-Key: ${KEY}`")
    query: dict[str, Secret] = Field({}, description="a key in the address, where nothing else is taken: `key: ${KEY}`")

    @model_validator(mode="after")
    def _one_authorization(self) -> Self:
        if not (self.bearer or self.basic or self.header or self.query):
            raise ValueError("say how: `bearer`, `basic`, `header` or `query`")
        if self.bearer and self.basic:
            raise ValueError("give either `bearer` or `basic`: both are sent in the same header")
        return self

    def request(self) -> Request:
        """The credential as `Ask` takes it."""
        basic = (self.basic.username, self.basic.password) if self.basic else None
        return Request(bearer=self.bearer, basic=basic, headers=dict(self.header), params=dict(self.query))
