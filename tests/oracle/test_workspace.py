"""From what a hand records to what the product says, then and now: store, frozen baselines and scores."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import DAY, HOUR, MINUTE, Instant, from_rfc3339, rfc3339
from ingest.okr.signal import Kind
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from ingest.store.unit import By, Measured, Unit
from tests.oracle.agreement import differences
from tests.oracle.effort import cases
from tests.oracle.ledger import Forgotten, Ledger, Operation, Recorded
from tests.oracle.view import View
from tests.run.world import World

KINDS = {"hand.level": Kind.LEVEL, "hand.other": Kind.LEVEL, "hand.count": Kind.EVENTS, "hand.views": Kind.COUNTER}
KEY_RESULTS = """
- {id: people, title: T, value: hand.level, target: +20%}
- {id: ratio, title: T, value: hand.level / hand.other, target: at least 2}
- {id: best, title: T, value: hand.level, take: best, target: 200}
- {id: since_may, title: T, value: hand.level, baseline: 2026-04-30, target: 200}
- {id: talks, title: T, value: hand.count, target: 10}
- {id: more_talks, title: T, value: hand.count, target: +50%}
- {id: fewer_talks, title: T, value: hand.count, target: at most 10}
- {id: views, title: T, value: hand.views + hand.count, target: +100}
- {id: share, title: T, value: hand.count / hand.views, target: at least 0.3}
- {id: growth, title: T, value: hand.count, target: +10% per month}
- {id: stay, title: T, value: hand.level, target: stay >= 100}
- {id: open, title: T, value: hand.level, target: learn}
"""
START = from_rfc3339("2026-04-01T00:00:00Z")
END = from_rfc3339("2026-07-01T00:00:00Z")
OPENED = from_rfc3339("2026-04-09T00:00:00Z")
times = st.sampled_from([START, START - HOUR, START + DAY, END, END - DAY]) | st.integers(-110, 100).map(
    lambda days: START + days * DAY + HOUR
)
values = {
    Kind.LEVEL: st.sampled_from([50.0, 100.0, 110.0, 120.0, 200.0, 0.0]),
    Kind.COUNTER: st.sampled_from([0.0, 10.0, 60.0, 100.0, 260.0]),
    Kind.EVENTS: st.sampled_from([1.0, 2.0, 3.0, 5.0]),
}


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """What a hand records and forgets, on the days from the opening until long after the end."""
    ledger, at, done = Ledger(KINDS), OPENED, list[Operation]()
    for _ in range(draw(st.integers(1, 9))):
        at += draw(st.integers(1, 30)) * DAY
        signal = draw(st.sampled_from(sorted(KINDS)))
        there = [line.key for line in ledger.current(signal)]
        operation: Operation
        if there and draw(st.integers(0, 5)) == 0:
            operation = Forgotten(signal, draw(st.sampled_from(there)), at)
        else:
            key = draw(st.sampled_from("abcd")) if KINDS[signal] is Kind.EVENTS else None
            measured = Measured(signal, draw(times), draw(values[KINDS[signal]]), key)
            operation = Recorded(Unit("hand", By.HAND, at, at, Ending(Outcome.OK, ""), [measured], pin=True), at)
        ledger.apply(operation)
        done.append(operation)
    return done


def do(workspace: Workspace, operation: Operation) -> None:
    if isinstance(operation, Recorded):
        [(signal, at, value, event)] = operation.unit.measurements
        workspace.record(Item(signal, value, at, event))
    else:
        key = operation.key
        workspace.forget(operation.signal, key if isinstance(key, str) else rfc3339(key))


@cases(40)
@given(histories(), st.data())
def test_the_product_says_what_the_page_says_then_and_now(history: list[Operation], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), rfc3339(OPENED))
        workspace = world.open(KEY_RESULTS, period="2026-Q2")
        names = [one.key_result.name for one in workspace.card().key_results()]
        view = View(Ledger(KINDS), [workspace.key_result(name) for name in names])
        for operation in history:
            world.wall.at = operation.recorded_at - MINUTE
            workspace.live()
            workspace.freeze_known()
            world.wall.at = operation.recorded_at
            do(workspace, operation)
            view.apply(operation)
        now = history[-1].recorded_at
        compare(workspace, view, now, now)
        for _ in range(4):
            at = data.draw(times.filter(lambda time: time > START) | st.just(now))
            compare(workspace, view, at, data.draw(st.sampled_from([*(one.recorded_at for one in history), now])))
        world.close()


def compare(workspace: Workspace, view: View, at: Instant, known_at: Instant) -> None:
    for scored in workspace.card(at, known_at).key_results():
        mine = view.score(scored.key_result, at, known_at)
        told = {**differences(mine, scored.score), "name": (scored.key_result.name,) * 2}
        assert set(told) == {"name"}, (told, rfc3339(at), rfc3339(known_at))
