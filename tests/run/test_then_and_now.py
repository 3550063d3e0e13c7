"""Then and now: semantics §7, sentence by sentence."""

import pytest

from ingest.okr.instant import DAY, SECOND, Instant
from ingest.okr.score import Status
from ingest.run.name import UnknownName
from ingest.run.workspace import Workspace
from tests.run.world import World, score_of

PEOPLE = "- {id: people, title: T, value: hand.level, target: +20%}"
APRIL = "2026-04-30 23:59:59"


@pytest.fixture
def may(world: World) -> Workspace:
    """Reviewed at the end of April; in May the target, in June the measurements and the baseline are changed."""
    world.wall.set("2026-04-01T00:00:00Z")
    workspace = world.open(PEOPLE)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 110, "2026-04-01"))
    world.wall.set("2026-05-10T00:00:00Z")
    workspace = world.open(PEOPLE.replace("20", "50"))
    workspace.card()
    world.wall.set("2026-06-10T00:00:00Z")
    workspace.record(world.item("hand.level", 120, "2026-04-02"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    workspace.rebaseline(["people"])
    return workspace


def told(workspace: Workspace, at: Instant, known_at: Instant | None) -> tuple[float | None, ...]:
    score = score_of(workspace, "people", at, known_at)
    return score.value, score.baseline, score.target


def test_at_takes_todays_definition_and_baseline_and_all_measurements(world: World, may: Workspace) -> None:
    assert told(may, world.at(APRIL), None) == (120, 90, 135)


def test_known_at_takes_the_definition_baseline_and_measurements_recorded_by_then(world: World, may: Workspace) -> None:
    assert told(may, world.at(APRIL), world.at(APRIL)) == (110, 100, 120)
    assert told(may, world.at(APRIL), world.at("2026-05-20")) == (110, 100, 150)
    assert told(may, world.at("2026-06-20"), world.at("2026-06-09")) == (110, 100, 150)
    assert told(may, world.at("2026-06-20"), world.at("2026-06-11")) == (120, 90, 135)


def test_known_at_takes_the_oldest_definition_where_none_was_recorded_by_then(world: World, may: Workspace) -> None:
    score = score_of(may, "people", world.at(APRIL), world.at("2026-03-01"))
    assert (score.value, score.status) == (None, Status.NO_DATA)
    log = [entry.text for entry in may.log("people") if entry.kind == "definition"]
    assert log == ["target: +20% → +50%", "configured"]
    history = may.history("people", world.at(APRIL), world.at("2026-03-01"))
    assert [point.value for point in history] == [None]


def test_a_frozen_baseline_counts_unless_its_measurement_is_later_than_that_time(world: World) -> None:
    workspace = world.open(PEOPLE)
    workspace.record(world.item("hand.level", 110, "2026-02-01"))
    assert score_of(workspace, "people", world.at("2026-02-01")).baseline == 110
    assert score_of(workspace, "people", world.at("2026-01-31")).baseline is None


def test_together_they_show_again_what_a_past_review_showed(world: World) -> None:
    workspace = world.open(PEOPLE + "\n- {id: talks, title: T, value: hand.count, target: +100%}")
    reviews = []
    for number in range(6):
        workspace.record(world.item("hand.level", 100 + number, f"2026-0{number + 1}-15"))
        workspace.record(world.item("hand.count", number + 1, f"2025-0{number + 1}-15", "abc"[number % 3]))
        if number == 2:
            workspace = world.open(
                PEOPLE.replace("hand.level", "hand.level * 2") + "\n" + "- {id: talks, title: T, "
                "value: hand.count + hand.views, target: +50%}"
            )
        if number == 4:
            workspace.rebaseline(["people", "talks"])
        world.wall.at += DAY
        reviews.append((world.wall.at, workspace.card(), workspace.history("people"), workspace.log("people")))
        world.wall.at += DAY
    for at, card, history, log in reviews:
        again = workspace.card(at, at)
        assert [one.score for one in again.key_results()] == [one.score for one in card.key_results()]
        assert [one.score for one in again.objectives] == [one.score for one in card.objectives]
        assert workspace.history("people", at, at) == history
        assert workspace.log("people", at, at) == log


def test_a_time_in_the_future_moves_the_clock_and_counts_what_is_dated_until_then(world: World) -> None:
    workspace = world.open("- {id: talks, title: T, value: hand.count, target: 4}")
    workspace.record(world.item("hand.count", 2, "2026-06-01", "a"))
    workspace.record(world.item("hand.count", 1, "2026-09-01", "planned"))
    assert [score_of(workspace, "talks", world.at(day)).value for day in ("2026-08-31", "2026-09-02")] == [2, 3]
    assert score_of(workspace, "talks", world.at("2027-01-02")).status is Status.MISSED


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (PEOPLE.replace("hand.level", "hand.other"), "value: hand.level → hand.other"),
        (PEOPLE.replace("+20%", "200"), "target: +20% → 200"),
        (PEOPLE.replace("}", ", baseline: 80}"), "baseline: none → 80"),
        (PEOPLE.replace("}", ", period: 2026-H2}"), "period: 2026 → 2026-H2"),
    ],
)
def test_a_changed_definition_is_a_version_with_its_time(world: World, changed: str, text: str) -> None:
    world.open(PEOPLE).card()
    world.wall.at += DAY
    workspace = world.open(changed)
    newest = workspace.log("people")[0]
    assert (newest.kind, newest.text) == ("definition", text)
    assert world.wall.at <= newest.at < world.wall.at + SECOND


