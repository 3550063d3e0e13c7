"""An account that was granted, for connectors that ask with a token of `okr auth`; and the kit for them."""

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from ingest.connector import Ask, Connector
from ingest.connector.drain import drain
from ingest.connector.kit import HttpConformance
from ingest.connector.oauth.account import Account
from ingest.connector.oauth.token import Token
from ingest.connector.record import Conversation

TOKEN = "a-granted-token"


def granted(connector: Connector, folder: Path) -> Account:
    """A token without an end, kept in `folder`."""
    oauth = connector.authorization()
    assert oauth is not None
    file = folder / "it.json"
    file.touch(0o600)
    file.write_text(Token(SecretStr(TOKEN), client_id=oauth.client_id, token_url=oauth.token_url).text())
    return Account("it", oauth, file, "it.json")


class Granted(HttpConformance):
    consent = frozenset({"client_id", "client_secret", "tenant"})
    """The settings that are of the consent, in the place of which a token may be given."""

    def _ask(self, conversation: Conversation, home: Path | None = None) -> Ask:
        ask = super()._ask(conversation, home)
        client = conversation.client()
        return Ask(
            client=lambda: client,
            now=ask.now,
            since=ask.since,
            zone=ask.zone,
            home=ask.home,
            key=b"conformance",
            limits=ask.limits,
            account=granted(self.made(), Path(_folder().name)),
        )


class TokenOrConsent(Granted):
    """For connectors that another program may give a token to."""

    def _plain(self) -> dict[str, Any]:
        return {name: value for name, value in self.settings.items() if name not in self.consent}

    def test_a_token_takes_the_place_of_the_consent(self) -> None:
        made = self.connector.model_validate({**self._plain(), "token": "a-given-token"})
        conversation = self.conversation()
        client = conversation.client()
        ask = HttpConformance._ask(self, conversation)
        ask._client = lambda: client
        assert asyncio.run(drain(made, ask)) == self.drained(self.ask())
        sent = [one.headers["authorization"] for one in conversation.asked if "authorization" in one.headers]
        assert made.authorization() is None
        assert set(sent) == {"Bearer a-given-token"}

    def test_one_of_them_is_wanted_and_not_both(self) -> None:
        for settings in (self._plain(), {**self.settings, "token": "a-given-token"}):
            with pytest.raises(ValidationError, match="token"):
                self.connector.model_validate(settings)


@cache
def _folder() -> "TemporaryDirectory[str]":
    """It lasts as long as the tests do."""
    return TemporaryDirectory(prefix="okr-granted-")
