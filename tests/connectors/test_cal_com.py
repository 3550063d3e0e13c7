import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.cal_com import CalCom
from ingest.connector import Connector, Expiry, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Ending, Outcome
from tests.connectors.pulling import answering
from tests.descriptions import Described

HERE = Path(__file__).parent / "cal_com"


def told(drained: Drained, signal: str) -> dict[str | None, datetime | None]:
    return {one.key: one.at for one in drained.readings if one.signal == signal}


class TestCalCom(Described):
    """Not on Prism: it takes a list as the schema has it, and not with commas as the vendor's text and example do."""

    connector: ClassVar[type[Connector]] = CalCom
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "cal_a-made-up-key"}
    recorded: ClassVar[Path] = HERE
    beyond: ClassVar[Mapping[str, str]] = {"?status": "its text and its example have commas: ?status=upcoming,past"}

    def test_a_booking_counts_when_it_was_made_whatever_became_of_it(self) -> None:
        assert told(self.drained(self.ask()), "bookings") == {
            "uid1": datetime(2026, 9, 30, 22, 30, tzinfo=UTC),
            "uid2": datetime(2026, 10, 5, 8, tzinfo=UTC),
            "uid3": datetime(2026, 10, 6, 8, tzinfo=UTC),
            "uid5": datetime(2026, 11, 10, 8, tzinfo=UTC),
        }

    def test_the_end_of_a_key_is_the_day_that_is_written(self) -> None:
        assert self.drained(self.ask()).expiry is None
        made = CalCom.model_validate({**self.settings, "key_ends": "2026-12-24"})
        assert asyncio.run(drain(made, self.ask())).expiry == Expiry(datetime(2026, 12, 23, 23, tzinfo=UTC))

    def test_one_that_was_moved_is_neither_given_up_nor_a_new_one(self) -> None:
        cancelled = told(self.drained(self.ask()), "cancellations")
        assert cancelled == {"uid4": datetime(2026, 11, 2, 7, 15, 0, 500_000, tzinfo=UTC)}

    def test_a_state_that_nobody_described_is_a_booking_too(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[0].answer["json"]
        first, *others = answer["data"]
        other = {name: value for name, value in first.items() if name != "updatedAt"} | {"status": "awaiting_host"}
        told = recorded.with_answer(0, {**answer, "data": [other, *others]})
        assert self.drained(self._ask(told)) == self.drained(self.ask())

    def test_one_that_was_cancelled_and_does_not_say_when_is_broken(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[2].answer["json"]
        silent = [{**one, "updatedAt": None} for one in answer["data"]]
        ended = self.ended(self._ask(recorded.with_answer(2, {**answer, "data": silent})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message.partition(":")[0]) == (Outcome.BROKEN, "data.updatedAt")

    def test_every_request_names_the_version_and_all_states_are_asked_for(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        assert {request.headers["cal-api-version"] for request in recorded.asked} == {"2024-08-13"}
        assert recorded.asked[0].url.params["status"] == "upcoming,past,cancelled,unconfirmed,recurring"

    def test_an_empty_account_is_a_real_zero_for_all_time(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, drained.spans) == ((), (Span("bookings"), Span("cancellations")))

    @pytest.mark.parametrize("going_on", [False, True])
    def test_what_is_asked_for_is_made_or_changed_since_and_what_is_older_does_not_count(self, going_on: bool) -> None:
        recorded = self.conversation()
        since = datetime(2026, 11, 1, 1, tzinfo=UTC)
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            url = request.url.copy_remove_param("afterCreatedAt").copy_remove_param("afterUpdatedAt")
            return next(one for one in recorded.exchanges if one.fits(httpx.Request("GET", url))).response()

        ask = self._ask(recorded)
        ask.since = since
        ask.cursor = {"since": "2026-11-01T01:00:00Z", "until": "2026-11-20T12:00:00Z"} if going_on else None
        answering(ask, answered)
        drained = self.drained(ask)
        start = datetime(2026, 11, 19, 12, tzinfo=UTC) if going_on else since
        written = f"{start - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S.000Z}"
        assert [url.params.get("afterCreatedAt") for url in asked] == [written, written, None]
        assert [url.params.get("afterUpdatedAt") for url in asked] == [None, None, written]
        assert set(told(drained, "bookings")) == {"uid5"}
        assert {span.start for span in drained.spans} == {start}

    def test_a_listing_that_ends_too_early_is_broken(self) -> None:
        recorded = self.conversation()
        more = recorded.exchanges[1].answer["json"]
        cut = recorded.with_answer(1, {**more, "data": [], "pagination": {**more["pagination"], "hasNextPage": True}})
        ended = self.ended(self._ask(cut))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "pagination.totalItems: only 3 of 5 came")

    def test_one_that_comes_on_two_pages_counts_once(self) -> None:
        recorded = self.conversation()
        second = recorded.exchanges[1].answer["json"]
        doubled = [*recorded.exchanges[0].answer["json"]["data"][2:], *second["data"]]
        drained = self.drained(self._ask(recorded.with_answer(1, {**second, "data": doubled})))
        assert len([one for one in drained.readings if one.signal == "bookings"]) == 4

    def test_an_installation_of_ones_own_may_be_asked(self) -> None:
        class Own(TestCalCom):
            settings: ClassVar[Mapping[str, Any]] = {**TestCalCom.settings, "url": "https://cal.example.org/api/"}

        recorded = self.conversation()
        Own().ended(self._ask(recorded))
        assert recorded.unknown == ["GET https://cal.example.org/api/v2/bookings"]
