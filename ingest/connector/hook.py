"""How senders reach a source: its hook, and what a delivery says once it is believed."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from ingest.connector.signature import LAYOUTS, Delivery, Layout, Signature, key_of, verify
from ingest.okr.instant import Instant


@dataclass(frozen=True, slots=True)
class Hook:
    """What is expected of a sender at `/hooks/{source}`. `ValueError` says what cannot be so.

    `secrets`: any of them counts, so that a new one can take the place of the old while the sender changes over.
    `header`: where the signature of a sender stands that is not known by name; for `body` and `timed`.
    """

    signature: Signature
    secrets: tuple[SecretStr, ...]
    header: str | None = None

    def __post_init__(self) -> None:
        if self.header is not None and self.signature not in (Signature.BODY, Signature.TIMED):
            raise ValueError(f"`header` is for `body` and `timed`; where that of {self.signature} stands is known")
        if self.header is not None and not re.fullmatch(r"[A-Za-z0-9-]{1,100}", self.header):
            raise ValueError("`header` is the name of an HTTP header: letters, digits and -")
        if not self._keys():
            raise ValueError("a hook needs a secret")

    @property
    def layout(self) -> Layout:
        known = LAYOUTS[self.signature]
        return known if self.header is None else replace(known, headers=(self.header.lower(),))

    @property
    def in_path(self) -> bool:
        """Whether nothing is signed and the path ends in the secret."""
        return self.layout.read is None

    def identity(self, delivery: Delivery, now: Instant) -> str:
        """What a delivery is known by, if it is the sender's; else `Unverified`."""
        return verify(self.layout, self._keys(), delivery, now)

    def _keys(self) -> tuple[bytes, ...]:
        return tuple(key_of(self.layout, secret.get_secret_value()) for secret in self.secrets)


@dataclass(frozen=True, slots=True)
class Message:
    """What a verified delivery says."""

    source: str
    """The source's id."""
    document: Any = field(repr=False)
    """Its JSON, or a form's fields as an object."""
    at: datetime
    """When it came; aware."""
    zone: ZoneInfo
    """That of times without one."""
    key: bytes = field(repr=False)
    """At most 64 bytes; makes the fingerprints."""
    is_form: bool = False
    """Every value is text."""

    def fingerprint(self, text: str) -> str:
        """A keyed hash: the key of an event where the sender's own id is personal, as an address is."""
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self.key, digest_size=16).hexdigest()
