"""One scorecard for all faces: what it keeps, when it looks again, and what was known when."""

from ingest.okr.instant import DAY, MINUTE, SECOND
from ingest.okr.score import Status
from ingest.run.card import Card, Scored
from ingest.run.workspace import Workspace
from tests.run.world import World, score_of

TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
TWO = TALKS + "\n- {id: people, title: T, value: hand.level, target: 200}"


def scored(card: Card, name: str) -> Scored:
    return next(one for one in card.key_results() if one.key_result.name == f"o.{name}")


def test_a_card_is_the_same_object_while_its_minute_lasts_and_nothing_is_written(world: World) -> None:
    workspace = world.open(TWO)
    first = workspace.live()
    world.wall.at += 59 * SECOND
    assert workspace.live() is first
    world.wall.at += SECOND
    assert workspace.live() is not first


def test_live_cards_are_of_the_last_whole_minute(world: World) -> None:
    workspace = world.open(TALKS)
    world.wall.at += 30 * SECOND
    workspace.record(world.item("hand.count", 1, "2026-07-01 00:00:20", "a"))
    assert scored(workspace.live(), "talks").score.value == 0
    assert score_of(workspace, "talks").value == 1, "a command shows what is now"
    world.wall.at += 30 * SECOND
    assert scored(workspace.live(), "talks").score.value == 1


def test_a_write_makes_anew_only_what_depends_on_it(world: World) -> None:
    workspace = world.open(TWO)
    before = workspace.live()
    workspace.record(world.item("hand.count", 1, "2026-06-01", "a"))
    after = workspace.live()
    assert scored(after, "talks").score.value == 1
    assert scored(after, "people") is scored(before, "people")


def test_live_and_exact_cards_agree_at_a_whole_minute(world: World) -> None:
    workspace = world.open(TWO)
    for day in range(1, 28):
        workspace.record(world.item("hand.count", 1, f"2026-05-{day:02}", f"k{day}"))
        workspace.record(world.item("hand.level", 100 + day, f"2026-06-{day:02}"))
        world.wall.at += DAY
        live, exact = workspace.live(), workspace.card(world.wall.at)
        assert [one.score for one in live.key_results()] == [one.score for one in exact.key_results()]
        assert [one.score for one in live.objectives] == [one.score for one in exact.objectives]


def test_a_clock_that_is_set_back_shows_what_was_then(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 1, "2026-06-30", "a"))
    assert scored(workspace.live(), "talks").score.value == 1
    world.wall.set("2026-06-01T00:00:00Z")
    assert scored(workspace.live(), "talks").score.value == 0


def test_what_is_dated_in_the_future_counts_when_its_time_comes(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 1, "2026-07-01 00:05", "a"))
    assert scored(workspace.live(), "talks").score.value == 0
    world.wall.at += 5 * MINUTE
    assert scored(workspace.live(), "talks").score.value == 1


def test_of_a_final_score_only_what_was_recorded_by_then_counts(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 4, "2026-06-01", "a"))
    world.wall.set("2027-01-07T23:00:00Z")
    workspace.record(world.item("hand.count", 3, "2026-06-02", "b"))
    assert scored(workspace.live(), "talks").score.value == 7
    assert not scored(workspace.live(), "talks").score.final
    world.wall.set("2027-01-08T00:00:01Z")
    workspace.record(world.item("hand.count", 5, "2026-06-03", "c"))
    for score in (scored(workspace.live(), "talks").score, score_of(workspace, "talks")):
        assert (score.value, score.final, score.status) == (7, True, Status.MISSED)
    later = world.open(TALKS.replace("10", "5"))
    assert score_of(later, "talks").target == 10, "a definition that came later does not count either"


