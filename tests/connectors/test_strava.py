"""Strava: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.strava import Strava
from ingest.connector import Connector, Span
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import instant

SETTINGS = {"token": "a-made-up-access-token"}


class TestStrava(HttpConformance):
    connector: ClassVar[type[Connector]] = Strava
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "strava"

    def told(self, signal: str) -> dict[str, float]:
        readings = self.drained(self.ask()).readings
        return {f"{one.at:%m-%d %H:%M}": one.value for one in readings if one.signal == signal and one.at}

    def test_metres_become_kilometres_and_other_sports_do_not_count(self) -> None:
        assert self.told("distance") == {"10-09 06:00": 10.0204, "10-07 06:00": 5.0035, "03-29 00:30": 21.1}
        assert len(self.told("activities")) == 3

    def test_the_best_time_over_ten_kilometres_is_in_each_run_of_that_length(self) -> None:
        assert self.told("time_10k") == {"10-09 06:00": 2890, "03-29 00:30": 3010}

    def test_a_run_without_that_effort_says_nothing(self) -> None:
        detail = {"id": 901, "best_efforts": [{"name": "5k", "elapsed_time": 1400}]}
        for value in (detail, {"id": 901}):
            ended = self.ended(self._ask(self.conversation().with_answer(3, value)))
            assert isinstance(ended, Drained)
            assert [one.value for one in ended.readings if one.signal == "time_10k"] == [3010]

    def test_pages_end_with_an_empty_one_and_not_with_a_short_one(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert [one.url.params["page"] for one in conversation.asked if "page" in one.url.params] == ["1", "2", "3"]

    def test_what_was_counted_is_not_asked_for_again(self) -> None:
        conversation = self.conversation()
        ask = self._ask(conversation)
        ask.cursor = {"first": None, "last": "2026-10-09T12:00:00Z"}
        self.drained(ask)
        details = [one.url.path for one in conversation.asked if "/activities/" in one.url.path]
        assert details == ["/api/v3/activities/901"]

    def test_all_that_is_wanted_is_listed(self) -> None:
        assert self.drained(self.ask()).spans == (Span("activities", whole=True), Span("distance", whole=True))

    def test_only_what_is_wanted_is_asked_for(self) -> None:
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return httpx.Response(200, json=[])

        client, since = httpx.AsyncClient(transport=httpx.MockTransport(answer)), datetime(2026, 1, 1, tzinfo=UTC)
        ask = self.ask()
        ask = type(ask)(client=lambda: client, now=ask.now, zone=ask.zone, home=Path(), key=b"k", since=since)
        drained = self.drained(ask)
        assert asked[0].url.params["after"] == str(int(since.timestamp()) - 1)
        assert {one.start for one in drained.spans} == {since}

    @pytest.mark.parametrize(
        ("used", "again"),
        [
            ({"X-RateLimit": "200,340"}, datetime(2026, 10, 10, 12, 15, tzinfo=UTC)),
            ({"X-RateLimit": "40,2000"}, datetime(2026, 10, 11, tzinfo=UTC)),
            ({"X-RateLimit": "120,1100", "X-ReadRateLimit": "3,1000"}, datetime(2026, 10, 11, tzinfo=UTC)),
            ({"X-RateLimit": "120,340", "X-ReadRateLimit": "100,340"}, datetime(2026, 10, 10, 12, 15, tzinfo=UTC)),
            ({}, datetime(2026, 10, 10, 12, 15, tzinfo=UTC)),
            ({"X-RateLimit": "many"}, datetime(2026, 10, 10, 12, 15, tzinfo=UTC)),
        ],
    )
    def test_a_limit_begins_anew_with_a_quarter_of_an_hour_or_with_the_day(
        self, used: Mapping[str, str], again: datetime
    ) -> None:
        most = {"X-RateLimit-Limit": "200,2000", "X-ReadRateLimit-Limit": "100,1000"}

        def limit(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            headers = {**most, **{f"{name}-Usage": text for name, text in used.items()}}
            return httpx.Response(429, json={"message": "Rate Limit Exceeded", "errors": []}, headers=headers)

        for at in (0, 3):  # a listing, and one run
            ended = self.ended(self._ask(self.conversation().with_fault(limit, at)))
            assert isinstance(ended, Ending)
            assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, instant(again))

    def test_who_is_refused_is_told_of_the_subscription(self) -> None:
        said = {"message": "Authorization Error", "errors": [{"resource": "Athlete", "field": "access_token"}]}
        ended = self.ended(
            self._ask(self.conversation().with_fault(lambda request, exchange: httpx.Response(401, json=said)))
        )
        assert isinstance(ended, Ending)
        assert "Authorization Error" in ended.message
        assert "a paid Strava subscription" in (ended.cure or "")

    def test_ids_are_kept_as_hashes_alone(self) -> None:
        assert not any(one.key and len(one.key) < 32 for one in self.drained(self.ask()).readings)


def test_consent_is_asked_for_what_only_the_athlete_sees_too() -> None:
    oauth = Strava.model_validate({"client_id": "1", "client_secret": "s"}).authorization()
    assert oauth is not None
    assert oauth.scope == "activity:read_all"
