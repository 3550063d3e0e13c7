"""A mailbox whose tokens come from a real OAuth 2 server, asked about by a real Dovecot."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.imap import Imap
from ingest.connector import Ask, Refused
from ingest.connector.drain import Drained, drain
from ingest.connector.oauth.account import OAuthAccount
from ingest.run.http import open_client
from tests.auth.conftest import Place
from tests.servers.dovecot import USER, Dovecot, dovecot
from tests.servers.oidc.provider import Provider

INTROSPECTION = """
introspection_mode = post
introspection_url = http://dovecot:made-up@{host}/token/introspection
username_attribute = sub
active_attribute = active
active_value = true
"""
MAIL = b"From: Grace <grace@example.org>\r\nSubject: Guest post\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"


@pytest.fixture(scope="module")
def server(vendor: Provider) -> Iterator[Dovecot]:
    with dovecot(tokens=INTROSPECTION.replace("{host}", vendor.url.removeprefix("http://"))) as running:
        running.deliver(MAIL)
        yield running


def pull(place: Place, server: Dovecot, username: str = USER) -> Drained:
    settings = {
        "host": "localhost",
        "port": server.encrypted_port,
        "ca_file": str(server.authority),
        "username": username,
        "oauth": place.vendor.settings(),
        "signals": {"posts": {"subject": "guest post"}},
    }
    connector = Imap.model_validate(settings)
    oauth = connector.authorization()
    assert oauth is not None
    account: OAuthAccount = replace(place.account(), oauth=oauth)

    async def asked() -> Drained:
        async with open_client() as client:
            ask = Ask(
                client=lambda: client,
                now=datetime.now(UTC),
                zone=ZoneInfo("UTC"),
                home=Path(),
                key=b"of the test",
                account=account,
            )
            return await drain(connector, ask)

    return asyncio.run(asked())


def test_a_mailbox_is_read_with_a_token_that_renews_itself(place: Place, server: Dovecot) -> None:
    place.grant()
    assert len(pull(place, server).readings) == 1
    first = place.kept()
    place.age()
    assert len(pull(place, server).readings) == 1
    assert place.kept()["refresh_token"] != first["refresh_token"]


def test_a_token_that_was_revoked_before_its_end_is_renewed(place: Place, server: Dovecot) -> None:
    place.grant()
    first = place.kept()
    form = {"token": "nothing that anybody knows"}
    place.file.write_text(place.file.read_text().replace(first["access_token"], form["token"]))
    assert len(pull(place, server).readings) == 1
    assert place.kept()["access_token"] != form["token"]


def test_another_users_mailbox_is_refused_with_what_to_do(place: Place, server: Dovecot) -> None:
    place.grant()
    with pytest.raises(Refused) as caught:
        pull(place, server, "grace@example.org")
    assert "does not accept the token" in caught.value.message
    assert "`okr auth` again" in caught.value.cure
