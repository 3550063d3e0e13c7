"""Implausible readings up to the score: shown, decided on, and seen again as they were."""

import pytest

from ingest.okr.instant import DAY, Instant
from ingest.run.name import UnknownName
from ingest.run.service import Service
from ingest.run.taking import Item
from ingest.run.waiting import notice
from ingest.run.workspace import Workspace
from ingest.store.row import Waiting
from ingest.store.unit import By
from tests.run.world import World, score_of

GROWN = "- {id: grown, title: T, value: hand.level + hand.other, target: +20%, baseline: 2026-01-01}"
FIRST, KEY = "2026-01-01", "2026-03-02T00:00:00Z"
NOTICE = (
    f"1 implausible reading of hand.level waits: 12,000 on 2026-03-02 after 1,000, limit 20%; "
    f"okr accept hand.level {KEY} lets it count, okr reject hand.level {KEY} does not"
)


@pytest.fixture
def limited(world: World) -> World:
    world.signals["level"] = "level, max_step: 20%"
    world.signals["count"] = "events, max_step: 5"
    return world


def told(world: World, workspace: Workspace, *rows: tuple[str, float], by: By = By.PUSH) -> None:
    workspace.take([world.item("hand.level", value, day) for day, value in rows], by)


def jumped(world: World) -> Workspace:
    """A key result whose signal goes from 1000 to 12,000, and what says so is recorded on 2 March."""
    workspace = world.open(GROWN)
    world.wall.set("2026-03-02T12:00:00Z")
    workspace.record(world.item("hand.other", 0, FIRST))
    told(world, workspace, (FIRST, 1000), ("2026-03-02", 12_000), ("2026-03-03", 1100))
    world.wall.set("2026-07-01T00:00:00Z")
    return workspace


def seen(workspace: Workspace, at: Instant | None = None, known_at: Instant | None = None) -> tuple[object, ...]:
    score = score_of(workspace, "grown", at, known_at)
    return score.value, score.notices


def live(workspace: Workspace) -> tuple[object, ...]:
    (scored,) = workspace.live().key_results()
    return scored.score.value, scored.score.notices


def test_what_waits_is_a_notice_on_each_key_result_that_names_the_signal(limited: World) -> None:
    workspace = jumped(limited)
    assert seen(workspace) == live(workspace) == (1100, (NOTICE,))
    assert workspace.why("grown").scored.score.notices == (NOTICE,)
    [health] = [one for one in workspace.signals() if one.name == "hand.level"]
    assert (health.value, health.quarantined, health.notice) == (1100, 1, NOTICE)
    rows = workspace.measurements("hand.level")
    assert [(row.value, row.quarantined) for row in rows] == [(1000, False), (12_000, True), (1100, False)]


def test_an_acceptance_is_seen_at_once_and_a_review_shows_what_was_known(limited: World) -> None:
    workspace = jumped(limited)
    live(workspace)
    assert not workspace.decide("hand.level", KEY, accepted=False, note="t").accepted
    assert seen(workspace) == live(workspace) == (1100, ())
    told(limited, workspace, ("2026-06-01", 1600), ("2026-06-02", 1610))
    assert live(workspace)[0] == 1100
    limited.wall.set("2026-07-02T00:00:00Z")
    decided = workspace.decide("hand.level", "2026-06-01T00:00:00Z", accepted=True, note="t")
    assert (decided.value, decided.kept.released) == (1600, 1)
    assert seen(workspace) == live(workspace) == (1610, ())
    assert seen(workspace, limited.at("2026-06-01"), limited.at("2026-03-05")) == (1100, (NOTICE,))
    before = seen(workspace, None, limited.at("2026-07-02") - 1)
    assert before[0] == 1100
    assert "2 implausible readings of hand.level wait: the first is 1,600" in str(before[1])
    assert seen(workspace, limited.at("2026-03-01")) == (1000, ())


