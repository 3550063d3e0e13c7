from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.microsoft_mail import MicrosoftMail
from connectors.parts.graph_mail import MOST
from ingest.connector import Connector, Span
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation

HERE = Path(__file__).parent / "microsoft_mail"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = {
    "client_id": "11111111-2222-3333-4444-555555555555",
    "signals": {"talks": {"subject": "speaker"}, "jobs": {"folder": "archive", "to": "jobs@"}},
}


class TestMicrosoftMail(HttpConformance):
    connector: ClassVar[type[Connector]] = MicrosoftMail
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = HERE

    def test_a_conversation_counts_once_by_its_first_mail_that_fits(self) -> None:
        ask = self.ask()
        found = {one.key: one.at for one in self.drained(ask).readings if one.signal == "talks"}
        assert found == {
            ask.fingerprint("conv1"): datetime(2026, 9, 30, 22, 30, tzinfo=UTC),
            ask.fingerprint("conv3"): datetime(2026, 11, 20, 10, tzinfo=UTC),
        }

    def test_another_folder_and_the_recipients_may_be_looked_at(self) -> None:
        [job] = [one for one in self.drained(self.ask()).readings if one.signal == "jobs"]
        assert job.at == datetime(2026, 8, 1, 10, tzinfo=UTC)

    def test_nobodys_name_address_or_subject_is_kept(self) -> None:
        drained = repr(self.drained(self.ask()))
        assert not any(text in drained for text in ("example.", "Organiser", "conv", "AAMk", "peaker"))

    def test_all_is_covered_and_an_empty_folder_is_a_real_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, drained.spans) == ((), (Span("talks"), Span("jobs")))

    def test_no_count_of_the_vendor_is_asked_for_or_believed(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[2].answer["json"]
        wrong = recorded.with_answer(2, {**answer, "@odata.count": -1})
        assert self.drained(self._ask(wrong)) == self.drained(self.ask())
        assert all("$count" not in str(request.url) for request in wrong.asked)

    def test_nothing_that_a_mail_says_is_asked_for(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        asked = recorded.asked[0].url.params["$select"].split(",")
        assert not {"body", "bodyPreview", "uniqueBody"} & set(asked)
        oauth = self.made().authorization()
        assert oauth is not None
        assert oauth.scope == "https://graph.microsoft.com/Mail.ReadBasic offline_access"

    def test_a_next_page_on_another_host_is_not_asked(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[0].answer["json"]
        ended = self.ended(self._ask(recorded.with_answer(0, {**answer, "@odata.nextLink": "https://evil.example/"})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN


class Mailbox(Conversation):
    """A mailbox that lists by time, 500 a page."""

    def __init__(self, mails: Mapping[str, datetime], now: datetime = NOW) -> None:
        super().__init__((), now)
        self.mails = mails

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        params = request.url.params
        start = datetime.fromisoformat(params["$filter"].split()[2]) if "$filter" in params else None
        found = sorted((at, id_) for id_, at in self.mails.items() if start is None or at >= start)
        first = int(params.get("$skip", "0"))
        value = [
            {
                "id": id_,
                "conversationId": id_,
                "receivedDateTime": at.isoformat(),
                "subject": "a speaker",
                "toRecipients": [],
                "ccRecipients": [],
            }
            for at, id_ in found[first : first + 500]
        ]
        more = {"@odata.nextLink": str(request.url.copy_set_param("$skip", first + 500))}
        return httpx.Response(200, json={"value": value, **(more if len(found) > first + 500 else {})})


class _Pulls(TestMicrosoftMail):
    __test__ = False
    settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "signals": {"talks": {"subject": "speaker"}}}

    def pull(self, mailbox: Mailbox, cursor: Any = None, since: datetime | None = None) -> Drained:
        ask = self._ask(mailbox)
        ask.cursor, ask.since = cursor, since
        return self.drained(ask)


def cursor_of(drained: Drained) -> Any:
    assert drained.cursor is not None
    return drained.cursor.value


def test_the_next_pull_reads_the_last_hour_again_and_counts_no_conversation_twice() -> None:
    mails = {"m1": NOW - timedelta(minutes=20), "m2": NOW - timedelta(days=40)}
    first = _Pulls().pull(Mailbox(mails))
    assert len(first.readings) == 2
    later = Mailbox({**mails, "late": NOW - timedelta(minutes=30)}, NOW + timedelta(minutes=15))
    after = _Pulls().pull(later, cursor_of(first))
    assert [one.at for one in after.readings] == [NOW - timedelta(minutes=30)]
    assert later.asked[0].url.params["$filter"] == f"receivedDateTime ge {NOW - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert later.asked[0].url.params["$orderby"] == "receivedDateTime asc"


def test_where_older_mails_are_wanted_than_before_all_is_read_anew() -> None:
    mails = {"m1": NOW - timedelta(days=2), "m2": NOW - timedelta(days=40)}
    first = _Pulls().pull(Mailbox(mails), since=NOW - timedelta(days=10))
    assert len(first.readings) == 1
    assert len(_Pulls().pull(Mailbox(mails), cursor_of(first), since=NOW - timedelta(days=50)).readings) == 2


def test_a_very_large_mailbox_is_read_over_several_pulls_and_covered_as_far_as_it_was_read() -> None:
    mails = {f"m{number}": NOW - timedelta(minutes=5 * number + 1) for number in range(MOST + 700)}
    first = _Pulls().pull(Mailbox(mails))
    reached = NOW - timedelta(minutes=5 * 700 + 1)
    assert first.spans == (Span("talks", None, reached),)
    assert len(first.readings) == MOST
    after = _Pulls().pull(Mailbox(mails), cursor_of(first))
    assert after.spans == (Span("talks"),)
    assert len({one.key for one in (*first.readings, *after.readings)}) == MOST + 700


@pytest.mark.parametrize(
    ("signal", "counts"),
    [
        ({}, True),
        ({"match": "any"}, True),
        ({"subject": "speaker", "from": "nobody"}, False),
        ({"subject": "speaker", "from": "nobody", "match": "any"}, True),
        ({"subject": "/^speaker/"}, False),
    ],
)
def test_conditions_are_those_of_imap(signal: dict[str, str], counts: bool) -> None:
    class One(_Pulls):
        pass

    One.settings = {**SETTINGS, "signals": {"talks": signal}}
    assert bool(One().pull(Mailbox({"m1": NOW - timedelta(days=1)})).readings) is counts


@pytest.mark.parametrize("changed", [{"tenant": "a/b"}, {"tenant": ""}, {"folder": ""}, {"client_id": ""}])
def test_settings_that_cannot_be_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MicrosoftMail.model_validate({**SETTINGS, **changed})
