"""Numbers, times and states in the words that people read. Shared by the terminal and the page."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from ingest.okr.day import local_day
from ingest.okr.forecast import Forecast, NoForecast
from ingest.okr.instant import DAY, HOUR, MINUTE, Duration, Instant, moment, rfc3339
from ingest.okr.objective import KeyResult
from ingest.okr.score import Score, Status
from ingest.okr.target import Hold, Reach

if TYPE_CHECKING:
    from ingest.run.health import SourceHealth
    from ingest.store.decision import Decided

STATUS = {
    Status.SCHEDULED: "scheduled",
    Status.LEARNING: "learning",
    Status.NO_DATA: "no data",
    Status.STALE: "stale",
    Status.ACHIEVED: "achieved",
    Status.MISSED: "missed",
    Status.ON_TRACK: "on track",
    Status.AT_RISK: "at risk",
    Status.OFF_TRACK: "off track",
}
KIND = {"note": "note", "definition": "changed", "correction": "corrected", "baseline": "baseline"}
"""Entries of a log."""
UNKNOWN = "–"
VERSION_NOTICE = timedelta(days=30)
"""How long before a vendor ends a version of its API people are told."""
CREDENTIAL_NOTICE: Duration = 14 * DAY
"""How long before a credential ends people are told."""


def in_percent(key_result: KeyResult) -> bool:
    """Whether its value is read as a share: its target is written as one (`30%`, `stay <= 2%`)."""
    return isinstance(key_result.target, Reach | Hold) and "%" in key_result.target_text


def figure(value: float | None, *, percent: bool = False) -> str:
    """A value in at most four significant digits after grouping, never 0 where it is not; `–` where it is unknown."""
    if value is None:
        return UNKNOWN
    if percent:
        return f"{_plain(value * 100)} %"
    return _plain(value)


def _plain(value: float) -> str:
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-9:
        return f"{value:.4g}"
    if 0 < abs(value) < 0.0995:
        return f"{value:.{2 - math.floor(math.log10(abs(value)))}f}".rstrip("0")
    places = 0 if abs(value) >= 1000 or value == round(value) else 1 if abs(value) >= 100 else 2
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tick(value: float, *, percent: bool = False) -> str:
    """A value at an axis, where there is little room and each is another: `35M`."""
    shown, sign = (value * 100, " %") if percent else (value, "")
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if size <= abs(shown) < 1e15:
            return f"{shown / size:.7g}{letter}{sign}"
    return f"{shown:,.7g}{sign}"


def outlook(found: Forecast | NoForecast | None, *, percent: bool = False) -> str:
    """A forecast in words; where there is none, why."""
    if not isinstance(found, Forecast):
        return UNKNOWN if found is None else f"{UNKNOWN} ({found.reason})"
    at_end, low, high = (figure(one, percent=percent) for one in (found.at_end, found.low, found.high))
    return f"{at_end} at the end (in 8 of 10 cases {low} to {high}), {share(found.probability)} likely to be reached"


def share(ratio: float | None) -> str:
    """A share in whole percent, rounded against the reader: 99.96 % is not yet 100 %."""
    if ratio is None:
        return UNKNOWN
    return f"{int(ratio * 100 + 1e-9):d} %"


def span(length: Duration) -> str:
    """A duration in its largest unit: `3 d`, `2 h`, `5 min`."""
    if length >= 2 * DAY:
        return f"{length // DAY} d"
    if length >= 2 * HOUR:
        return f"{length // HOUR} h"
    if length >= MINUTE:
        return f"{length // MINUTE} min"
    return "less than a minute"


def ago(at: Instant | None, now: Instant) -> str:
    """How long ago (or ahead) an instant is."""
    if at is None:
        return "never"
    if at > now:
        return f"in {span(at - now)}"
    return "just now" if now - at < MINUTE else f"{span(now - at)} ago"


def ending_credential(ends_at: Instant | None, now: Instant, zone: ZoneInfo) -> str | None:
    """What to say of a credential from 14 days before its end on; None: nothing."""
    if ends_at is None or ends_at - now > CREDENTIAL_NOTICE:
        return None
    verb = "has ended" if ends_at <= now else "ends"
    return f"its credential {verb} {ago(ends_at, now)} ({local(ends_at, zone)})"


def ending_version(ends: date | None, today: date) -> str | None:
    """What to say of a version of an API from 30 days before its end on; None: nothing."""
    if ends is None or ends - today > VERSION_NOTICE:
        return None
    verb = "ended" if ends <= today else "ends"
    return f"the vendor {verb} the version of its API that is asked on {ends} → update okr-ingest"


def with_cure(message: str, cure: str | None) -> str:
    """What is wrong, and what to do about it where that is known."""
    return f"{message} → {cure}" if cure else message


def local(at: Instant | None, zone: ZoneInfo) -> str:
    """An instant in the configured zone, to the minute."""
    if at is None:
        return UNKNOWN
    return moment(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def day(at: Instant | None, zone: ZoneInfo) -> str:
    """The day of an instant in the configured zone."""
    return UNKNOWN if at is None else str(local_day(at, zone))


def year(at: Instant, zone: ZoneInfo) -> int:
    return local_day(at, zone).year


def machine(at: Instant) -> str:
    """An instant for programs that read a page."""
    return rfc3339(at)


def counted(count: int, noun: str) -> str:
    """`1 row`, `1,204 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def likely(probability: float) -> str:
    """How likely the target is by forecast."""
    if 0.01 <= probability <= 0.99:
        return f"{share(probability)} likely"
    return "almost certain" if probability > 0.5 else "almost out of reach"


def progress_told(score: Score) -> str:
    """A bar of progress, for those who do not see it."""
    told = progress_unknown(score) if score.progress is None else f"{share(score.progress)} of the way"
    return told if score.expected is None else f"{told}, should be {share(score.expected)}"


def progress_unknown(score: Score) -> str:
    """Why there is no share to show."""
    return "no target yet" if score.status is Status.LEARNING else "progress unknown"


def isolated(text: str) -> str:
    """Text of others inside a sentence of ours: what is written from the right leaves the rest in its order."""
    if any(bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text


def first_words(text: str, most: int = 110) -> str:
    """The beginning of a text, cut between words where it is long."""
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0].rstrip(" ,;:(") or text[:most]) + " …"


def bounds(low: float | None, high: float | None, *, percent: bool = False) -> str:
    """`at least 5`, `at most 2 %`, `40 to 60`."""
    if low is None and high is None:
        return UNKNOWN
    if low is not None and high is not None:
        return f"{figure(low, percent=percent)} to {figure(high, percent=percent)}"
    return f"at least {figure(low, percent=percent)}" if high is None else f"at most {figure(high, percent=percent)}"


def outcome(source: "SourceHealth") -> str:
    """How a source is, in a word or two."""
    if source.outcome is None:
        return "by hand" if source.interval is None else "not asked yet"
    return str(source.outcome)


_BY_ITSELF = {
    "unavailable": "it is asked again by itself; if that lasts, check its address and the network",
    "broken": "compare its settings with what it answers; where they are right, update okr-ingest",
}


def to_do(source: "SourceHealth") -> str | None:
    """What to do about a source, where its pull did not say it itself; None: nothing is wrong."""
    return source.cure or _BY_ITSELF.get(str(source.outcome))


def occasions(names: Sequence[str]) -> str:
    """What somebody is told of: `achieved, off track`."""
    return ", ".join(name.replace("_", " ") for name in names)


def failed(count: int) -> str:
    """How many deliveries failed, one after another."""
    return "1 delivery failed" if count == 1 else f"{count} deliveries in a row failed"


def days_left(end: Instant, now: Instant) -> str:
    """How many days of a period are left, counting the running one."""
    if now >= end:
        return "over"
    left = -((now - end) // DAY)
    return f"{counted(left, 'day')} left"


def decided(one: "Decided") -> str:
    """What became of an implausible reading."""
    word = "accepted" if one.accepted else "rejected"
    told = f"{word}: {one.signal} = {figure(one.value)} ({one.key})"
    more = one.kept.released
    return told + (f"; {more} after it {'counts' if more == 1 else 'count'} too" if more else "")


def measured(count: int) -> str:
    return counted(count, "measurement")


def doubtful(count: int) -> str:
    """How many of what was kept waits."""
    return f"{count} of these {'is' if count == 1 else 'are'} implausible and {'waits' if count == 1 else 'wait'}"
