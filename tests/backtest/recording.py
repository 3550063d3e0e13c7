"""A series to be forecast from: numbers at equal steps of the calendar, dated from 2000 on."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Literal

from ingest.okr.instant import BEGINNING, FOREVER, Instant, instant
from ingest.okr.signal import Kind, Series

FIRST = date(2000, 1, 1)
Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    family: str
    """What it is judged together with."""
    kind: Kind
    every: Every
    numbers: Sequence[float]
    """Of levels the reading of each step, of events the amount; NaN where nothing is known."""
    table: str = "simulated"
    offsets: Sequence[float] = ()
    """Days from `FIRST` of each number, where they do not come at equal steps."""

    @property
    def side(self) -> Literal["choose", "judge"]:
        """Split once, by a hash of the name: the method is chosen on one side and judged on the other."""
        return "judge" if blake2b(self.name.encode(), digest_size=1).digest()[0] % 2 else "choose"

    def series(self) -> Series:
        """As a signal: levels are read at 06:00, amounts dated 12:00, a month's on its last day."""
        pairs = [(self.at(place), number) for place, number in enumerate(self.numbers) if number == number]
        return Series(self.kind, [at for at, _ in pairs], [number for _, number in pairs], self._covered(), FOREVER)

    def at(self, place: int) -> Instant:
        if self.offsets:
            return instant(datetime.combine(FIRST, time(), UTC) + timedelta(days=self.offsets[place]))
        hour = time(6) if self.kind is Kind.LEVEL else time(12)
        return instant(datetime.combine(self._day(place), hour, UTC))

    def _day(self, place: int) -> date:
        if self.every == "month":
            year, month = FIRST.year + place // 12, place % 12 + 1
            return date(year, month, 1 if self.kind is Kind.LEVEL else monthrange(year, month)[1])
        return FIRST + timedelta(days=place * (7 if self.every == "week" else 1))

    def _covered(self) -> Instant:
        return instant(datetime.combine(FIRST, time(), UTC)) if self.kind is Kind.EVENTS else BEGINNING
