"""The demo from beginning to end: written, checked, pulled into a database, scored, and pulled again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.config.demo import write_demo
from ingest.okr.day import midnight
from ingest.okr.instant import DAY, HOUR, Instant
from ingest.okr.score import Status
from ingest.okr.tactic.verdict import Verdict
from ingest.run.workspace import Workspace

BERLIN = ZoneInfo("Europe/Berlin")


def at(instant: Instant) -> Callable[[], Instant]:
    return lambda: instant


def statuses(workspace: Workspace) -> dict[str, Status]:
    return {one.key_result.name: one.score.status for one in workspace.card().key_results()}


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)], ids=str)
def test_the_demo_is_pulled_scored_and_found_the_same_again(tmp_path: Path, today: date) -> None:
    write_demo(tmp_path, today, BERLIN)
    noon = midnight(today, BERLIN) + 12 * HOUR

    with Workspace.open(tmp_path / "okr.yaml", {}, clock=at(noon)) as workspace:
        pulled = workspace.pull()
        first = workspace.card()
        again = workspace.pull()

        assert [one.unit.ending.outcome.value for one in pulled] == ["ok"] * 7
        assert sum(one.kept.created for one in pulled if one.kept) > 1000
        assert [(one.kept.created, one.kept.revised, one.kept.retracted) for one in again if one.kept] == [
            (0, 0, 0)
        ] * 7
        assert set(statuses(workspace).values()) == {
            Status.ON_TRACK,
            Status.AT_RISK,
            Status.OFF_TRACK,
            Status.ACHIEVED,
            Status.LEARNING,
            Status.NO_DATA,
        }
        assert [one.score for one in workspace.card().key_results()] == [one.score for one in first.key_results()]


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)], ids=str)
def test_of_the_demos_tactics_one_works_and_of_another_it_is_too_early_to_say(tmp_path: Path, today: date) -> None:
    write_demo(tmp_path, today, BERLIN)

    with Workspace.open(tmp_path / "okr.yaml", {}, clock=at(midnight(today, BERLIN) + 12 * HOUR)) as workspace:
        workspace.pull()
        said = {name: workspace.tactics(name)[0].verdict for name in ("friends", "ten_km", "attendees", "connections")}

        assert said == {
            "friends": Verdict.WORKING,
            "ten_km": Verdict.WORKING,
            "attendees": Verdict.TOO_EARLY,
            "connections": Verdict.NO_CHANGE,
        }


def test_the_demo_shows_how_a_review_looked_and_what_a_planned_talk_will_change(tmp_path: Path) -> None:
    today = date(2028, 2, 29)
    write_demo(tmp_path, today, BERLIN)
    noon = midnight(today, BERLIN) + 12 * HOUR

    with Workspace.open(tmp_path / "okr.yaml", {}, clock=at(noon)) as workspace:
        workspace.pull()
        talks = {
            days: next(one.score.value for one in workspace.card(noon + days * DAY).key_results())
            for days in (-60, 0, 14)
        }

        assert talks == {-60: 4, 0: 6, 14: 7}
        assert len(workspace.history("newsletter.subscribers")) > 20


def test_five_weeks_later_the_archive_is_stale_and_the_rest_goes_on(tmp_path: Path) -> None:
    today = date(2028, 2, 1)
    write_demo(tmp_path, today, BERLIN)

    with Workspace.open(tmp_path / "okr.yaml", {}, clock=at(midnight(today, BERLIN) + 35 * DAY)) as workspace:
        workspace.pull()
        said = {one.key_result.name: one.score for one in workspace.card().key_results()}

        assert said["recognized_expert.connections"].status is Status.STALE
        assert "linkedin" in (said["recognized_expert.connections"].reason or "")
        assert said["recognized_expert.talks"].value == 8
