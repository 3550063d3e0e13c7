"""The conformance kit: what every connector must do, as tests that any package can run with pytest.

    from ingest.connector.kit import HttpConformance

    class TestExampleMail(HttpConformance):
        connector = ExampleMail
        settings = {"api_key": "a-made-up-key"}
        recorded = Path(__file__).parent / "example_mail"   # full.json, empty.json: see ingest.connector.record

`full.json` is a conversation in which every signal has something to tell, over more than one page where there are
pages. `empty.json` is one with an account in which nothing is yet. `seen.json` is there if the connector tells what its
credential can see (`Connector.seen`). A connector that tells its `authorization` is given a token. One that reads files
takes `FileConformance` and names a folder with `home`; one that is never asked takes `Documented`.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ingest.connector.ask import Ask
from ingest.connector.connector import Connector
from ingest.connector.drain import Drained, drain
from ingest.connector.fault import FAULTS, WAIT, misfits, ones
from ingest.connector.granted import granted
from ingest.connector.limits import Limits
from ingest.connector.outcome import Ending, Outcome, ending_of
from ingest.connector.page import page_of
from ingest.connector.record import Conversation
from ingest.connector.secret import secrets_of
from ingest.connector.seen import Seen
from ingest.okr.instant import SECOND, instant

ZONE = ZoneInfo("Europe/Berlin")
_SECRET = re.compile(r"(^|_)(api_key|token|password|secret)$")
_LIMITS = Limits(body=32 * 2**20, json=32 * 2**20, request=20, pull=60, moment=0)


class Documented:
    """What holds for every connector: it explains itself, and hides what is secret."""

    connector: ClassVar[type[Connector]]
    settings: ClassVar[Mapping[str, Any]] = {}
    """Settings as YAML gives them, with a made-up text for each secret."""

    def made(self) -> Connector:
        return self.connector.model_validate(dict(self.settings))

    def test_it_explains_itself(self) -> None:
        page = page_of("it", self.connector)
        assert page.summary, "the class needs a docstring: it is its page in the docs"
        for setting in (*page.settings, *page.signal_settings):
            assert setting.description, f"the setting {setting.name} needs a description"
        for setting in page.settings:
            assert setting.secret or not _SECRET.search(setting.name), f"{setting.name} must be a SecretStr"
        for name, signal in self.connector.signals.items():
            assert signal.description, f"the signal {name} needs a description"
        assert page.text()

    def test_its_signals_have_names_that_a_value_can_use(self) -> None:
        offered = self.made().offered()
        assert offered, "it offers no signal"
        for name in offered:
            assert re.fullmatch("[a-z][a-z0-9_]*", name), f"{name}: only small letters, digits and _, a letter first"

    def test_an_unknown_setting_is_an_error(self) -> None:
        with pytest.raises(ValidationError):
            self.connector.model_validate({**self.settings, "no_such_setting": "1"})

    def test_its_secrets_do_not_show(self) -> None:
        made = self.made()
        shown = [repr(made), str(made), str(made.model_dump()), made.model_dump_json()]
        with pytest.raises(ValidationError) as caught:
            self.connector.model_validate({**self.settings, "no_such_setting": "1"})
        for secret in secrets_of(made):
            assert not any(secret in text for text in (*shown, str(caught.value))), "a secret shows"


class Conformance(Documented):
    """What holds for every connector that is asked."""

    home: ClassVar[Path] = Path()
    """Where its files are, if it reads any."""
    now: ClassVar[datetime] = datetime(2026, 11, 22, 12, tzinfo=UTC)
    """The time of the pull."""
    since: ClassVar[datetime | None] = None
    """How far back history is wanted; None: as the connector sees fit."""

    def ask(self) -> Ask:
        return self._ask(Conversation((), self.now))

    def _ask(self, conversation: Conversation, home: Path | None = None) -> Ask:
        client = conversation.client()
        return Ask(
            client=lambda: client,
            now=conversation.now,
            since=self.since,
            zone=ZONE,
            home=home or self.home,
            key=b"conformance",
            limits=_LIMITS,
            account=granted(self.made(), Path(_folder().name)),
        )

    def drained(self, ask: Ask) -> Drained:
        return asyncio.run(drain(self.made(), ask))

    def ended(self, ask: Ask) -> Drained | Ending:
        """What a pull brought, or how it ended where it brought nothing."""
        try:
            return self.drained(ask)
        except Exception as error:
            return ending_of(error, instant(ask.now), self.connector.needs)

    def test_it_yields_every_signal_that_it_declares(self) -> None:
        yielded = {reading.signal for reading in self.drained(self.ask()).readings}
        assert yielded == set(self.made().offered()), "each declared signal is yielded, and no other"

    def test_a_second_pull_yields_the_same(self) -> None:
        assert self.drained(self.ask()) == self.drained(self.ask()), "what has not changed is told in the same words"

    def test_nothing_secret_is_kept_or_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            drained = self.drained(self.ask())
        for secret in secrets_of(self.made()):
            assert secret not in repr(drained), "a secret is in what would be stored"
            assert secret not in caplog.text, "a secret is in the log"


class FileConformance(Conformance):
    """What holds for every connector that reads files; its settings name them relative to `home`."""

    def test_a_missing_file_is_refused_with_what_to_do(self, tmp_path: Path) -> None:
        ended = self.ended(self._ask(Conversation((), self.now), tmp_path))
        assert isinstance(ended, Ending), "no file must give no measurement"
        assert ended.outcome is Outcome.REFUSED, f"{ended.outcome} ({ended.message})"
        assert ended.cure, "who is refused is told what to do"
        assert str(tmp_path) not in ended.message, "the name of the file is enough; its folders may be private"


class HttpConformance(Conformance):
    """What holds for every connector that asks over HTTP; see the top of this page."""

    recorded: ClassVar[Path]
    """The folder of `full.json` and `empty.json`."""

    def conversation(self, name: str = "full") -> Conversation:
        return Conversation.read(self.recorded / f"{name}.json")

    def ask(self) -> Ask:
        return self._ask(self.conversation())

    def test_it_asks_for_all_that_was_recorded_and_for_nothing_else(self) -> None:
        """Pages are followed to their end."""
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert not conversation.unknown, "these requests were not recorded"
        assert not conversation.missing(), "these recorded requests were not asked"

    def test_its_secrets_go_in_headers_alone(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        for secret in secrets_of(self.made()):
            assert not any(secret in str(request.url) for request in conversation.asked), "a secret is in a URL"

    def test_an_empty_account_is_fine(self) -> None:
        conversation = self.conversation("empty")
        drained = self.drained(self._ask(conversation))
        assert not conversation.unknown, "these requests were not recorded"
        assert {reading.signal for reading in drained.readings} <= set(self.made().offered())

    def seen(self, conversation: Conversation) -> Seen:
        return asyncio.run(self.made().seen(self._ask(conversation)))

    def test_what_its_credential_can_see_is_told_by_a_name(self) -> None:
        tells = self.connector.seen is not Connector.seen
        assert (self.recorded / "seen.json").exists() == tells, "seen.json is what it is told in answer to `seen`"
        if tells:
            conversation = self.conversation("seen")
            seen = self.seen(conversation)
            assert seen.name, "the vendor's name of the account or list"
            assert not conversation.unknown, "these requests were not recorded"
            assert not conversation.missing(), "these recorded requests were not asked"
            told = f"{seen} {[str(request.url) for request in conversation.asked]}"
            assert not any(secret in told for secret in secrets_of(self.made())), "a secret shows"

    @pytest.mark.parametrize("name", FAULTS)
    def test_what_goes_wrong_has_its_outcome_and_gives_no_measurement(
        self, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """At each of the requests in turn."""
        recorded, expected = self.conversation(), FAULTS[name]
        for at, exchange in enumerate(recorded.exchanges):
            if expected.json_only and not exchange.is_json:
                continue
            ask = self._ask(recorded.with_fault(expected.fault, at))
            with caplog.at_level(logging.DEBUG):
                ended = self.ended(ask)
            where = f"{name} in answer to {exchange.method} {exchange.url}"
            assert isinstance(ended, Ending), f"{where} must give no measurement"
            assert ended.outcome is expected.outcome, f"{where}: {ended.outcome} ({ended.message})"
            assert (ended.cure is not None) == (ended.outcome is Outcome.REFUSED), "who is refused is told what to do"
            assert not any(secret in f"{ended}{caplog.text}" for secret in secrets_of(self.made())), "a secret shows"
            if name == "429":
                waited = (ended.retry_at or 0) - instant(ask.now)
                assert WAIT * SECOND <= waited < (WAIT + 30) * SECOND, "Retry-After is obeyed"

    def test_a_part_of_another_type_is_broken_or_does_not_matter(self) -> None:
        """Never a guess: an answer of another shape gives no measurement, or exactly the same ones."""
        recorded = self.conversation()
        right = self.drained(self._ask(recorded))
        for at, exchange in enumerate(recorded.exchanges):
            if not exchange.is_json:
                continue
            for where, value in misfits(exchange.answer["json"]):
                ended = self.ended(self._ask(recorded.with_answer(at, value)))
                is_broken = isinstance(ended, Ending) and ended.outcome is Outcome.BROKEN
                assert is_broken or ended == right, f"{exchange.url}: {where} is read as something"

    def test_true_is_not_taken_for_the_number_one(self) -> None:
        """It is broken, or the number does not matter."""
        recorded = self.conversation()
        right = self.drained(self._ask(recorded))
        for at, exchange in enumerate(recorded.exchanges):
            for where, true, other in ones(exchange.answer["json"]) if exchange.is_json else ():
                ended = self.ended(self._ask(recorded.with_answer(at, true)))
                if isinstance(ended, Ending):
                    assert ended.outcome is Outcome.BROKEN, f"{exchange.url}: {where}: {ended}"
                else:
                    assert self.ended(self._ask(recorded.with_answer(at, other))) == right, f"{exchange.url}: {where}"


@cache
def _folder() -> TemporaryDirectory[str]:
    """For tokens. It lasts as long as the tests do."""
    return TemporaryDirectory(prefix="okr-granted-")