def test_a_baseline_that_an_acceptance_makes_known_is_frozen_with_it(limited: World) -> None:
    limited.signals["level"] = "level, max_step: 100"
    workspace = limited.open("- {id: grown, title: T, value: hand.level, target: +20%}", period="2026-H2")
    told(limited, workspace, ("2026-05-01", 1000), ("2026-06-30", 1500))
    assert score_of(workspace, "grown").baseline == 1000
    workspace.decide("hand.level", "2026-06-30T00:00:00Z", accepted=True, note="t")
    workspace.rebaseline(["grown"])
    assert score_of(workspace, "grown").baseline == 1500


def test_a_baseline_is_found_in_the_transaction_of_the_acceptance(limited: World) -> None:
    limited.signals["count"] = "events, max_step: 5"
    workspace = limited.open("- {id: ratio, title: T, value: hand.level / hand.count, target: +20%}", period="2026-H2")
    limited.wall.set("2026-08-01T00:00:00Z")
    workspace.take([limited.item("hand.level", 100, "2026-01-01"), limited.item("hand.count", 10, FIRST, "k")])
    with workspace.store.read() as reader:
        assert "o.ratio" not in {name for name, one in reader.baselines().items() if one.frozen is not None}
    decided = workspace.decide("hand.count", "k", accepted=True, note="t")
    with workspace.store.read() as reader:
        frozen = reader.baselines()["o.ratio"]
    assert frozen.frozen is not None
    assert (frozen.frozen.value, frozen.recorded_at) == (10, decided.kept.recorded_at)


def test_what_a_hand_records_counts_whatever_it_is(limited: World) -> None:
    workspace = limited.open(GROWN)
    workspace.record(limited.item("hand.other", 0, FIRST))
    for day, value in ((FIRST, 1000.0), ("2026-02-01", 9000.0)):
        workspace.record(limited.item("hand.level", value, day))
    assert seen(workspace) == (9000, ())


def test_an_imported_row_is_judged_and_counted(limited: World) -> None:
    workspace = limited.open(GROWN)
    imported = workspace.import_csv(
        ["signal,observed_at,value\n", "hand.level,2026-01-01,1000\n", "hand.level,2026-02-01,100000\n"]
    )
    assert (imported.created, imported.quarantined) == (2, 1)


def test_a_pull_is_judged(limited: World) -> None:
    limited.sources = (
        "file:\n  connector: spreadsheet\n  path: data.csv\n  signals:\n"
        "    people: {date: date, value: people, max_step: 50}\n"
    )
    (limited.folder / "data.csv").write_text("date,people\n2026-01-01,100\n2026-02-01,1000\n2026-03-01,130\n")
    workspace = limited.open("- {id: people, title: T, value: file.people, target: +20%}")
    for created in (3, 0):
        [pulled] = workspace.pull()
        assert pulled.kept is not None
        assert (pulled.kept.created, pulled.kept.quarantined) == (created, 1 if created else 0)
    score = score_of(workspace, "people")
    assert score.value == 130
    assert score.notices[0].startswith("1 implausible reading of file.people waits: 1,000 on 2026-02-01 after 100")


def test_a_reading_of_the_future_is_a_notice_when_its_time_comes(limited: World) -> None:
    workspace = limited.open(GROWN)
    workspace.record(limited.item("hand.other", 0, FIRST))
    told(limited, workspace, (FIRST, 1000), ("2026-07-02", 9000))
    assert seen(workspace) == live(workspace) == (1000, ())
    limited.wall.at += DAY
    assert seen(workspace) == live(workspace)
    assert "1 implausible reading" in str(live(workspace)[1])
    assert next(one for one in workspace.signals() if one.name == "hand.level").quarantined == 1


