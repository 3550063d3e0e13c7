"""Meetup: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.meetup import Meetup
from ingest.connector import Connector, Reading, Span
from ingest.connector.drain import Drained
from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import SECOND, instant
from tests.descriptions.graphql import DescribedByGraphql, problems_of_answer, problems_of_request, schema

SETTINGS = {"token": "a-made-up-token", "group": "https://www.meetup.com/berlin-product-talks/"}


class TestMeetup(DescribedByGraphql):
    connector: ClassVar[type[Connector]] = Meetup
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "meetup"

    def told(self, signal: str) -> dict[str | None, tuple[float, str]]:
        readings = self.drained(self.ask()).readings
        return {
            one.key: (one.value, f"{one.at:%m-%d %H:%M}" if one.at else "") for one in readings if one.signal == signal
        }

    def answered(self, value: Any) -> Drained | Ending:
        return self.ended(self._ask(self.conversation().with_answer(0, value)))

    def test_attendees_are_those_who_said_yes_at_the_time_of_the_event(self) -> None:
        assert self.told("attendees") == {
            "a1": (64, "06-24 18:30"),
            "a2": (40, "08-26 18:30"),
            "a3": (71, "10-07 18:30"),
        }
        assert set(self.told("events")) == {"a1", "a2", "a3"}

    def test_the_noes_are_never_asked_for(self) -> None:
        assert all(b"totalCount" not in request.content for request in self.asked())

    def asked(self) -> list[Any]:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        return conversation.asked

    def test_an_event_at_which_nobody_was_marked_says_nothing_of_who_came(self) -> None:
        made = Meetup.model_validate({**SETTINGS, "counted": "came"})

        class Marked(TestMeetup):
            def made(self) -> Connector:
                return made

        assert {key: value for key, (value, _) in Marked().told("attendees").items()} == {"a1": 51, "a3": 58}
        assert len(Marked().told("events")) == 3

    def test_an_error_comes_with_status_200(self) -> None:
        ended = self.answered(
            {"errors": [{"message": "Not\x1b[31m authorized", "extensions": {"code": "X"}}], "data": None}
        )
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert ended.message == "Meetup answers with an error: Not [31m authorized"

    @pytest.mark.parametrize("beside", [{}, {"data": None}, {"data": {"groupByUrlname": None}}])
    def test_an_error_tells_what_it_is_with_data_or_without(self, beside: Mapping[str, Any]) -> None:
        ended = self.answered({"errors": [{"message": "Unauthenticated", "extensions": None}], **beside})
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "Unauthenticated" in ended.message

    def test_errors_that_are_null_are_none(self) -> None:
        assert self.answered({**self.conversation().exchanges[0].answer["json"], "errors": None}) == self.drained(
            self.ask()
        )

    def test_an_error_beside_data_is_one_too(self) -> None:
        ended = self.answered(
            {**self.conversation().exchanges[0].answer["json"], "errors": [{"message": "Half of it"}]}
        )
        assert isinstance(ended, Ending)
        assert "Half of it" in ended.message

    def test_points_that_are_used_up_are_waited_for(self) -> None:
        error = {"message": "Too many requests", "extensions": {"code": "RATE_LIMITED", "consumedPoints": 500}}
        ended = self.answered({"errors": [error], "data": None})
        assert isinstance(ended, Ending)
        again = instant(self.conversation().now) + 60 * SECOND
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, again)

    def test_a_group_that_nobody_sees_is_refused(self) -> None:
        ended = self.answered({"data": {"groupByUrlname": None}})
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.cure) == (Outcome.REFUSED, "check group: meetup.com/NAME")

    def test_another_page_without_a_cursor_is_broken(self) -> None:
        value = self.conversation().exchanges[0].answer["json"]
        value["data"]["groupByUrlname"]["events"]["pageInfo"]["endCursor"] = None
        ended = self.answered(value)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_an_event_without_a_time_or_of_the_future_does_not_count_yet(self) -> None:
        value = self.conversation().exchanges[0].answer["json"]
        first, second = value["data"]["groupByUrlname"]["events"]["edges"]
        first["node"]["dateTime"], second["node"]["dateTime"] = None, "2026-10-10T19:00:00+02:00"
        ended = self.answered(value)
        assert isinstance(ended, Drained)
        assert {one.key for one in ended.readings if one.signal == "events"} == {"a3"}

    def test_all_that_the_group_held_is_listed(self) -> None:
        assert self.drained(self.ask()).spans == (Span("events", whole=True), Span("attendees", whole=True))

    def test_a_group_that_nobody_rated_has_no_rating(self) -> None:
        assert self.drained(self._ask(self.conversation("empty"))).readings == (Reading("members", 1),)

    def test_only_what_is_wanted_is_asked_for(self) -> None:
        conversation = self.conversation()
        ask = self._ask(conversation)
        ask.since = datetime(2026, 1, 1, tzinfo=UTC)
        self.ended(ask)
        assert b'"afterDateTime": "2026-01-01T00:00:00+00:00"' in conversation.asked[0].content

    def test_consent_is_asked_for_where_there_is_no_token(self) -> None:
        made = Meetup.model_validate({"client_id": "c", "client_secret": "s", "group": "a-b"})
        oauth = made.authorization()
        assert oauth is not None
        assert oauth.redirect == "http://127.0.0.1:8765/callback"
        assert self.made().authorization() is None

    def test_the_judge_notices(self) -> None:
        told = schema(self.recorded / "description.graphql")
        query = "query ($g: String!) { groupByUrlname(urlname: $g) { name } }"
        body: Mapping[str, Any] = {"query": query, "variables": {"g": "x"}}
        assert list(problems_of_request(told, body)) == []
        assert list(problems_of_request(told, {**body, "variables": {"g": None}}))
        assert list(problems_of_request(told, {**body, "query": query.replace("name", "title")}))
        assert list(problems_of_answer(told, body, {"groupByUrlname": {"name": "x"}})) == []
        for data in ({"groupByUrlname": {"name": None}}, {"groupByUrlname": {"name": "x", "id": 1}}, {}):
            assert list(problems_of_answer(told, body, data))


@pytest.mark.parametrize(
    "wrong",
    [{"group": "a b"}, {"group": "https://example.com/x"}, {"token": None}, {"client_id": "c"}, {"counted": "no"}],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Meetup.model_validate({**SETTINGS, **wrong})
