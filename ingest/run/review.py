"""What a week or a period brought: the value behind `okr report`. Made of a view at two times; the faces write it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.okr.day import local_day, midnight
from ingest.okr.instant import Instant
from ingest.okr.period import Period
from ingest.okr.score import Status
from ingest.run.card import Card, LogEntry, Scored
from ingest.run.health import SignalHealth, SourceHealth
from ingest.run.view import View

if TYPE_CHECKING:
    from ingest.okr.tactic.effect import Effect

_DAY = timedelta(days=1)
UNLIKELY = 0.5
"""A forecast below this share is to be looked at."""


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end) of a review, and what it is called."""

    title: str
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Course:
    """A key result over the window."""

    before: Scored
    after: Scored
    off_track_since: Instant | None
    """The end of the first day of the run of days that it is off track for; None: it is not."""
    changes: tuple[LogEntry, ...]
    """Definitions and notes recorded within the window, oldest first."""
    effects: "tuple[Effect, ...]"
    """Tactics that went on within the window."""

    @property
    def moved(self) -> bool:
        """Whether value or status is not what it was."""
        old, new = self.before.score, self.after.score
        return (old.value, old.status) != (new.value, new.status)

    def became(self, status: Status) -> bool:
        return self.after.score.status is status and self.before.score.status is not status


@dataclass(frozen=True, slots=True)
class Review:
    window: Window
    known_at: Instant | None
    card: Card
    """At the window's end."""
    courses: tuple[Course, ...]
    failing: tuple[SourceHealth, ...]
    """As of now, whatever the window: a source has no past state."""
    sources: tuple[SourceHealth, ...]
    waiting: tuple[SignalHealth, ...]
    """Signals with implausible readings that wait, as of now."""

    def milestones(self, zone: ZoneInfo) -> Iterator[tuple[Scored, date, float]]:
        """Those of the 7 days after the window."""
        first = local_day(self.window.end, zone)
        for course in self.courses:
            for day, progress in course.after.key_result.milestones:
                if first <= day < first + 7 * _DAY:
                    yield course.after, day, progress


def last_week(now: Instant, zone: ZoneInfo) -> Window:
    """The last whole week, Monday to Sunday, that was over at `now`."""
    today = local_day(now, zone)
    monday = today - today.weekday() * _DAY
    first = monday - 7 * _DAY
    return Window(f"{first} to {monday - _DAY}", midnight(first, zone), midnight(monday, zone))


def so_far(period: Period, now: Instant) -> Window:
    """A period up to `now`. `ValueError` where it has not begun."""
    if now <= period.start:
        raise ValueError(f"{period.text} has not begun")
    return Window(period.text, period.start, min(now, period.end))


def review(view: View, window: Window, known_at: Instant | None = None) -> Review:
    """What happened in a window: two cards, and for what is off track one walk back over its days.

    With `known_at` it says what was known then. Key results whose period does not meet the window are left out.
    """
    before = {
        one.key_result.name: one for one in view.scorecard.card(window.start, known_at, ahead=False).key_results()
    }
    after = view.card(window.end, known_at)
    courses = tuple(
        _course(view, window, before[one.key_result.name], one, known_at)
        for one in after.key_results()
        if one.key_result.period.start < window.end and window.start < one.key_result.period.end
    )
    sources = view.sources()
    failing = tuple(one for one in sources if one.is_failing)
    waiting = tuple(one for one in view.signals() if one.quarantined)
    return Review(window, known_at, after, courses, failing, sources, waiting)


def _course(view: View, window: Window, before: Scored, after: Scored, known_at: Instant | None) -> Course:
    name = after.key_result.name
    off = after.score.status is Status.OFF_TRACK
    log = view.log(name, window.end, known_at)
    first, zone = local_day(window.start, view.config.zone), after.key_result.period.zone
    return Course(
        before,
        after,
        view.status_since(name, window.end, known_at) if off else None,
        tuple(one for one in reversed(log) if one.kind in ("definition", "note") and one.at >= window.start),
        tuple(
            one
            for one in view.tactics(name, window.end, known_at)
            if midnight(one.tactic.started, zone) < window.end
            and (one.tactic.ended is None or one.tactic.ended >= first)
        ),
    )
