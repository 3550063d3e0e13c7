"""What holds for every connector that is pulled and has a hook of its own too, as tests."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ingest.connector import Message, Reading
from ingest.connector.kit import HttpConformance
from ingest.connector.signature import Delivery, Unverified
from ingest.okr.instant import instant

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a-made-up-signing-secret"
BODY = b'{"made": "up"}'


def signature(body: bytes = BODY, secret: str = SECRET) -> str:
    """Base64 of HMAC-SHA256 over the body."""
    return b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


class Hooked(HttpConformance):
    """`settings` have no `secret`; `signed` is the header that it signs in."""

    signed: tuple[str, str]
    """Its name, and what stands before the signature."""

    def hooked(self) -> Any:
        return self.connector.model_validate({**self.settings, "secret": SECRET})

    def received(self, document: Any) -> list[Reading]:
        message = Message("it", document, NOW, ZoneInfo("Europe/Berlin"), b"conformance")
        return list(self.hooked().received(message))

    def test_without_a_secret_it_has_no_hook(self) -> None:
        assert self.made().hook() is None

    def test_a_blank_secret_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="an empty secret"):
            self.connector.model_validate({**self.settings, "secret": "  "})

    def test_a_delivery_is_its_vendors_if_it_is_signed(self) -> None:
        name, before = self.signed
        good = Delivery({name: before + signature()}, BODY)
        assert self.hooked().hook().identity(good, instant(NOW))
        with pytest.raises(Unverified):
            self.hooked().hook().identity(Delivery({name: before + signature(secret="another")}, BODY), instant(NOW))
