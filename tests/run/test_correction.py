"""What is measured under a frozen baseline may be corrected: it stays, and a notice says so. Semantics §4."""

from ingest.okr.instant import DAY, MINUTE
from ingest.okr.objective import Frozen
from ingest.run.card import Scored
from ingest.run.workspace import Workspace
from tests.run.world import World, score_of

GROWING = "- {id: people, title: T, value: hand.level, target: +20%}"
GIGS = "- {id: gigs, title: T, value: hand.count, target: +100%}"
TOLD = "corrected: the baseline is frozen at 100, and since 2026-07-01 00:00 the measurements under it give "


def notices(workspace: Workspace, name: str = "people") -> tuple[str, ...]:
    return score_of(workspace, name).notices


def kept(workspace: Workspace, name: str = "people") -> Frozen | None:
    return workspace.why(name).baseline


def begun(world: World) -> Workspace:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    return workspace


def test_a_corrected_reading_is_a_notice_with_what_it_would_be_since_when_and_the_cure(world: World) -> None:
    workspace = begun(world)
    assert notices(workspace) == ()
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert score_of(workspace, "people").baseline == 100
    assert notices(workspace) == (f"{TOLD}90: run `okr rebaseline o.people` to find it anew",)
    workspace.rebaseline(["people"])
    assert score_of(workspace, "people").baseline == 90
    assert notices(workspace) == ()


def test_a_reading_that_comes_late_but_lies_nearer_to_the_start_is_one_too(world: World) -> None:
    workspace = begun(world)
    workspace.record(world.item("hand.level", 95, "2025-12-29"))
    assert notices(workspace) == (), "the reading that counts is the last before the start"
    workspace.record(world.item("hand.level", 110, "2025-12-31"))
    assert notices(workspace) == (f"{TOLD}110: run `okr rebaseline o.people` to find it anew",)


def test_since_is_when_it_first_differed_and_what_is_right_again_is_no_notice(world: World) -> None:
    workspace = begun(world)
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    world.wall.at += DAY
    workspace.record(world.item("hand.level", 80, "2025-12-30"))
    assert notices(workspace) == (f"{TOLD}80: run `okr rebaseline o.people` to find it anew",)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    assert notices(workspace) == ()


def test_what_was_forgotten_leaves_nothing_under_it(world: World) -> None:
    workspace = begun(world)
    workspace.forget("hand.level", "2025-12-30T00:00:00Z")
    assert notices(workspace)[0].startswith(f"{TOLD}none any more: run")
    workspace.record(world.item("hand.level", 120, "2026-03-01"))
    assert notices(workspace)[0].startswith(f"{TOLD}none any more: run"), "it was not measured under it"
    assert score_of(workspace, "people").baseline == 100


def test_an_event_of_the_period_before_that_arrives_late_or_is_retracted_is_a_correction(world: World) -> None:
    workspace = world.open(GIGS)
    workspace.record(world.item("hand.count", 6, "2025-01-01", "a"))
    assert (score_of(workspace, "gigs").baseline, notices(workspace, "gigs")) == (6, ())
    workspace.record(world.item("hand.count", 1, "2026-02-01", "now"))
    assert notices(workspace, "gigs") == ()
    workspace.record(world.item("hand.count", 2, "2025-11-01", "late"))
    [told] = notices(workspace, "gigs")
    assert "frozen at 6" in told
    assert "give 8" in told
    workspace.forget("hand.count", "late")
    assert notices(workspace, "gigs") == ()
    workspace.record(world.item("hand.count", 6, "2026-01-01", "a"))
    assert "give none any more" in notices(workspace, "gigs")[0], "2025 is covered no more"


