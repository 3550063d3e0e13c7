"""The kit for connectors that ask with a token: one that `okr auth` granted, or one that another program gives."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from ingest.connector.drain import drain
from ingest.connector.kit import HttpConformance


class TokenOrConsent(HttpConformance):
    consent = frozenset({"client_id", "client_secret", "tenant"})
    """The settings that are of the consent, in the place of which a token may be given."""

    def _plain(self) -> dict[str, Any]:
        return {name: value for name, value in self.settings.items() if name not in self.consent}

    def test_a_token_takes_the_place_of_the_consent(self) -> None:
        made = self.connector.model_validate({**self._plain(), "token": "a-given-token"})
        conversation = self.conversation()
        assert asyncio.run(drain(made, self._ask(conversation))) == self.drained(self.ask())
        sent = [one.headers["authorization"] for one in conversation.asked if "authorization" in one.headers]
        assert made.authorization() is None
        assert set(sent) == {"Bearer a-given-token"}

    def test_one_of_them_is_wanted_and_not_both(self) -> None:
        for settings in (self._plain(), {**self.settings, "token": "a-given-token"}):
            with pytest.raises(ValidationError, match="token"):
                self.connector.model_validate(settings)
