"""What is plausible: how far a reading may be from the one before it, and what waits because it is farther.

A step is what a reading differs by from the last one before it that counts: of a level in either direction, of a
counter upwards only (a restart and a correction are no steps). An event has none before it: its amount is its step.
What is beyond the limit waits: it does not count, and the next one is compared with what does. So after a true jump
all that follows waits too, until one of them is accepted and the others are no step any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ingest.okr.bound import at_most
from ingest.okr.instant import Instant, rfc3339
from ingest.okr.number import amount, plain_number
from ingest.okr.signal import Kind

Content = tuple[Instant, float]
"""When it was true, and its value."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest plausible step, inclusive. `relative`: a share of the absolute value of the reading before."""

    kind: Kind
    size: float
    relative: bool
    text: str
    """As written: `500`, `20%`."""


def limit_of(text: str, kind: Kind) -> Limit:
    """The limit that `500` or `20%` means for a signal of a kind; `ValueError` says what to write instead."""
    written = text.strip()
    relative = written.endswith("%")
    if not relative:
        size = plain_number(written)
    elif kind is Kind.EVENTS:
        raise ValueError("an event has no reading before it that a % could be of: write the largest plausible amount")
    else:
        size = amount(written)
    if size <= 0:
        raise ValueError("must be more than 0: a number such as 500, or a share of the reading before such as 20%")
    return Limit(kind, size, relative, written)


def is_plausible(limit: Limit, before: float | None, value: float) -> bool:
    """Whether a value is within the limit of the one before; None: there is none, and only an event can be too large.

    Of a reading of 0 a share is 0, which says nothing: what follows it is plausible.
    """
    if limit.kind is Kind.EVENTS:
        return at_most(abs(value), limit.size)
    if before is None or (limit.relative and before == 0):
        return True
    step = value - before if limit.kind is Kind.COUNTER else abs(value - before)
    return at_most(step, limit.size * abs(before) if limit.relative else limit.size)


def doubt(limit: Limit, before: float | None, content: Content) -> str:
    """Why something waits: `12,000 on 2026-03-02 after 1,204, limit 20%`; the day is that of UTC, as in keys."""
    at, value = content
    after = "" if before is None or limit.kind is Kind.EVENTS else f" after {before:,.12g}"
    return f"{value:,.12g} on {rfc3339(at)[:10]}{after}, limit {limit.text}"


class Fate(Enum):
    """What becomes of something that is told under a key."""

    PASSES = auto()
    """It is what counts there, or is to count."""
    WAITS = auto()
    REPEATED = auto()
    """It waits already, or was rejected: nothing is written."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What is known and what is told under one key of a signal. An event may be told with another time."""

    at: Instant
    """Where it stands in the order of time."""
    counts: Content | None = None
    before: Content | None = None
    """The last reading before it that counts, as stored; of an event None."""
    told: Sequence[Content] = ()
    """In the order of telling: of two the later is meant."""
    waits: Content | None = None
    rejected: frozenset[Content] = frozenset()
    pinned: bool = False
    """Recorded by hand: what is told changes nothing."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """What became of a slot."""

    fates: tuple[Fate, ...]
    """One for each that was told."""
    waits: Content | None
    """What waits there from now on."""
    reason: str
    """Why it waits, where that is new."""
    released: bool
    """What waited and was not told again is plausible by now, and is to count."""


def sift(limit: Limit, slots: Iterable[Slot], *, deliberate: bool = False) -> list[Sifted]:
    """What becomes of the slots of one signal, which are in the order of time and hold each key once.

    `deliberate`: told by hand, which is never doubted. What counts in a slot is the reading before for the next one,
    if nothing stored lies between them.
    """
    last: Content | None = None
    found = []
    for slot in slots:
        before = slot.before
        if last is not None and (before is None or last[0] >= before[0]):
            before = last
        sifted, counts = _sifted(limit, slot, None if before is None else before[1], deliberate)
        found.append(sifted)
        if counts is not None and limit.kind is not Kind.EVENTS:
            last = counts
    return found


def _sifted(limit: Limit, slot: Slot, before: float | None, deliberate: bool) -> tuple[Sifted, Content | None]:
    """What becomes of a slot, and what counts in it then."""
    counts, waits, reason, fates = slot.counts, slot.waits, "", []
    for content in slot.told:
        fate = Fate.PASSES
        if deliberate or slot.pinned or content == counts:
            counts, waits = counts if slot.pinned and not deliberate else content, None
        elif content in slot.rejected:
            fate, waits = Fate.REPEATED, None
        elif is_plausible(limit, before, content[1]):
            counts, waits = content, None
        elif content == waits:
            fate = Fate.REPEATED
        else:
            fate, waits, reason = Fate.WAITS, content, doubt(limit, before, content)
        fates.append(fate)
    released = not slot.told and waits is not None and is_plausible(limit, before, waits[1])
    if released:
        counts, waits = waits, None
    return Sifted(tuple(fates), waits, reason, released), counts
