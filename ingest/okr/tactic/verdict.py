"""What is said of a tactic, and what it takes where it is too early to say anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from ingest.okr.aim import goes_down
from ingest.okr.algebra import Unknown
from ingest.okr.book import Book
from ingest.okr.day import midnight
from ingest.okr.instant import Instant
from ingest.okr.objective import Tactic
from ingest.okr.tactic.contrast import FEWEST_BLOCKS, Contrast, beyond_growth
from ingest.okr.tactic.cut import LEAST_BEFORE, WEEK, Cut, Reckoning
from ingest.okr.target import Hold
from ingest.okr.unit import Per

FEWEST_SIDE = FEWEST_BLOCKS // 2
"""Known blocks that are needed before a tactic, and during it."""
SEEN = 0.5
"""A change by half of the rate is one that should be seen: until it would be, it is too early to say."""
PATIENCE = 26
"""Weeks. Where seeing so much takes longer than that, waiting is no advice."""
FAR = 10.0
"""Times the interval must shorten: so far that waiting is no advice either."""
DAYS = {Per.DAY: 1.0, Per.WEEK: 7.0, Per.MONTH: 365.25 / 12, Per.QUARTER: 365.25 / 4}


class Verdict(StrEnum):
    WORKING = "working"
    NO_CHANGE = "no change seen"
    WORSE = "worse"
    TOO_EARLY = "too early to say"


Judgement = tuple[Verdict, str, str | None]
"""The verdict, why, and what is needed where it is too early."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged."""

    tactic: Tactic
    book: Book
    cut: Cut
    found: Contrast | None
    """None where too little is known."""
    at: Instant
    ends: Instant
    """When the tactic ends, or the period of the key result does."""

    def edge(self, blocks: int) -> date:
        """The day on which so many blocks of the tactic are over."""
        return self.tactic.started + timedelta(days=blocks * self.cut.weeks * WEEK)

    def begins(self, day: date) -> Instant:
        return midnight(day, self.book.key_result.period.zone)


def judge(case: Case) -> Judgement:
    start = case.begins(case.tactic.started)
    if start >= case.ends:
        return Verdict.NO_CHANGE, "it starts after the end of the period", None
    if start >= case.at:
        return Verdict.TOO_EARLY, "it has not started", f"it starts on {case.tactic.started}"
    if case.found is None:
        return _before_unknown(case) if case.cut.known_before < FEWEST_SIDE else _during_short(case)
    sign = _agreed(case.cut, case.found)
    if sign == 0:
        return _not_seen(case, case.found)
    better = _better(case)
    way = "rose" if sign > 0 else "fell"
    if better == 0:
        return Verdict.NO_CHANGE, f"it {way}, and was inside its bounds before and during", None
    return (
        Verdict.WORKING if sign == better else Verdict.WORSE,
        f"it {way} by more than chance and the trend before explain",
        None,
    )


def _agreed(cut: Cut, found: Contrast) -> int:
    """1 or -1 where the difference, a straight trend and steady growth agree that it rose or fell, else 0."""
    sign = found.step.sign
    if sign != found.beyond_trend.sign:
        return 0
    grows = sign and cut.reckoning.is_pace and all(number >= 0 for _, number in cut.blocks)
    return sign if not grows or beyond_growth(cut.blocks, 0) == sign else 0


def _better(case: Case) -> int:
    """1 where more is better, -1 where less is; 0 for what was between its two bounds before and during."""
    target = case.book.key_result.target
    if not isinstance(target, Hold):
        return -1 if goes_down(case.book.key_result) else 1
    if target.low is None or target.high is None:
        return -1 if target.low is None else 1
    for value in _standing(case, target.per):
        if not target.low <= value <= target.high:
            return 1 if value < target.low else -1
    return 0


def _standing(case: Case, per: Per) -> Iterator[float]:
    """What two bounds are compared with, before and during: a level itself, an amount in the target's sub-period."""
    cut = case.cut
    if cut.reckoning is Reckoning.RISE:
        for at in (case.begins(case.tactic.started), min(case.at, case.ends)):
            try:
                yield case.book.level_value(at)
            except Unknown:
                continue
        return
    longer = DAYS[per] / WEEK if cut.reckoning is Reckoning.AMOUNT else 1.0
    yield from (rate * longer for rate in (cut.before, cut.during) if rate is not None)


def _before_unknown(case: Case) -> Judgement:
    since = case.edge(-LEAST_BEFORE)
    sources = dict.fromkeys(name.partition(".")[0] for name in case.book.tallies)
    cure = " and ".join(f"`okr pull {source} --since {since}`" for source in sources)
    return (
        Verdict.TOO_EARLY,
        f"{_weeks(case.cut.known_before * case.cut.weeks)} before it are known",
        f"measurements from {since} on: {cure}, or record them by hand",
    )


def _during_short(case: Case) -> Judgement:
    missing = FEWEST_SIDE - case.cut.known_during
    until = case.edge(case.cut.reached + missing)
    least = _weeks(FEWEST_SIDE * case.cut.weeks)
    if case.begins(until) > case.ends:
        return Verdict.NO_CHANGE, f"it is too short to see one: that takes {least} at least", None
    return (
        Verdict.TOO_EARLY,
        f"{case.cut.known_during * case.cut.weeks} of {least} are measured",
        f"{_weeks(missing * case.cut.weeks)} more, until {until}",
    )


def _not_seen(case: Case, found: Contrast) -> Judgement:
    """Nothing stands out. Is that because there is nothing, or because too little is known?"""
    rates = (case.cut.before or 0.0, case.cut.during or 0.0)
    scale = max(map(abs, rates))
    reach = max(found.step.reach, found.beyond_trend.reach)
    if reach > SEEN * scale > 0:
        # An interval shortens with the root of what is known.
        blocks = ceil(case.cut.reached * min(reach / (SEEN * scale), FAR) ** 2)
        more, until = (blocks - case.cut.reached) * case.cut.weeks, case.edge(blocks)
        if more <= PATIENCE and case.begins(until) <= case.ends:
            why = f"a change by less than {_percent(reach / scale)} would not show yet"
            return Verdict.TOO_EARLY, why, f"about {_weeks(more)} more, until {until}"
    if found.step.sign:
        why = "the trend before, or chance, explains the difference"
    elif not any(rates):
        return Verdict.NO_CHANGE, "there was nothing before, and nothing during", None
    else:
        why = "the difference is within chance"
    return Verdict.NO_CHANGE, f"{why}; a change by less than {_percent(reach / scale)} would not show", None


def _percent(share: float) -> str:
    return f"about {share:.0%}" if share < 10 else "many times the rate"


def _weeks(number: int) -> str:
    return f"{number} week" if number == 1 else f"{number} weeks"
