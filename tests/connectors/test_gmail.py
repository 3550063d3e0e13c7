from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.gmail import MOST, Gmail
from ingest.connector import Ask, Connector, Reading, Span
from ingest.connector.drain import Drained
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation, Exchange
from tests.descriptions import Described

HERE = Path(__file__).parent / "gmail"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = {
    "client_id": "123.apps.googleusercontent.com",
    "client_secret": "a-made-up-client-secret",
    "signals": {"talks": {"query": "in:inbox subject:speaker"}, "guest_posts": {"query": "label:guest-posts"}},
}


class TestGmail(Described):
    connector: ClassVar[type[Connector]] = Gmail
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = HERE

    def test_a_conversation_counts_once_by_its_first_mail_and_what_one_sent_does_not(self) -> None:
        ask = self.ask()
        talks = [(one.at, one.key) for one in self.drained(ask).readings if one.signal == "talks"]
        assert talks == [
            (datetime(2026, 9, 30, 22, 30, tzinfo=UTC), ask.fingerprint("19a1")),
            (datetime(2026, 11, 3, 8, 30, 0, 250_000, tzinfo=UTC), ask.fingerprint("19a3")),
        ]

    def test_all_time_until_now_is_covered(self) -> None:
        assert self.drained(self.ask()).spans == (Span("talks", None, NOW), Span("guest_posts", None, NOW))

    def test_nothing_found_is_a_real_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == ()
        assert len(drained.spans) == 2

    def test_ids_are_kept_as_hashes_alone(self) -> None:
        assert "19a" not in repr(self.drained(self.ask()))

    def test_a_quota_that_is_used_up_is_waited_for_although_google_calls_it_forbidden(self) -> None:
        def limit(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            error = {"code": 403, "message": "Slow down", "errors": [{"reason": "userRateLimitExceeded"}]}
            return httpx.Response(403, json={"error": error})

        ended = self.ended(self._ask(self.conversation().with_fault(limit)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE

    def test_consent_is_asked_for_the_smallest_scope_that_can_search(self) -> None:
        oauth = self.made().authorization()
        assert oauth is not None
        assert oauth.scope == "https://www.googleapis.com/auth/gmail.readonly"


class Mailbox(Conversation):
    """A mailbox that searches by time alone: `after` and `before` in seconds, newest first, 500 a page."""

    def __init__(self, mails: Mapping[str, datetime], now: datetime = NOW) -> None:
        super().__init__((), now)
        self.mails = mails

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path, params = request.url.path, request.url.params
        if not path.endswith("/messages"):
            at = self.mails[path.rpartition("/")[2]]
            return httpx.Response(200, json={"internalDate": str(int(at.timestamp() * 1000)), "labelIds": ["INBOX"]})
        bounds = dict(word.split(":") for word in params["q"].split()[1:])
        low, high = int(bounds.get("after", 0)), int(bounds.get("before", 10**11))
        found = sorted((at, id_) for id_, at in self.mails.items() if low < at.timestamp() < high)[::-1]
        first = int(params.get("pageToken", "0"))
        answer: dict[str, Any] = {"messages": [{"id": id_, "threadId": id_} for _, id_ in found[first : first + 500]]}
        if len(found) > first + 500:
            answer["nextPageToken"] = str(first + 500)
        return httpx.Response(200, json=answer if found else {})

    @property
    def read(self) -> int:
        return sum(not one.url.path.endswith("/messages") for one in self.asked)


class _Pulls(TestGmail):
    __test__ = False
    settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "signals": {"talks": {"query": "speaker"}}}

    def pull(self, mailbox: Mailbox, cursor: Any = None, since: datetime | None = None) -> tuple[Drained, Ask]:
        ask = self._ask(mailbox)
        ask.cursor, ask.since = cursor, since
        return self.drained(ask), ask


def cursor_of(drained: Drained) -> Any:
    assert drained.cursor is not None
    return drained.cursor.value


def test_what_is_wanted_is_asked_for_by_the_second_and_not_by_days_of_california() -> None:
    mailbox = Mailbox({})
    since = datetime(2025, 12, 31, 23, tzinfo=UTC)
    drained, _ = _Pulls().pull(mailbox, since=since)
    assert mailbox.asked[0].url.params["q"] == f"(speaker) after:{int(since.timestamp()) - 1}"
    assert drained.spans == (Span("talks", since, NOW),)


def test_the_next_pull_reads_the_last_day_again_and_asks_for_no_mail_twice() -> None:
    mails = {"m1": NOW - timedelta(hours=2), "m2": NOW - timedelta(days=40)}
    drained, _ = _Pulls().pull(Mailbox(mails))
    assert len(drained.readings) == 2
    later = Mailbox({**mails, "late": NOW - timedelta(hours=3)}, NOW + timedelta(minutes=15))
    after, ask = _Pulls().pull(later, cursor_of(drained))
    assert [one.key for one in after.readings] == [ask.fingerprint("late")]
    assert later.read == 1


def test_where_older_mails_are_wanted_than_before_all_is_read_anew() -> None:
    mails = {"m1": NOW - timedelta(days=2), "m2": NOW - timedelta(days=40)}
    drained, _ = _Pulls().pull(Mailbox(mails), since=NOW - timedelta(days=10))
    assert len(drained.readings) == 1
    after, _ = _Pulls().pull(Mailbox(mails), cursor_of(drained), since=NOW - timedelta(days=50))
    assert len(after.readings) == 2


def test_another_search_is_read_from_its_beginning() -> None:
    drained, _ = _Pulls().pull(Mailbox({"m1": NOW - timedelta(days=40)}))
    cursor = {"talks": {**cursor_of(drained)["talks"], "query": "of another search"}}
    after, _ = _Pulls().pull(Mailbox({"m1": NOW - timedelta(days=40)}), cursor)
    assert len(after.readings) == 1


def test_a_large_past_is_read_over_several_pulls_and_covered_as_far_as_it_was_read() -> None:
    mails = {f"m{number}": NOW - timedelta(hours=7 * number + 1) for number in range(1200)}
    keys: list[str | None] = []
    cursor, ends = None, []
    for _ in range(12):
        mailbox = Mailbox(mails)
        drained, _ask = _Pulls().pull(mailbox, cursor)
        assert mailbox.read <= MOST
        keys += [one.key for one in drained.readings]
        [span] = drained.spans
        ends.append(span.end)
        cursor = cursor_of(drained)
        if span.end == NOW:
            break
    assert len(keys) == len(set(keys)) == 1200
    assert ends == sorted(ends, key=lambda end: end or NOW)
    assert len(ends) > 2
    assert ends[-1] == NOW


def test_where_a_pull_has_read_enough_the_next_signal_waits_and_is_not_covered() -> None:
    settings = {**SETTINGS, "signals": {"first": {"query": "a"}, "second": {"query": "b"}}}

    class Two(_Pulls):
        pass

    Two.settings = settings
    mails = {f"m{number}": NOW - timedelta(minutes=number) for number in range(MOST)}
    drained, _ = Two().pull(Mailbox(mails))
    assert {span.signal for span in drained.spans} == {"first"}
    after, _ = Two().pull(Mailbox(mails), cursor_of(drained))
    assert {span.signal for span in after.spans} == {"first", "second"}


@pytest.mark.parametrize(
    "signal", [{"query": ""}, {"query": "  "}, {"query": "a\nb"}, {"query": "a", "kind": "level"}, {}]
)
def test_a_signal_is_a_search_of_one_line(signal: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Gmail.model_validate({**SETTINGS, "signals": {"talks": signal}})


def test_a_reading_counts_one() -> None:
    drained, ask = _Pulls().pull(Mailbox({"m1": NOW - timedelta(days=1, hours=1)}))
    assert drained.readings == (Reading("talks", 1.0, NOW - timedelta(days=1, hours=1), ask.fingerprint("m1")),)
