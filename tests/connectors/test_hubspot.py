import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.hubspot import Hubspot
from ingest.connector import Connector, Reading, Seen, Span
from ingest.connector.drain import Drained
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation, Exchange
from tests.descriptions import Described

HERE = Path(__file__).parent / "hubspot"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TestHubspot(Described):
    """Not on Prism: it wants the sorting as the schema has it, a text."""

    connector: ClassVar[type[Connector]] = Hubspot
    settings: ClassVar[Mapping[str, Any]] = {"token": "pat-eu1-a-made-up-token"}
    recorded: ClassVar[Path] = HERE
    described_in: ClassVar[tuple[str, ...]] = ("description.json", "description-account.json")
    beyond: ClassVar[Mapping[str, str]] = {
        "body.sorts": "the vendor's guide and its own clients send objects: propertyName, direction"
    }

    def told(self, signal: str) -> dict[str | None, datetime | None]:
        return {one.key: one.at for one in self.drained(self.ask()).readings if one.signal == signal}

    def test_the_total_is_of_all_contacts(self) -> None:
        assert Reading("contacts", 37) in self.drained(self.ask()).readings

    def test_each_contact_counts_when_it_was_made_and_is_kept_as_a_hash(self) -> None:
        ask = self.ask()
        assert self.told("new_contacts") == {
            ask.fingerprint("512"): datetime(2026, 10, 1, 8, tzinfo=UTC),
            ask.fingerprint("99"): datetime(2026, 10, 2, 8, 0, 0, 125_000, tzinfo=UTC),
            ask.fingerprint("1004"): datetime(2026, 11, 21, 22, 59, 59, 999_000, tzinfo=UTC),
        }

    def test_a_deal_counts_when_it_was_made_and_won_on_its_close_date(self) -> None:
        assert self.told("deals") == {
            "71": datetime(2026, 8, 1, 8, tzinfo=UTC),
            "72": datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        }
        assert self.told("won_deals") == {"71": datetime(2026, 11, 15, 10, 0, 0, 500_000, tzinfo=UTC)}

    def test_won_deals_are_all_listed_so_that_one_that_is_opened_again_no_longer_counts(self) -> None:
        assert self.drained(self.ask()).spans == (
            Span("new_contacts"),
            Span("deals"),
            Span("won_deals", whole=True),
        )

    def test_an_account_for_tests_is_remarked_upon(self) -> None:
        recorded = self.conversation("seen")
        assert self.seen(recorded).remarks == ("HubSpot calls it no standard account, but developer test",)
        standard = {**recorded.exchanges[0].answer["json"], "accountType": "STANDARD"}
        assert self.seen(recorded.with_answer(0, standard)) == Seen("account 123456")

    def test_an_empty_account_is_a_real_zero(self) -> None:
        assert self.drained(self._ask(self.conversation("empty"))).readings == (Reading("contacts", 0),)

    def test_a_total_that_cannot_be_is_broken(self) -> None:
        recorded = self.conversation()
        ended = self.ended(self._ask(recorded.with_answer(0, {"total": -2147483648, "results": []})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert "total" in ended.message

    def test_no_names_or_addresses_are_asked_for(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        asked = {name for request in recorded.asked for name in json.loads(request.content)["properties"]}
        assert asked == {"createdate", "closedate"}

    def test_a_limit_in_the_words_of_the_vendor_is_waited_for(self) -> None:
        def limit(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            said = {"status": "error", "message": "You have reached your secondly limit.", "errorType": "RATE_LIMIT"}
            return httpx.Response(429, json={**said, "policyName": "SECONDLY"})

        ended = self.ended(self._ask(self.conversation().with_fault(limit)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE

    def test_where_a_scope_is_missing_it_is_told_what_is_needed(self) -> None:
        def missing(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(403, json={"status": "error", "message": "Missing", "category": "MISSING_SCOPES"})

        ended = self.ended(self._ask(self.conversation().with_fault(missing)))
        assert isinstance(ended, Ending)
        assert "crm.objects.contacts.read" in (ended.cure or "")


class Account(Conversation):
    """An account that searches contacts and deals as HubSpot does, and refuses to page beyond 10,000."""

    def __init__(self, records: Mapping[int, datetime], now: datetime = NOW) -> None:
        super().__init__((), now)
        self.records = records

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        body = json.loads(request.content)
        first = int(body["after"])
        filters = {one["propertyName"]: one for group in body["filterGroups"] for one in group["filters"]}
        after = int(filters.get("hs_object_id", {"value": "0"})["value"])
        start = int(filters.get("createdate", {}).get("value", "0"))
        won = "hs_is_closed_won" in filters
        found = sorted(
            (id_, at) for id_, at in self.records.items() if id_ > after and at.timestamp() * 1000 >= start and not won
        )
        results = [
            {"id": str(id_), "properties": {"createdate": at.isoformat()}} for id_, at in found[first:][: body["limit"]]
        ]
        last = first + body["limit"]
        if last > 10_000:
            return httpx.Response(400, json={"status": "error", "category": "VALIDATION_ERROR", "message": "too far"})
        more = {"paging": {"next": {"after": str(last), "link": "x"}}} if len(found) > last else {"paging": None}
        return httpx.Response(200, json={"total": len(found), "results": results, **more})


def pulled(account: Account, cursor: Any = None, since: datetime | None = None, **settings: Any) -> Drained:
    class One(TestHubspot):
        pass

    One.settings = {**TestHubspot.settings, **settings}
    kit = One()
    ask = kit._ask(account)
    ask.cursor, ask.since = cursor, since
    return kit.drained(ask)


def test_more_than_10000_records_are_read_although_no_paging_leads_there_even_if_made_at_once() -> None:
    account = Account(dict.fromkeys(range(1, 10_451), NOW - timedelta(days=30)))
    drained = pulled(account, objects=["deals"])
    assert len({one.key for one in drained.readings}) == len(drained.readings) == 10_450
    bodies = [json.loads(request.content) for request in account.asked]
    assert [body["after"] for body in bodies[:3]] == ["0", "200", "400"]
    assert max(int(body["after"]) for body in bodies) == 9_800


def test_the_index_lags_behind_so_the_last_day_is_read_again() -> None:
    first = pulled(Account({1: NOW - timedelta(days=3)}), objects=["deals"])
    assert first.cursor is not None
    late = Account({1: NOW - timedelta(days=3), 2: NOW - timedelta(minutes=1)}, NOW + timedelta(hours=1))
    after = pulled(late, first.cursor.value, objects=["deals"])
    assert [one.key for one in after.readings] == ["2"]
    assert after.spans[0] == Span("deals", NOW - timedelta(days=1))


def test_what_is_wanted_is_asked_for_in_milliseconds_since_1970() -> None:
    account = Account({})
    pulled(account, since=datetime(2026, 10, 1, tzinfo=UTC), objects=["contacts"])
    [wanted] = json.loads(account.asked[1].content)["filterGroups"][0]["filters"]
    assert wanted == {"propertyName": "createdate", "operator": "GTE", "value": "1790812800000"}


@pytest.mark.parametrize(
    ("objects", "signals"),
    [(["contacts"], {"contacts", "new_contacts"}), (["deals"], {"deals", "won_deals"})],
)
def test_a_token_that_may_see_one_kind_alone_will_do(objects: list[str], signals: set[str]) -> None:
    assert set(Hubspot.model_validate({"token": "t", "objects": objects}).offered()) == signals
    account = Account({})
    pulled(account, objects=objects)
    assert {request.url.path.split("/")[4] for request in account.asked} == set(objects)


def test_another_version_of_the_api_may_be_asked() -> None:
    account = Account({})
    pulled(account, objects=["deals"], version="2026-09")
    assert {request.url.path for request in account.asked} == {"/crm/objects/2026-09/deals/search"}


@pytest.mark.parametrize("objects", [[], ["tickets"]])
def test_other_objects_are_not_read(objects: list[str]) -> None:
    with pytest.raises(ValidationError):
        Hubspot.model_validate({"token": "t", "objects": objects})
