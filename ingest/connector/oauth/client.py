"""The client of OAuth 2 that we are to a vendor: where it is asked, and as whom."""

from collections.abc import Mapping
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from ingest.connector.address import is_here

_FIXED = {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"}
"""What we say ourselves when we ask for consent."""


class OAuth(BaseModel):
    """Where a vendor is asked for access, and as which client. A generic connector has it as a setting; one that is
    made for a vendor builds it of its own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token_url: str = Field(description="where tokens are got: https://oauth2.googleapis.com/token")
    client_id: str = Field(min_length=1, description="the id of the app that you registered with the vendor")
    client_secret: SecretStr | None = Field(None, min_length=1, description="its secret, where it has one")
    authorize_url: str | None = Field(None, description="where the browser asks you for consent")
    device_url: str | None = Field(None, description="where `okr auth --device` begins, for machines without a browser")
    scope: str = Field("", description="what is asked for, with blanks between; often `offline_access` too")
    parameters: Mapping[str, str] = Field(
        {}, description="what the vendor wants to be told besides: `access_type: offline`, `prompt: consent`"
    )
    client_auth: Literal["basic", "body"] = Field(
        "basic", description="where the secret is sent: `basic` in a header, `body` where the vendor wants it there"
    )
    redirect: str = Field(
        "http://127.0.0.1/callback",
        description="where the browser is sent back to, as registered; without a port any free one is used",
    )

    @field_validator("token_url", "authorize_url", "device_url")
    @classmethod
    def _is_guarded(cls, url: str | None) -> str | None:
        if url is not None and not _is_guarded(url):
            raise ValueError("must be an https:// address; http:// is for this machine alone")
        return url

    @field_validator("redirect")
    @classmethod
    def _is_here(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            here = parts.scheme == "http" and is_here(parts.hostname or "") and parts.port != 0
        except ValueError:
            here = False
        if not here or parts.query or parts.fragment or parts.username:
            raise ValueError("must lead to this machine: `http://127.0.0.1/callback`, or `http://localhost:8765/`")
        return url

    @field_validator("parameters")
    @classmethod
    def _is_not_ours(cls, parameters: Mapping[str, str]) -> Mapping[str, str]:
        if ours := sorted(_FIXED.intersection(parameters)):
            raise ValueError(f"`{ours[0]}` is said already")
        return parameters

    @model_validator(mode="after")
    def _has_a_way(self) -> Self:
        if self.authorize_url is None and self.device_url is None:
            raise ValueError("give `authorize_url`, `device_url` or both: one of them is where you consent")
        return self


def _is_guarded(url: str) -> bool:
    """Whether nobody else can read what is sent there."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))
