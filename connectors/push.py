"""Numbers that others send."""

from pydantic import Field, SecretStr

from ingest.connector import Hook, Received, Signature


class Push(Received):
    """Numbers that another program sends to `/hooks/{source}` or to `POST /api/v1/measurements`.

    It is never asked and never stale: from `since` on, what was not sent did not happen.
    """

    secret: SecretStr | None = Field(None, description="what the sender signs with; without it there is no hook")
    signature: Signature = Field(
        Signature.TIMED,
        description="`timed`: `t=…,v1=…` over the time and the body, as Stripe and Calendly do; `standard`: Standard "
        "Webhooks; `body`: `sha256=…` over the body, as GitHub does; `path`: the secret ends the address",
    )

    def hook(self) -> Hook | None:
        return Hook(self.secret, self.signature) if self.secret else None
