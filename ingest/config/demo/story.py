"""What happens in the demo: made-up numbers on days around today, so that every status has its key result.

The periods move with today: half a year of whole months of which four are over, and ninety days of running of which
sixty are. So on every day of every year the share of the time that is gone stays within narrow bounds, and what was
reached by today can be chosen against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from ingest.okr.unit import add_months

MEETUP = (24, 26, 27, 29, 31, 33, 36, 40, 44, 49, 46, 47)
"""Attendees of the last twelve monthly meetups: growing by a tenth until three months ago, then stuck."""
THIS_MEETUP = 48
FRIENDS = (1, 0, 2, 1, 0, 1, 2, 1, 0)
"""How many ran along, from the newest run back."""
WEEKS = 56
"""How far back the weekly numbers go."""


@dataclass(frozen=True)
class Story:
    today: date
    zone: ZoneInfo
    seed: int

    def chance(self, what: str) -> Random:
        """Its own sequence for each part, so that a change of one leaves the others."""
        return Random(f"{self.seed} {self.today} {what}")

    @cached_property
    def first(self) -> date:
        """The first day of the half-year."""
        return add_months(self.today, -4)

    @cached_property
    def last(self) -> date:
        """The last day of the half-year, included."""
        return add_months(self.today, 2) - timedelta(days=1)

    @cached_property
    def before(self) -> date:
        """The first of as many days before the half-year: what it is compared with."""
        return self.first - (self.last - self.first) - timedelta(days=1)

    @cached_property
    def share(self) -> float:
        """How much of the half-year is gone at noon."""
        return ((self.today - self.first).days + 0.5) / ((self.last - self.first).days + 1)

    @cached_property
    def middle(self) -> date:
        return self.first + (self.last - self.first) // 2

    @cached_property
    def running_first(self) -> date:
        return self.today - timedelta(days=60)

    @cached_property
    def running_last(self) -> date:
        return self.today + timedelta(days=29)

    @cached_property
    def weeks(self) -> list[date]:
        """A day a week, the last one today, the oldest first."""
        return [self.today - timedelta(weeks=back) for back in reversed(range(WEEKS))]

    def level(self, what: str, at_start: int, slope: float, now: int) -> list[int]:
        """A number a week: from `slope` a week towards `at_start` when the half-year begins, and on to `now`."""
        chance = self.chance(what)
        base = max(week for week, day in enumerate(self.weeks) if day <= self.first)
        numbers = []
        for week in range(WEEKS):
            if week <= base:
                exact = at_start - slope * (base - week)
            else:
                exact = at_start + (now - at_start) * (week - base) / (WEEKS - 1 - base)
            wobble = 0 if week in (base, WEEKS - 1) else chance.uniform(-0.25, 0.25) * slope
            numbers.append(round(exact + wobble))
        return numbers

    @cached_property
    def gained(self) -> int:
        """Connections gained of the 400 that the target asks for: four fifths of what was due by now."""
        return round(400 * 0.8 * self.share)

    @cached_property
    def linkedin(self) -> list[date]:
        """On which day each connection was made, the oldest first: 1,100 before the half-year, then the gain."""
        chance = self.chance("linkedin")
        older = (self.first - timedelta(days=1 + int(1700 * chance.random() ** 1.6)) for _ in range(1100))
        return sorted([*older, *spread(self.first, self.exported, round(self.gained * 0.55))])

    @cached_property
    def exported(self) -> date:
        """When the LinkedIn archive was made."""
        return self.today - timedelta(days=3)

    @cached_property
    def followers(self) -> list[tuple[date, int, int]]:
        """Day, followers on X, followers on Instagram."""
        on_x = round(self.gained * 0.3)
        instagram = self.gained - on_x - round(self.gained * 0.55)
        both = self.level("x", 640, 2.5, 640 + on_x), self.level("instagram", 260, 1.5, 260 + instagram)
        return list(zip(self.weeks, *both, strict=True))

    @cached_property
    def newsletter(self) -> list[tuple[date, int, int]]:
        """Day, subscribers, and how many left in the week: more than two in a hundred in one month only."""
        chance = self.chance("newsletter")
        bad = (add_months(self.today, -2), add_months(self.today, -1))
        left = [chance.randint(26, 30) if bad[0] <= day < bad[1] else chance.randint(8, 12) for day in self.weeks]
        subscribers = self.level("subscribers", 3600, 24, round(3600 + 1400 * 0.97 * self.share))
        return list(zip(self.weeks, subscribers, left, strict=True))

    @cached_property
    def meetups(self) -> list[tuple[date, int]]:
        """Day and attendees: the second Tuesday of each month, this month's if it was already."""
        evenings = [(second_tuesday(add_months(self.today, back - 12)), number) for back, number in enumerate(MEETUP)]
        this = second_tuesday(add_months(self.today, 0))
        return [*evenings, (this, THIS_MEETUP)] if this <= self.today else evenings

    @cached_property
    def conferences(self) -> list[tuple[date, bool]]:
        """Day, and whether its organisers found presenters through us: 4 of 20 before, 4 of 14 in this half-year."""
        earlier = [(day, place % 5 == 3) for place, day in enumerate(spread(self.before, self.first, 20))]
        now = [(day, place in (1, 4, 7, 11)) for place, day in enumerate(spread(self.first, self.today, 14))]
        return earlier + now

    @cached_property
    def gigs(self) -> list[date]:
        """Talks of their own: four before the half-year, four in it. Two more come from a series of lectures."""
        return [*spread(self.before, self.first, 4), *spread(self.first, self.today, 4)]

    @cached_property
    def lectures(self) -> date:
        """The first of three weekly lectures: the second is moved by two days, the third is cancelled."""
        return self.today - timedelta(days=70)

    @cached_property
    def runs(self) -> list[tuple[date, int, int]]:
        """Day, seconds over 10 km, and how many friends ran along. The best so far is 47:00, a week ago."""
        chance = self.chance("runs")
        rows = []
        for back in reversed(range(30)):
            slow = 3120 + 6 * (back - 8) if back > 8 else 2835 + 34 * back
            seconds = 2820 if back == 1 else slow + chance.randint(0, 25)
            rows.append((self.today - timedelta(weeks=back), seconds, FRIENDS[back] if back < len(FRIENDS) else 0))
        return rows

    @cached_property
    def asked(self) -> list[tuple[date, str]]:
        """Inbound requests: the day and what for. Five guest posts; mentorship from ten to nine with a third to go."""
        counts = {"guest post": (3, 5), "mentorship": (10, 9), "job offer": (6, 7)}
        return sorted(
            (day, kind)
            for kind, (earlier, now) in counts.items()
            for day in (*spread(self.before, self.first, earlier), *spread(self.first, self.today, now))
        )


def second_tuesday(first: date) -> date:
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def spread(first: date, end: date, number: int) -> Iterator[date]:
    """So many days between the two, evenly apart, none on the first nor on the last."""
    whole = (end - first).days
    edges = pairwise(whole * place / number for place in range(number + 1))
    return (first + timedelta(days=max(1, int((low + high) / 2))) for low, high in edges)
