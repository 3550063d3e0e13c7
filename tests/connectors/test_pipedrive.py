import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.pipedrive import Pipedrive, Time
from ingest.connector import Connector, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Ending, Outcome
from tests.connectors.pulling import answering
from tests.descriptions import Described

HERE = Path(__file__).parent / "pipedrive"
LEAD = "adf21080-0e10-11eb-879b-05d71fb426"


def told(drained: Drained, signal: str) -> dict[str | None, datetime | None]:
    return {one.key: one.at for one in drained.readings if one.signal == signal}


class TestPipedrive(Described):
    """Not on Prism: it takes the names of columns alone for a sorting, and a single status."""

    connector: ClassVar[type[Connector]] = Pipedrive
    settings: ClassVar[Mapping[str, Any]] = {"token": "0123456789abcdef-made-up"}
    recorded: ClassVar[Path] = HERE
    described_in: ClassVar[tuple[str, ...]] = ("description.json", "description-v1.json")
    beyond: ClassVar[Mapping[str, str]] = {
        "?sort": "its text says: the name of a field and ASC or DESC",
        "answer.additional_data.next_cursor": "its text says: null at the end",
        "?status": "its text says: several statuses may be given with commas between",
    }

    def test_a_deal_counts_when_it_was_added_whatever_became_of_it(self) -> None:
        assert told(self.drained(self.ask()), "deals") == {
            "1": datetime(2026, 9, 30, 22, 30, tzinfo=UTC),
            "2": datetime(2026, 10, 1, 8, tzinfo=UTC),
            "3": datetime(2026, 10, 20, 8, tzinfo=UTC),
            "4": datetime(2026, 8, 1, 8, tzinfo=UTC),
        }

    def test_what_is_archived_was_won_all_the_same(self) -> None:
        assert told(self.drained(self.ask()), "won_deals") == {
            "2": datetime(2026, 11, 15, 10, tzinfo=UTC),
            "4": datetime(2026, 9, 1, 9, tzinfo=UTC),
        }

    def test_leads_are_requests_and_archived_ones_too(self) -> None:
        found = told(self.drained(self.ask()), "requests")
        assert list(found) == [f"{LEAD}ec", f"{LEAD}ed", f"{LEAD}ee", f"{LEAD}ef"]
        assert found[f"{LEAD}ec"] == datetime(2026, 11, 14, 11, 30, 36, 551_000, tzinfo=UTC)

    def test_won_deals_are_all_listed_so_that_one_that_is_opened_again_no_longer_counts(self) -> None:
        spans = self.drained(self.ask()).spans
        assert spans == (Span("requests"), Span("deals"), Span("won_deals", whole=True))

    def test_an_empty_account_is_a_real_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, len(drained.spans)) == ((), 3)

    def test_the_token_goes_in_its_own_header(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        assert {request.headers["x-api-token"] for request in recorded.asked} == {"0123456789abcdef-made-up"}

    def test_what_is_asked_for_has_changed_since_and_what_is_older_does_not_count(self) -> None:
        recorded = self.conversation()
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            plain = httpx.Request("GET", request.url.copy_remove_param("updated_since"))
            return next(one for one in recorded.exchanges if one.fits(plain)).response()

        ask = self._ask(recorded)
        ask.since = datetime(2026, 10, 1, tzinfo=UTC)
        answering(ask, answered)
        drained = self.drained(ask)
        assert set(told(drained, "deals")) == {"2", "3"}
        assert set(told(drained, "won_deals")) == {"2"}
        assert set(told(drained, "requests")) == {f"{LEAD}ec", f"{LEAD}ed"}
        assert {url.params["updated_since"] for url in asked if "/deals" in url.path} == {"2026-10-01T00:00:00Z"}
        assert [url.params["start"] for url in asked if url.path == "/v1/leads"] == ["0", "2"]

    @pytest.mark.parametrize(
        "said", [{"more_items_in_collection": False}, {"pagination": {"more_items_in_collection": False}}]
    )
    def test_where_there_is_said_to_be_no_more_no_further_leads_are_asked_for(self, said: Mapping[str, Any]) -> None:
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            leads = [{"id": "adf2", "add_time": "2026-10-01 08:00:00", "person_id": None}]
            return httpx.Response(200, json={"success": True, "data": leads, "additional_data": said})

        source = Pipedrive.model_validate({**self.settings, "objects": ["leads"]})
        ask = self.ask()
        answering(ask, answered)
        drained = asyncio.run(drain(source, ask))
        assert {url.path for url in asked} == {"/v1/leads", "/v1/leads/archived"}
        assert len(asked) == 2
        assert told(drained, "requests") == {"adf2": datetime(2026, 10, 1, 8, tzinfo=UTC)}

    def test_the_next_pull_asks_for_new_ones_and_for_all_that_are_won(self) -> None:
        recorded = self.conversation("empty")
        first = self.drained(self._ask(recorded))
        assert first.cursor is not None
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            return httpx.Response(200, json={"success": True, "data": [], "additional_data": {"next_cursor": None}})

        ask = self._ask(recorded)
        ask.cursor = first.cursor.value
        answering(ask, answered)
        self.drained(ask)
        since = {url.params["status"]: url.params.get("updated_since") for url in asked if "/deals" in url.path}
        assert since == {"open,won,lost": f"{recorded.now:%Y-%m-}21T12:00:00Z", "won": None}

    def test_a_deal_that_is_not_won_among_those_that_are_is_broken(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[2].answer["json"]
        lost = [{**answer["data"][0], "status": "lost"}]
        ended = self.ended(self._ask(recorded.with_answer(2, {**answer, "data": lost})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_a_page_that_does_not_say_whether_there_is_more_is_broken(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[1].answer["json"]
        ended = self.ended(self._ask(recorded.with_answer(1, {"success": True, "data": answer["data"]})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "additional_data: is missing")


@pytest.mark.parametrize("written", ["2026-10-01 08:00:00", "2026-10-01T08:00:00Z", "2026-10-01T10:00:00+02:00"])
def test_a_time_without_a_zone_is_one_of_utc(written: str) -> None:
    parsed: datetime = TypeAdapter(Time).validate_json(f'"{written}"', strict=True)
    assert parsed == datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("objects", "signals"), [(["leads"], {"requests"}), (["deals"], {"deals", "won_deals"}), ([], None), (["x"], None)]
)
def test_one_kind_alone_may_be_read(objects: list[str], signals: set[str] | None) -> None:
    if signals is None:
        with pytest.raises(ValidationError):
            Pipedrive.model_validate({"token": "t", "objects": objects})
    else:
        assert set(Pipedrive.model_validate({"token": "t", "objects": objects}).offered()) == signals
