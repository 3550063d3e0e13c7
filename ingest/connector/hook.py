"""How a sender shows that a message to `/hooks/{source}` is theirs."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr


class Signature(StrEnum):
    """What is signed, always with HMAC-SHA256, and where the signature stands."""

    TIMED = "timed"
    """`t=<seconds>,v1=<hex>` over the time, a dot and the body: Stripe, Calendly, Mailchimp."""
    STANDARD = "standard"
    """Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,<base64>`."""
    BODY = "body"
    """`sha256=<hex>` over the body: GitHub, Buttondown."""
    PATH = "path"
    """Nothing is signed; the secret is the last part of the path."""


@dataclass(frozen=True, slots=True)
class Hook:
    secret: SecretStr
    signature: Signature
