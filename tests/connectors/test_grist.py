"""Grist: what is recorded, and its traps."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.grist import Grist, plain
from ingest.connector import Broken, Connector, Reading
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome


class TestGrist(HttpConformance):
    connector: ClassVar[type[Connector]] = Grist
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "https://team.getgrist.com",
        "api_key": "a-made-up-key",
        "document": "aBcDeFgHiJkL",
        "signals": {
            "attendees": {"table": "Events", "date": "Date", "value": "Attendees", "kind": "events"},
            "latest": {"table": "News", "column": "Subscribers"},
        },
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "grist"

    def test_a_date_is_seconds_since_1970_and_begins_at_the_configured_midnight(self) -> None:
        readings = [one for one in self.drained(self.ask()).readings if one.signal == "attendees"]
        assert readings == [
            Reading("attendees", 40, datetime(2026, 1, 13, 23, tzinfo=UTC), "1"),
            Reading("attendees", 46, datetime(2026, 2, 10, 23, tzinfo=UTC), "2"),
        ]

    def test_a_formula_that_ends_in_an_error_is_no_empty_cell(self) -> None:
        """Grist tells null, and the error beside the fields."""
        recorded = self.conversation()
        rows = json.loads(json.dumps(recorded.exchanges[1].answer["json"]))
        rows["records"][0] |= {"errors": {"Attendees": "ZeroDivisionError"}}
        rows["records"][0]["fields"]["Attendees"] = None
        ended = self.ended(self._ask(recorded.with_answer(1, rows)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (
            Outcome.BROKEN,
            "Events, record 2, Attendees: the cell holds the error ZeroDivisionError",
        )

    @pytest.mark.parametrize(
        ("access", "remarks"),
        [("owners", 1), ("editors", 1), ("viewers", 0), ("guests", 0), (None, 0)],
    )
    def test_a_key_that_may_also_write_is_remarked_upon(self, access: str | None, remarks: int) -> None:
        answer = {"id": "aBcDeFgHiJkL", "name": "Meetup", "access": access}
        seen = self.seen(self.conversation("seen").with_answer(0, answer))
        assert (seen.name, len(seen.remarks)) == ("Meetup", remarks)

    def test_the_last_value_is_that_of_the_record_that_was_made_last(self) -> None:
        assert [one.value for one in self.drained(self.ask()).readings if one.signal == "latest"] == [431]


@pytest.mark.parametrize(
    ("held", "kind", "shown"),
    [
        (5, "Numeric", 5),
        (None, "Date", None),
        (True, "Bool", True),
        ("x", "Text", "x"),
        (1768348800, "Date", "2026-01-14"),
        (1768381200, "DateTime:Europe/Berlin", "2026-01-14T09:00:00+00:00"),
        (7, "Ref:People", 7),
        (["L", "talk", "panel"], "ChoiceList", ["talk", "panel"]),
        (["L"], "ChoiceList", []),
        (["d", 1768348800], "Any", "2026-01-14"),
        (["D", 1768381200, "Europe/Berlin"], "Any", "2026-01-14T09:00:00+00:00"),
        (["E", "ZeroDivisionError"], "Numeric", {"error": "ZeroDivisionError"}),
        (["P"], "Numeric", {"error": "PENDING (not computed yet)"}),
        (["C"], "Text", {"error": "CENSORED (hidden by an access rule)"}),
        (["U", "<function>"], "Any", {"error": "a value of the kind U"}),
        (0, "Ref:People", None),
        (0, "Numeric", 0),
        (["R", "People", 17], "Any", 17),
        (["r", "People", [1, 2]], "Any", [1, 2]),
        (["R", "People"], "Any", {"error": "a value of the kind R"}),
    ],
)
def test_a_cell_is_read_by_its_letter_and_the_type_of_its_column(held: Any, kind: str, shown: Any) -> None:
    assert plain(held, kind, "it") == shown


@pytest.mark.parametrize(
    ("held", "kind"), [({}, "Any"), ([], "Any"), ([1], "Any"), (1e300, "Date"), (9e11, "DateTime")]
)
def test_what_is_no_cell_is_broken(held: Any, kind: str) -> None:
    with pytest.raises(Broken):
        plain(held, kind, "it")
