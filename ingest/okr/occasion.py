"""What people are told of a key result, once each: by what they were told, what it says now, and the time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from ingest.okr.aim import must_fall
from ingest.okr.bound import at_least
from ingest.okr.day import local_day
from ingest.okr.instant import HOUR, Duration, Instant, instant
from ingest.okr.objective import KeyResult
from ingest.okr.score import Score, Status
from ingest.okr.target import Change, Reach

Occasion = Literal["achieved", "off_track", "source_failing", "milestone", "recovered", "weekly"]
SUSTAINED: Duration = 24 * HOUR
"""For so long no look at it may find another known status before people are told that it is off track."""
QUARTERS = (0.25, 0.5, 0.75)
"""The shares that are told where no milestones are written."""
WEEKLY_AT = 8
"""The hour of Monday, local, from which on the week's summary is due."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a key result, or was so already when notifying began and is taken as told."""

    period: str
    target: str
    achieved: bool = False
    reached: float | None = None
    """The greatest share told; None: its progress was not known yet."""
    off_since: Instant | None = None
    """Since when each look that knew its status found it off track."""
    off_track: bool = False
    """That it is off track was told, and not yet that it recovered."""


class News(NamedTuple):
    occasion: Occasion
    share: float | None = None
    """Of a milestone: what was reached."""


def tell(told: Told | None, key_result: KeyResult, score: Score, now: Instant) -> tuple[Told, tuple[News, ...]]:
    """What is news of a key result, and what is told from then on. Stale and no_data change nothing and tell nothing.

    `told` None: the first look at it ever, of which all is taken as told. With another period all begins anew; with
    another target it may be achieved again, and the shares reached are taken as told.
    """
    period, target = key_result.period.text, key_result.target_text
    known = score.status if score.status.is_known else None
    if told is None:
        first = known or score.last_known_status
        off = first is Status.OFF_TRACK
        reached = greatest_share(key_result, score)
        return Told(period, target, first is Status.ACHIEVED, reached, now if off else None, off), ()
    if told.period != period:
        told = Told(period, target)
    elif told.target != target:
        told = replace(told, target=target, achieved=False, reached=None)
    if known is None:
        return told, ()
    told, on_the_way = _on_the_way(told, key_result, score)
    told, of_status = _of_status(told, known, now)
    return told, (*of_status, *on_the_way)


def _of_status(told: Told, known: Status, now: Instant) -> tuple[Told, tuple[News, ...]]:
    """At risk lies between: it neither makes off track last nor is it a recovery, so that nothing flaps."""
    if known is Status.OFF_TRACK:
        since = now if told.off_since is None else min(told.off_since, now)
        late = not told.off_track and now - since >= SUSTAINED
        return replace(told, off_since=since, off_track=told.off_track or late), (News("off_track"),) if late else ()
    if known is Status.AT_RISK:
        return replace(told, off_since=None), ()
    news = []
    if known is Status.ACHIEVED and not told.achieved:
        news.append(News("achieved"))
    if known in (Status.ACHIEVED, Status.ON_TRACK) and told.off_track:
        news.append(News("recovered"))
    achieved = told.achieved or known is Status.ACHIEVED
    return replace(told, achieved=achieved, off_since=None, off_track=False), tuple(news)


def _on_the_way(told: Told, key_result: KeyResult, score: Score) -> tuple[Told, tuple[News, ...]]:
    """The greatest share that was reached since the last; one that is achieved is told as that."""
    share = greatest_share(key_result, score)
    if share is None or (told.reached is not None and share <= told.reached):
        return told, ()
    quiet = told.reached is None or score.status is Status.ACHIEVED
    return replace(told, reached=share), () if quiet else (News("milestone", share),)


def greatest_share(key_result: KeyResult, score: Score) -> float | None:
    """The greatest milestone that its progress reached; 0: none; None: its progress is not known.

    The shares of its written milestones, else the quarters. Growth, hold, learn and totals that must go down have
    none, as they can have no written ones.
    """
    if score.progress is None:
        return None
    if not isinstance(key_result.target, Reach | Change) or must_fall(key_result):
        return 0.0
    shares = [share for _, share in key_result.milestones] or QUARTERS
    return max((share for share in shares if 0 < share < 1 and at_least(score.progress, share)), default=0.0)


def week_due(told: date | None, now: Instant, zone: ZoneInfo) -> tuple[date, bool]:
    """The Monday whose 08:00 is the last that has come, and whether its week is to be told.

    `told`: the last Monday told; None: notifying begins, and the running week is taken as told. One that lies more
    than a week ahead was told by a clock that was wrong.
    """
    today = local_day(now, zone)
    monday = today - timedelta(days=today.weekday())
    if now < instant(datetime(monday.year, monday.month, monday.day, WEEKLY_AT, tzinfo=zone)):
        monday -= timedelta(days=7)
    if told is None:
        return monday, False
    due = monday > told or told > monday + timedelta(days=7)
    return (monday if due else told), due