def test_what_comes_after_the_end_of_a_period_is_no_matter_of_it(limited: World) -> None:
    limited.wall.set("2026-03-01T00:00:00Z")
    workspace = limited.open(GROWN, period="2026-Q1")
    workspace.record(limited.item("hand.other", 0, FIRST))
    told(limited, workspace, (FIRST, 1000), ("2026-04-03", 9000))
    limited.wall.set("2026-04-04T00:00:00Z")
    assert seen(workspace) == live(workspace) == (1000, ())


def test_a_final_score_stays_what_it_was_whatever_is_decided_later(limited: World) -> None:
    limited.wall.set("2026-03-02T12:00:00Z")
    workspace = limited.open(GROWN, period="2026-Q1")
    workspace.record(limited.item("hand.other", 0, FIRST))
    told(limited, workspace, (FIRST, 1000), ("2026-03-02", 12_000))
    limited.wall.set("2026-07-01T00:00:00Z")
    assert seen(workspace) == (1000, (NOTICE,))
    workspace.decide("hand.level", KEY, accepted=True, note="t")
    assert seen(workspace) == live(workspace)


def test_without_a_limit_any_more_what_waited_counts(limited: World) -> None:
    jumped(limited).close()
    limited.signals["level"] = "level"
    workspace = limited.open(GROWN)
    assert [row.quarantined for row in workspace.measurements("hand.level")] == [False] * 3
    assert seen(workspace) == live(workspace) == (1100, ())
    [run, *_] = workspace.runs()
    assert run.message == "hand.level has no max_step any more: what waited counts (1)"


def test_a_review_shows_what_waited_then_though_nothing_can_wait_any_more(limited: World) -> None:
    jumped(limited)
    review = limited.wall.at
    limited.signals["level"] = "level"
    limited.wall.at += DAY
    workspace = limited.open(GROWN)
    assert seen(workspace) == (1100, ())
    assert seen(workspace, review, review) == (1100, (NOTICE,))
    limited.signals = {"other": "level"}
    workspace = limited.open("- {id: grown, title: T, value: hand.other, target: +20%, baseline: 2026-01-01}")
    assert seen(workspace, review, review) == (1100, (NOTICE,)), "nor is the signal there"


def test_a_decision_names_signals_and_keys_that_there_are(limited: World) -> None:
    workspace = jumped(limited)
    with pytest.raises(UnknownName, match=r"no signal 'hand\.levle'; did you mean 'hand\.level'"):
        workspace.decide("hand.levle", KEY, accepted=True, note="t")
    with pytest.raises(UnknownName, match=f"nothing waits under the key '2026-03-03'; what waits: {KEY}"):
        workspace.decide("hand.level", "2026-03-03", accepted=True, note="t")


def test_the_run_of_a_decision_says_how_it_was_asked_for(limited: World) -> None:
    workspace = jumped(limited)
    workspace.decide("hand.level", KEY, accepted=False, note="okr reject")
    [run, *_] = workspace.runs()
    assert (run.by, run.message, run.note) == (By.HAND, f"hand.level {KEY} was rejected", "okr reject")


def test_a_key_in_a_notice_is_one_word_of_a_shell() -> None:
    waiting = Waiting(1, None, "a b; c'd", 0, 60.0, "60 on 2026-01-01, limit 5")
    assert """okr reject s.e 'a b; c'"'"'d' does not""" in str(notice("s.e", waiting))


@pytest.mark.anyio
async def test_a_decision_beside_a_running_service_goes_through_its_writer(limited: World) -> None:
    workspace = jumped(limited)
    service = Service(workspace, glance=0.05)
    await service.start()
    try:
        await service.take([Item("hand.level", 5000, limited.at("2026-06-01"))])
        decided = await service.decide("hand.level", "2026-06-01T00:00:00Z", accepted=True)
        assert decided.kept.created == 1
        assert live(workspace)[0] == 5000
        with pytest.raises(UnknownName):
            await service.decide("hand.level", "2026-06-01T00:00:00Z", accepted=True)
    finally:
        await service.stop()