def test_a_late_baseline_stays_where_an_earlier_late_reading_comes(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 110, "2026-02-01"))
    workspace.record(world.item("hand.level", 130, "2026-03-01"))
    assert len(notices(workspace)) == 1
    workspace.record(world.item("hand.level", 105, "2026-01-15"))
    assert score_of(workspace, "people").baseline == 110
    assert "frozen at 110" in notices(workspace)[1]
    assert "give 105" in notices(workspace)[1]
    workspace.record(world.item("hand.level", 100, "2025-12-31"))
    assert score_of(workspace, "people").notices == ("late baseline replaced: 100 took the place of 110",)


def grown(world: World) -> Workspace:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 125, "2026-06-01"))
    workspace.record(world.item("hand.other", 40, "2026-06-15"))
    world.wall.at += MINUTE
    again = world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}")
    assert (score_of(again, "people").baseline, notices(again)) == (140, ())
    return again


def test_a_baseline_that_grew_is_compared_with_what_it_grew_from_and_by(world: World) -> None:
    workspace = grown(world)
    workspace.record(world.item("hand.level", 126, "2026-06-20"))
    assert notices(workspace) == ()
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert "frozen at 140" in notices(workspace)[0]
    assert "give 130" in notices(workspace)[0]
    workspace.record(world.item("hand.other", 45, "2026-06-15"))
    assert "give 135" in notices(workspace)[0]
    workspace.record(world.item("hand.other", 60, "2026-07-01 12:00"))
    assert "give 135" in notices(workspace)[0], "it grew before that"


def test_what_was_corrected_before_it_grew_grows_along(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    workspace.record(world.item("hand.other", 40, "2026-06-15"))
    world.wall.at += MINUTE
    again = world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}")
    assert "frozen at 140" in notices(again)[0]
    assert "give 130" in notices(again)[0]


def test_what_is_corrected_while_a_baseline_waits_to_grow_is_told_when_it_has(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 125, "2026-06-01"))
    again = world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}")
    again.record(world.item("hand.level", 90, "2025-12-30"))
    again.record(world.item("hand.other", 40, "2026-06-15"))
    assert score_of(again, "people").baseline == 140
    assert "give 130" in notices(again)[0]


def test_a_value_that_is_changed_twice_before_it_is_known_grows_from_the_first(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}").card()
    again = world.open("- {id: people, title: T, value: hand.level + 2 * hand.other, target: +50}")
    again.record(world.item("hand.other", 40, "2026-06-15"))
    assert score_of(again, "people").baseline == 180


def test_a_correction_is_known_from_its_time_on_whatever_time_is_shown(world: World) -> None:
    workspace = begun(world)
    before = world.wall.at + MINUTE
    world.wall.at += DAY
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    may = world.at("2026-05-01")
    assert len(score_of(workspace, "people", may).notices) == 1
    assert score_of(workspace, "people", may, before).notices == ()
    assert score_of(workspace, "people", may, before).baseline == 100


def test_a_final_score_has_no_notice_of_what_was_corrected_after_it(world: World) -> None:
    workspace = begun(world)
    world.wall.set("2027-01-09T00:00:00Z")
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert notices(workspace) == ()


def people(workspace: Workspace) -> Scored:
    return next(workspace.live().key_results())


def test_the_live_card_shows_it_at_once_in_this_process_and_after_a_touch_in_another(world: World) -> None:
    workspace = begun(world)
    other = world.open(GROWING)
    assert people(workspace).score.notices == people(other).score.notices == ()
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert len(people(workspace).score.notices) == 1
    other.touch(["hand.level"])
    assert len(people(other).score.notices) == 1


def test_a_process_that_knows_the_baseline_notices_what_another_corrected_it_to(world: World) -> None:
    """A settler looks again only at writes that lie under a baseline, and finds what others kept."""
    workspace, other = begun(world), world.open(GROWING)
    other.record(world.item("hand.level", 90, "2025-12-30"))
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    assert notices(workspace) == notices(other) == ()
    frozen = kept(workspace)
    assert frozen is not None
    assert (frozen.value, frozen.corrected_at, frozen.gives) == (100, None, None)
