"""Notion: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.notion import Notion
from connectors.parts.notion import Property
from connectors.parts.records import cell
from ingest.connector import Broken, Connector, Reading
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.connector.sheet.cell import Flaw

DATABASE = "1f2e3d4c5b6a79880011223344556677"


class TestNotion(HttpConformance):
    connector: ClassVar[type[Connector]] = Notion
    settings: ClassVar[Mapping[str, Any]] = {
        "token": "ntn_made-up-token",
        "signals": {"attendees": {"table": DATABASE, "date": "Date", "value": "Attendees", "kind": "events"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "notion"

    def test_pages_of_all_answers_are_events_under_their_own_ids(self) -> None:
        assert self.drained(self.ask()).readings == (
            Reading("attendees", 40, datetime(2026, 1, 13, 23, tzinfo=UTC), "p-1"),
            Reading("attendees", 46, datetime(2026, 2, 11, 17, tzinfo=UTC), "p-2"),
            Reading("attendees", 51, datetime(2026, 3, 10, 23, tzinfo=UTC), "p-4"),
        )

    def test_the_version_of_the_api_is_said(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.headers["notion-version"] for request in conversation.asked} == {"2025-09-03"}

    def test_a_database_that_is_not_shared_is_told_as_such(self) -> None:
        def hidden(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            told = {"object": "error", "status": 404, "code": "object_not_found", "message": "Could not find database"}
            return httpx.Response(404, json=told)

        ended = self.ended(self._ask(self.conversation().with_fault(hidden)))
        assert isinstance(ended, Ending)
        assert "Could not find database" in ended.message
        assert "share the database with the connection" in (ended.cure or "")

    @pytest.mark.parametrize(
        ("sources", "written", "told"),
        [
            (["Meetups", "Talks"], "", "the database has several data sources: 'Meetups', 'Talks'"),
            (
                ["Meetups", "Talks"],
                " > workshops",
                "there is no data source 'workshops' in it; there is 'Meetups', 'Talks'",
            ),
            ([], "", "has no data source"),
            (["Talks", "Meetups"], " > meetups", None),
        ],
    )
    def test_of_several_data_sources_one_is_named(self, sources: list[str], written: str, told: str | None) -> None:
        ids = {"Meetups": "aa11bb22-cc33-4d44-8e55-ff6677889900"}
        listed = [{"id": ids.get(name, "other"), "name": name} for name in sources]
        ended = self.of_table(f"{DATABASE}{written}", {"data_sources": listed})
        if told is None:
            assert isinstance(ended, Drained)
        else:
            assert isinstance(ended, Ending)
            assert told in ended.message

    def of_table(self, table: str, database: Any = None) -> Drained | Ending:
        signal = {**self.settings["signals"]["attendees"], "table": table}
        source = Notion.model_validate({**self.settings, "signals": {"attendees": signal}})
        self.made = lambda: source  # type: ignore[method-assign]
        conversation = self.conversation()
        return self.ended(self._ask(conversation if database is None else conversation.with_answer(0, database)))

    @pytest.mark.parametrize(
        ("table", "is_one"),
        [
            (f"https://www.notion.so/example/{DATABASE}?v=99887766554433221100ffeeddccbbaa", True),
            (f"https://www.notion.so/example/Meetups-{DATABASE}", True),
            ("Meetups", False),
            (f"{DATABASE[:-1]}", False),
        ],
    )
    def test_a_database_is_written_as_its_address_or_its_id(self, table: str, is_one: bool) -> None:
        assert isinstance(self.of_table(table), Drained) is is_one

    def test_more_without_a_cursor_is_no_end(self) -> None:
        answer = {"object": "list", "results": [], "has_more": True, "next_cursor": None}
        ended = self.ended(self._ask(self.conversation().with_answer(1, answer)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (
            Outcome.BROKEN,
            "next_cursor: is missing, though there is more",
        )


TEXT = [{"plain_text": "Ada "}, {"plain_text": "Muster"}]


@pytest.mark.parametrize(
    ("kind", "told", "shown"),
    [
        ("number", 5, 5),
        ("number", None, None),
        ("checkbox", False, False),
        ("title", TEXT, "Ada Muster"),
        ("rich_text", [], None),
        ("select", {"id": "x", "name": "Talk", "color": "red"}, "Talk"),
        ("select", None, None),
        ("status", {"name": "Done"}, "Done"),
        ("multi_select", [{"name": "Talk"}, {"name": "Panel"}], "Talk, Panel"),
        ("people", [{"id": "x", "name": "Ada"}], "Ada"),
        ("date", {"start": "2026-11-01", "end": "2026-11-02"}, "2026-11-01"),
        ("relation", [{"id": "a"}], "a"),
        ("unique_id", {"prefix": "TALK", "number": 7}, "TALK-7"),
        ("unique_id", {"prefix": None, "number": 7}, 7),
        ("created_time", "2026-11-01T08:00:00.000Z", "2026-11-01T08:00:00.000Z"),
        ("formula", {"type": "number", "number": 5}, 5),
        ("formula", {"type": "string", "string": "x"}, "x"),
        ("formula", {"type": "boolean", "boolean": True}, True),
        ("formula", {"type": "date", "date": {"start": "2026-11-01"}}, "2026-11-01"),
        ("rollup", {"type": "number", "number": 5, "function": "sum"}, 5),
        ("rollup", {"type": "array", "array": [{"type": "number", "number": 5}], "function": "show"}, 5),
        ("rollup", {"type": "array", "array": [{"type": "title", "title": TEXT}]}, "Ada Muster"),
    ],
)
def test_a_property_counts_as_what_it_shows(kind: str, told: Any, shown: Any) -> None:
    found = cell(Property.model_validate({"id": "x", "type": kind, kind: told}).value("it"))
    assert (found if found != "" else None) == shown


@pytest.mark.parametrize(
    ("kind", "told"),
    [("button", {}), ("rollup", {"type": "unsupported", "unsupported": {}}), ("verification", {"state": "x"})],
)
def test_a_property_without_number_or_text_is_a_flaw_that_matters_only_where_it_is_looked_at(
    kind: str, told: Any
) -> None:
    found = cell(Property.model_validate({"type": kind, kind: told}).value("it"))
    assert isinstance(found, Flaw)


@pytest.mark.parametrize(
    ("kind", "told", "where"),
    [
        ("title", "x", "it"),
        ("title", [{}], "it.plain_text"),
        ("select", {"name": {}}, "it.name"),
        ("date", {"start": True}, "it.start"),
        ("formula", {}, "it.type"),
        ("formula", {"type": "number"}, "it.number"),
        ("rollup", {"type": "array", "array": [1]}, "it.type"),
    ],
)
def test_a_property_of_another_shape_is_broken(kind: str, told: Any, where: str) -> None:
    with pytest.raises(Broken) as caught:
        Property.model_validate({"type": kind, kind: told}).value("it")
    assert caught.value.where == where


def test_a_property_without_its_value_is_broken() -> None:
    with pytest.raises(Broken):
        Property.model_validate({"type": "number"}).value("it")