def test_what_no_number_depends_on_is_no_version(world: World) -> None:
    world.open(PEOPLE).card()
    workspace = world.open(PEOPLE.replace("title: T", "title: Another"))
    assert [entry.text for entry in workspace.log("people")] == ["configured"]


def test_why_shows_the_parts_and_the_baseline_of_then(world: World, may: Workspace) -> None:
    why = may.why("people", world.at(APRIL), world.at(APRIL))
    assert why.baseline is not None
    assert (why.baseline.value, why.parts[0].value, why.scored.key_result.target_text) == (100, 110, "+20%")


def test_measurements_are_listed_as_they_were_known(world: World, may: Workspace) -> None:
    then = may.measurements("hand.level", known_at=world.at(APRIL))
    assert [(one.value, one.revision) for one in then] == [(100, 0), (110, 0)]
    assert [(one.value, one.revision) for one in may.measurements("hand.level")] == [(90, 1), (110, 0), (120, 0)]
    assert len(may.measurements("hand.level", at=world.at("2026-04-01"), known_at=world.at(APRIL))) == 2


TALKS = "- {id: talks, title: Talks, value: hand.count, target: 4, weight: 3, unit: talks, customer: organisers}"


def shown(workspace: Workspace, at: Instant, known_at: Instant | None) -> list[tuple[str, list[str], float | None]]:
    """Each objective with its key results and progress."""
    card = workspace.card(at, known_at)
    return [
        (one.objective.id, [member.key_result.name for member in one.key_results], one.score.progress)
        for one in card.objectives
    ]


def test_a_key_result_that_was_removed_since_is_in_the_past_review(world: World) -> None:
    workspace = world.open(PEOPLE + "\n" + TALKS)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    review = world.wall.at + DAY
    world.wall.at = review
    before, told = shown(workspace, review, None), workspace.card(review)
    trails, log = workspace.trails(told), workspace.log("talks", review)
    world.wall.at += DAY
    later = world.open(PEOPLE)
    later.card()
    world.wall.at += DAY
    later.record(world.item("hand.count", 5, "2026-02-02", "b"))
    assert shown(later, review, review) == before
    again = later.card(review, review)
    assert list(again.key_results()) == list(told.key_results())
    assert later.trails(again) == trails
    assert later.why("talks", review, review).parts[0].value == 2
    assert later.history("o.talks", review, review)[-1].value == 2
    assert later.log("talks", review, review) == log
    assert shown(later, world.wall.at, None) == [("o", ["o.people"], 0)]
    assert shown(later, review, None) == [("o", ["o.people"], 0)], "--at alone is about today's definitions"
    with pytest.raises(UnknownName):
        later.why("talks", review)


def test_an_objective_that_was_removed_since_is_in_the_past_review(world: World) -> None:
    two = "objectives:\n  - id: first\n    title: The first\n    owner: me\n    scope: team\n    period: 2026-H1\n"
    path = world.write(PEOPLE)
    one = path.read_text()
    path.write_text(one.replace("objectives:\n", two + "    key_results:\n      " + TALKS + "\n"))
    world.wall.at += DAY
    with Workspace.open(path, {}, clock=world.wall) as workspace:
        workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
        world.wall.at += DAY
        review, told = world.wall.at, workspace.card()
    world.wall.at += DAY
    path.write_text(one)
    with Workspace.open(path, {}, clock=world.wall) as workspace:
        workspace.card()
        again = workspace.card(review, review)
    assert {one.objective.id: one for one in again.objectives} == {one.objective.id: one for one in told.objectives}


def test_a_key_result_that_was_out_for_a_while_is_not_in_the_review_of_that_time(world: World) -> None:
    workspace = world.open(PEOPLE + "\n" + TALKS)
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    times = []
    for key_results in (PEOPLE, PEOPLE + "\n" + TALKS.replace("target: 4", "target: 8"), PEOPLE):
        world.wall.at += DAY
        times.append(world.wall.at)
        world.wall.at += DAY
        workspace = world.open(key_results)
        workspace.card()
    world.wall.at += DAY
    times.append(world.wall.at)
    assert [[*names] for at in times for _, names, _ in shown(workspace, at, at)] == [
        ["o.people", "o.talks"],
        ["o.people"],
        ["o.people", "o.talks"],
        ["o.people"],
    ]
    log = [entry.text for entry in workspace.log("talks", None, times[2]) if entry.kind == "definition"]
    assert log == ["configured again; target: 4 → 8", "removed from the configuration", "configured"]
    assert workspace.why("talks", times[2], times[2]).scored.score.target == 8


def test_a_new_title_is_no_version_and_is_what_a_removed_key_result_is_called(world: World) -> None:
    world.open(PEOPLE + "\n" + TALKS).card()
    world.wall.at += DAY
    world.open(PEOPLE + "\n" + TALKS.replace("Talks", "Gigs")).card()
    review = world.wall.at = world.wall.at + DAY
    world.wall.at += DAY
    workspace = world.open(PEOPLE)
    workspace.card()
    key_result = workspace.key_result("talks", review)
    assert (key_result.title, key_result.unit, key_result.customer) == ("Gigs", "talks", "organisers")
    assert [entry.text for entry in workspace.log("talks", None, review)] == ["configured"]
