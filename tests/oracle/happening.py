"""Hypothesis strategies for what happens to a running product: measurements of every kind, redefinitions, rebaselines,
time that passes."""

from dataclasses import dataclass

from hypothesis import strategies as st

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import BEGINNING, DAY, HOUR, Instant, from_rfc3339
from ingest.okr.signal import Kind
from ingest.store.unit import By, Covered, Measured, Unit
from tests.oracle.ledger import Forgotten, Ledger, Operation, Recorded

KINDS = {
    "hand.level": Kind.LEVEL,
    "hand.other": Kind.LEVEL,
    "hand.count": Kind.EVENTS,
    "hand.views": Kind.COUNTER,
    "file.people": Kind.LEVEL,
    "file.talks": Kind.EVENTS,
}
SOURCES = """
file:
  connector: spreadsheet
  path: data.csv
  stale_after: 40d
  signals:
    people: {date: Day, value: People}
    talks: {date: Day, value: Talks, kind: events}
"""
WAYS = [
    [
        "- {id: people, title: T, value: hand.level, target: +20%}",
        "- {id: people, title: T, value: hand.level, target: +50}",
        "- {id: people, title: T, value: hand.level + hand.other, target: +50}",
        "- {id: people, title: T, value: hand.level + file.people, target: +20%}",
        "- {id: people, title: T, value: hand.level, target: +20%, baseline: 2026-04-15}",
        "- {id: people, title: T, value: hand.level, target: +20%, period: 2026-H1}",
        "- {id: people, title: T, value: hand.level, target: stay >= 100}",
    ],
    [
        "- {id: ratio, title: T, value: hand.level / hand.other, target: at least 2}",
        "- {id: ratio, title: T, value: hand.level / file.people, target: at least 2}",
        "- {id: ratio, title: T, value: hand.count / hand.views, target: at least 2}",
    ],
    [
        "- {id: best, title: T, value: hand.level, take: best, target: 200}",
        "- {id: best, title: T, value: hand.level + hand.other, take: best, target: 200}",
    ],
    [
        "- {id: since_may, title: T, value: hand.level, baseline: 2026-04-30, target: 200}",
        "- {id: since_may, title: T, value: hand.level, baseline: 50, target: 200}",
    ],
    ["- {id: talks, title: T, value: hand.count, target: 10}", "- {id: talks, title: T, value: hand.count, target: 5}"],
    [
        "- {id: more, title: T, value: hand.count, target: +50%}",
        "- {id: more, title: T, value: hand.count + file.talks, target: +50%}",
        "- {id: more, title: T, value: hand.count, target: +100%}",
    ],
    ["- {id: fewer, title: T, value: hand.count, target: at most 10}"],
    ["- {id: gigs, title: T, value: file.talks, target: +50%}", "- {id: gigs, title: T, value: file.talks, target: 8}"],
    ["- {id: readers, title: T, value: file.people, target: +20%}"],
    ["- {id: views, title: T, value: hand.views + hand.count, target: +100}"],
    ["- {id: share, title: T, value: hand.count / hand.views, target: at least 0.3}"],
    ["- {id: growth, title: T, value: hand.count, target: +10% per month}"],
    ["- {id: open, title: T, value: hand.level, target: learn}"],
]
"""How each key result may be written; at first as in the first."""
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


@dataclass(frozen=True)
class Redefined:
    """The key results are written otherwise."""

    lines: tuple[str, ...]
    recorded_at: Instant


@dataclass(frozen=True)
class Rebaselined:
    """`okr rebaseline`, of the key result with this number."""

    number: int
    recorded_at: Instant


@dataclass(frozen=True)
class Passed:
    """Nothing but time."""

    recorded_at: Instant


Happening = Operation | Redefined | Rebaselined | Passed
FIRST = tuple(lines[0] for lines in WAYS)


@st.composite
def measured(draw: st.DrawFn, signals: list[str]) -> Measured:
    signal = draw(st.sampled_from(signals))
    key = draw(st.sampled_from("abcd")) if KINDS[signal] is Kind.EVENTS else None
    near = st.sampled_from([START - HOUR, START - DAY, START + DAY])
    return Measured(signal, draw(times | near), draw(values[KINDS[signal]]), key)


@st.composite
def pulls(draw: st.DrawFn, ledger: Ledger, at: Instant) -> Unit:
    """A pull that lists events whole, often again; an event that it lists no more is retracted."""
    listed = draw(st.lists(measured(["file.people", "file.talks"]), max_size=5))
    start = draw(st.sampled_from([BEGINNING, BEGINNING, START, START - 100 * DAY]))
    spans = [Covered("file.people", start, at), Covered("file.talks", start, at, draw(st.booleans()))]
    unit = Unit("file", By.PULL, at, at, Ending(Outcome.OK, ""), tuple(listed), tuple(spans))
    if not ledger.suddenly_empty(unit):
        return unit
    return Unit("file", By.PULL, at, at, Ending(Outcome.OK, ""), tuple(listed), (spans[0],))


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """What happens on the days from the opening until long after the end."""
    ledger, at, done, lines = Ledger(KINDS), OPENED, list[Happening](), list(FIRST)
    hand = [signal for signal in sorted(KINDS) if signal.startswith("hand.")]
    for _ in range(draw(st.integers(1, 9))):
        at += draw(st.integers(1, 25)) * DAY
        what = draw(
            st.sampled_from(["hand", "hand", "hand", "pull", "pull", "import", "forget", "new", "new", "anew", ""])
        )
        signal = draw(st.sampled_from(sorted(KINDS))) if what == "forget" else ""
        there = [line.key for line in ledger.current(signal)]
        happening: Happening = Passed(at)
        if there:
            happening = Forgotten(signal, draw(st.sampled_from(there)), at)
        elif what == "hand":
            one = draw(measured(hand))
            happening = Recorded(Unit("hand", By.HAND, at, at, Ending(Outcome.OK, ""), [one], pin=True), at)
        elif what == "import":
            some = draw(st.lists(measured(hand), min_size=1, max_size=4))
            happening = Recorded(Unit("hand", By.IMPORT, at, at, Ending(Outcome.OK, ""), some), at)
        elif what == "pull":
            happening = Recorded(draw(pulls(ledger, at)), at)
        elif what == "new":
            number = draw(st.integers(0, len(WAYS) - 1))
            lines[number] = draw(st.sampled_from(WAYS[number]))
            happening = Redefined(tuple(lines), at)
        elif what == "anew":
            happening = Rebaselined(draw(st.integers(0, len(WAYS) - 1)), at)
        if isinstance(happening, Recorded | Forgotten):
            ledger.apply(happening)
        done.append(happening)
    return done