def test_a_key_result_that_is_first_configured_later_counts_everything(world: World) -> None:
    world.open(TALKS).record(world.item("hand.count", 4, "2026-06-01", "a"))
    world.wall.set("2027-03-01T00:00:00Z")
    workspace = world.open("- {id: other, title: T, value: hand.count, target: 3}")
    workspace.record(world.item("hand.count", 5, "2026-06-03", "c"))
    score = score_of(workspace, "other")
    assert (score.value, score.final, score.status) == (9, True, Status.ACHIEVED)


def test_a_past_review_is_shown_again_with_known_at(world: World) -> None:
    workspace = world.open(TWO)
    workspace.record(world.item("hand.count", 1, "2026-05-01", "a"))
    workspace.record(world.item("hand.level", 100, "2025-12-01"))
    workspace.record(world.item("hand.level", 120, "2026-06-01"))
    world.wall.at += SECOND
    review = workspace.card()
    world.wall.at += DAY
    workspace.record(world.item("hand.count", 7, "2026-05-02", "b"))
    workspace.record(world.item("hand.count", 2, "2026-05-01", "a"))
    workspace.forget("hand.level", "2026-06-01T00:00:00Z")
    workspace.rebaseline(["people"])
    again = world.open(TWO.replace("10", "20"))
    shown = again.card(review.at, review.at)
    assert [one.score for one in shown.key_results()] == [one.score for one in review.key_results()]
    assert [one.score for one in shown.objectives] == [one.score for one in review.objectives]


def test_what_is_kept_by_hand_is_covered_from_the_period_or_the_earliest_measurement(world: World) -> None:
    workspace = world.open("- {id: talks, title: T, value: hand.count, target: +100%, period: 2026-H1}")
    assert "2025" in (score_of(workspace, "talks").reason or "")
    workspace.record(world.item("hand.count", 2, "2025-07-01", "a"))
    [part] = workspace.why("talks").parts
    assert part.covered_from == world.at("2025-07-01")
    assert score_of(workspace, "talks").baseline == 2


def test_a_history_has_a_point_for_each_measurement_and_no_more_than_asked_for(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: 200}")
    workspace.record(world.item("hand.level", 100, "2025-12-01"))
    for day in range(1, 29):
        workspace.record(world.item("hand.level", 100 + day, f"2026-02-{day:02}"))
    whole = workspace.history("people")
    assert len(whole) == 29
    assert [point.value for point in whole[:3]] == [101, 102, 103]
    assert (whole[-1].at, whole[-1].value, whole[-1].progress) == (world.wall.at, 128, 0.28)
    few = workspace.history("people", points=5)
    assert [point.value for point in few] == [101, 110, 119, 128, 128]


def test_why_tells_each_part_with_its_coverage(world: World) -> None:
    workspace = world.open("- {id: rate, title: T, value: hand.count / hand.views, target: 50%}")
    workspace.record(world.item("hand.count", 3, "2026-02-01", "a"))
    workspace.record(world.item("hand.views", 10, "2026-01-01"))
    workspace.record(world.item("hand.views", 16, "2026-03-01"))
    why = workspace.why("rate")
    assert [(part.signal, part.value, part.measurements) for part in why.parts] == [
        ("hand.count", 3, 1),
        ("hand.views", 6, 2),
    ]
    assert why.scored.score.value == 0.5


def test_what_another_process_wrote_is_seen_after_a_touch(world: World) -> None:
    serving, beside = world.open(TALKS), world.open(TALKS)
    assert scored(serving.live(), "talks").score.value == 0
    beside.record(world.item("hand.count", 1, "2026-06-01", "a"))
    serving.scorecard.touch(["hand.count"])
    assert scored(serving.live(), "talks").score.value == 1


def many(world: World, count: int) -> Workspace:
    return world.open("\n".join(f"- {{id: k{n}, title: T, value: hand.count, target: {n + 1}}}" for n in range(count)))


def test_many_key_results_are_read_together(world: World) -> None:
    workspace = many(world, 300)
    workspace.record(world.item("hand.count", 150, "2026-06-01", "a"))
    reached = [one for one in workspace.live().key_results() if one.score.status is Status.ACHIEVED]
    assert len(reached) == 150
