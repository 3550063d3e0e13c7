"""What a tactic did to a key result: the rate before and during it, their difference, and a plain verdict.

The difference is that of the two rates, with a 90 % interval. A tactic counts as working, or as making things worse,
where three things agree on the direction: that interval, what is more than a straight trend explains, and, where
numbers grow from above zero, what is more than a steady growth in per cent explains. So what rose before goes on
rising without any credit to a tactic. What else began at the same time, or comes with the season of the year, cannot
be told apart. It is one look: somebody who looks every day will see chance now and then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.okr.book import open_book
from ingest.okr.day import end_of_day, midnight
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult, Tactic
from ingest.okr.signal import Series
from ingest.okr.tactic.contrast import Interval, contrast
from ingest.okr.tactic.cut import cut, reach_back
from ingest.okr.tactic.verdict import FEWEST_SIDE, Case, Verdict, judge
from ingest.okr.target import Learn


@dataclass(frozen=True, slots=True)
class Effect:
    """A tactic and a key result that it affects, at one time."""

    tactic: Tactic
    verdict: Verdict
    sentence: str
    """Why, without the numbers beside it."""
    per: str | None
    """`week` where the rates are per week; None where they are in the value's own unit (shares)."""
    weeks_before: int
    """How many weeks the rate before is of; 0: it is unknown."""
    weeks_during: int
    before: float | None
    during: float | None
    change: Interval | None
    """during − before; None where there is too little to say how sure it is."""
    beyond_trend: Interval | None
    """What of it is more than the trend explains that was there anyway."""
    needed: str | None
    """What it takes, where it is too early to say."""
    notices: tuple[str, ...]


def effect(
    tactic: Tactic, key_result: KeyResult, series: Mapping[str, Series], at: Instant, others: Sequence[Tactic] = ()
) -> Effect:
    """What is known at `at`; of what is dated later nothing counts.

    `series` hold at least the measurements within `looked_at`, with the last one before. `others`: all tactics that
    affect the key result.
    """
    zone, period = key_result.period.zone, key_result.period
    ends = min(period.end, period.end if tactic.ended is None else end_of_day(tactic.ended, zone))
    book = open_book(key_result, series)
    blocks = cut(book, tactic.started, min(at, ends))
    both = min(blocks.known_before, blocks.known_during) >= FEWEST_SIDE
    found = contrast(blocks.blocks, 0, blocks.least_variance) if both else None
    verdict, sentence, needed = judge(Case(tactic, book, blocks, found, at, ends))
    return Effect(
        tactic,
        verdict,
        sentence,
        "week" if blocks.reckoning.is_pace else None,
        blocks.known_before * blocks.weeks,
        blocks.known_during * blocks.weeks,
        blocks.before,
        blocks.during,
        None if found is None else found.step,
        None if found is None else found.beyond_trend,
        needed,
        tuple(_notices(tactic, key_result, others, min(at, ends))),
    )


def looked_at(tactic: Tactic, key_result: KeyResult, at: Instant) -> tuple[Instant, Instant]:
    """The span of measurements that an effect at `at` may depend on."""
    first = midnight(reach_back(tactic.started), key_result.period.zone)
    return first, max(first, min(at, key_result.period.end))


def _notices(tactic: Tactic, key_result: KeyResult, others: Sequence[Tactic], until: Instant) -> Iterator[str]:
    zone = key_result.period.zone
    start = midnight(tactic.started, zone)
    beside = [one.title for one in others if one.id != tactic.id and _overlaps(one, start, until, zone)]
    if beside:
        yield f"at the same time as: {', '.join(beside)}"
    if isinstance(key_result.target, Learn):
        yield "more counts as better, since there is no target yet"


def _overlaps(other: Tactic, start: Instant, until: Instant, zone: ZoneInfo) -> bool:
    """Whether another tactic goes on at any time in [start, until)."""
    ends = None if other.ended is None else end_of_day(other.ended, zone)
    return midnight(other.started, zone) < until and (ends is None or ends > start)
