"""Google Calendar: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.google_calendar import GoogleCalendar
from ingest.connector import Connector, Span
from ingest.connector.drain import Drained
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.granted import TokenOrConsent
from tests.connectors.pulling import answering
from tests.descriptions import Described

CLIENT = {"client_id": "123.apps.googleusercontent.com", "client_secret": "a-made-up-client-secret"}


class TestGoogleCalendar(TokenOrConsent, Described):
    connector: ClassVar[type[Connector]] = GoogleCalendar
    settings: ClassVar[Mapping[str, Any]] = {
        **CLIENT,
        "calendar": "talks@example.com",
        "signals": {"talks": {"summary": "talk"}, "listeners": {"summary": "talk", "amount": "attendees"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "google_calendar"

    def told(self, signal: str) -> dict[str, float]:
        readings = self.drained(self.ask()).readings
        return {f"{one.at:%m-%d %H:%M%z}": one.value for one in readings if one.signal == signal and one.at}

    def changed(self, **event: Any) -> Drained | Ending:
        """The first event is another."""
        page = self.conversation().exchanges[0].answer["json"]
        page["items"][0].update(event)
        return self.ended(self._ask(self.conversation().with_answer(0, page)))

    def failing(self, status: int, said: Any) -> Ending:
        def fault(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=said)

        ended = self.ended(self._ask(self.conversation().with_fault(fault)))
        assert isinstance(ended, Ending)
        return ended

    def test_each_date_of_a_repeating_event_counts_a_moved_one_where_it_is_now(self) -> None:
        assert list(self.told("talks")) == [
            "06-24 18:30+0200",
            "07-23 09:00-0700",
            "09-14 22:00+0000",
            "11-20 18:30+0100",
        ]

    def test_a_listing_may_say_less_of_itself_and_more_of_other_things(self) -> None:
        conversation = self.conversation()
        page = conversation.exchanges[0].answer["json"]
        less = {name: value for name, value in page.items() if name not in {"kind", "accessRole"}}
        more = {"nextSyncToken": "x", "defaultReminders": []}
        assert self.drained(self._ask(conversation.with_answer(0, {**less, **more}))) == self.drained(self.ask())

    def test_what_is_null_is_as_if_it_was_left_out(self) -> None:
        nothing = dict.fromkeys(("description", "location", "attendees", "extendedProperties"))
        assert isinstance(self.changed(**nothing), Drained)

    def test_what_is_neither_a_listing_nor_has_events_is_broken(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_answer(0, {})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_a_whole_day_begins_at_midnight_in_the_configured_zone(self) -> None:
        assert "09-14 22:00+0000" in self.told("talks")

    def test_what_was_cancelled_or_declined_does_not_count(self) -> None:
        assert len(self.told("talks")) == 4

    def test_an_event_says_how_much_it_counts_for_or_does_not_count_yet(self) -> None:
        assert self.told("listeners") == {"06-24 18:30+0200": 45, "09-14 22:00+0000": 30}

    def test_its_own_properties_and_type_are_looked_at(self) -> None:
        class Own(TestGoogleCalendar):
            settings: ClassVar[Mapping[str, Any]] = {
                **CLIENT,
                "calendar": "talks@example.com",
                "signals": {"mine": {"category": "fromGmail", "amount": "X-CAME"}},
            }

        drained = Own().changed(eventType="fromGmail", extendedProperties={"private": {"came": "12"}})
        assert isinstance(drained, Drained)
        assert [one.value for one in drained.readings] == [12]

    def test_an_amount_that_could_be_two_numbers_is_broken(self) -> None:
        ended = self.changed(description="Attendees: 1,234")
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert ended.message.startswith("signals.listeners: the amount of its event on 2026-06-24 is doubtful")

    @pytest.mark.parametrize("start", [{}, {"date": "2026-06-24", "dateTime": "2026-06-24T18:30:00Z"}])
    def test_a_start_is_a_day_or_a_time(self, start: Mapping[str, str]) -> None:
        ended = self.changed(start=start)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_a_time_without_a_zone_is_broken(self) -> None:
        ended = self.changed(start={"dateTime": "2026-06-24T18:30:00"})
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_all_until_the_horizon_is_listed(self) -> None:
        [span] = self.drained(self.ask()).spans
        assert (span.start, span.whole) == (None, True)
        assert span == Span(None, None, datetime(2027, 11, 14, 12, tzinfo=UTC), whole=True)

    def test_a_calendar_without_events_is_no_broken_one(self) -> None:
        assert self.drained(self._ask(self.conversation("empty"))).readings == ()

    def test_one_that_shows_only_when_it_is_busy_is_refused_and_not_taken_for_empty(self) -> None:
        page = {**self.conversation().exchanges[0].answer["json"], "accessRole": "freeBusyReader"}
        ended = self.ended(self._ask(self.conversation().with_answer(0, page)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, "See all event details" in (ended.cure or "")) == (Outcome.REFUSED, True)

    def test_who_else_is_invited_is_never_asked_for(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        for request in conversation.asked:
            assert request.url.params["maxAttendees"] == "1"
            assert "attendees(self,responseStatus)" in request.url.params["fields"]

    def test_no_token_of_what_changed_is_used_that_could_end_with_410(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert not any("syncToken" in str(one.url) for one in conversation.asked)

    @pytest.mark.parametrize(
        ("reason", "outcome"),
        [
            ("rateLimitExceeded", Outcome.UNAVAILABLE),
            ("quotaExceeded", Outcome.UNAVAILABLE),
            ("accessNotConfigured", Outcome.REFUSED),
            ("forbidden", Outcome.REFUSED),
        ],
    )
    def test_403_has_several_meanings(self, reason: str, outcome: Outcome) -> None:
        ended = self.failing(403, {"error": {"code": 403, "message": "No", "errors": [{"reason": reason}]}})
        assert ended.outcome is outcome
        assert ("switch the API on" in (ended.cure or "")) == (reason == "accessNotConfigured")
        assert ("that the account that consented sees it" in (ended.cure or "")) == (reason == "forbidden")

    def test_a_service_account_has_no_calendar_of_its_own(self) -> None:
        robot = {"credentials": "google.json", "signals": {"all": {}}}
        with pytest.raises(ValidationError, match="write the id of one that it may see"):
            GoogleCalendar.model_validate(robot)
        assert GoogleCalendar.model_validate({**robot, "calendar": "talks@example.com"}).authorization() is None

    def test_only_what_is_wanted_is_asked_for_and_what_began_before_does_not_count(self) -> None:
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return self.conversation().exchanges[1].response()

        ask = self.ask()
        ask.since = datetime(2026, 11, 20, 17, 31, tzinfo=UTC)
        answering(ask, answer)
        assert self.drained(ask).readings == ()
        assert asked[0].url.params["timeMin"] == "2026-11-20T17:31:00Z"

    def test_consent_is_asked_for_the_smallest_scope(self) -> None:
        app = {"client_id": "c", "client_secret": "s", "signals": {"all": {}}}
        oauth = GoogleCalendar.model_validate(app).authorization()
        assert oauth is not None
        assert oauth.scope == "https://www.googleapis.com/auth/calendar.events.readonly"
        assert oauth.parameters["access_type"] == "offline"

    def test_the_judge_reads_googles_bounds_which_are_text(self) -> None:
        url = self.conversation().exchanges[0].url
        asked = httpx.Request("GET", url.copy_merge_params({"maxAttendees": "0"}))
        assert [one.where for one in self.description.problems_of_request(asked)] == ["?maxAttendees"]
