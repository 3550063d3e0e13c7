"""The conformance kit for what is asked at an address that is a secret itself: it is asked, and shows nowhere else."""

import logging

import pytest

from ingest.connector.kit import HttpConformance, secrets_of


class SecretAddress(HttpConformance):
    @pytest.fixture(autouse=True)
    def _logging_as_in_the_service(self, caplog: pytest.LogCaptureFixture) -> None:
        """httpx logs whole addresses at INFO, which the service turns off."""
        caplog.set_level(logging.WARNING, logger="httpx")

    def test_its_secrets_go_in_headers_alone(self) -> None:
        """But for the address."""
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert [str(request.url) for request in conversation.asked] == [self.settings["url"]]

    def test_what_its_credential_can_see_is_told_by_a_name(self) -> None:
        conversation = self.conversation("seen")
        seen = self.seen(conversation)
        assert seen.name
        assert not any(secret in f"{seen}" for secret in secrets_of(self.made()))
        assert [str(request.url) for request in conversation.asked] == [self.settings["url"]]
