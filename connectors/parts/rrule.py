"""The rules of repeating events: how much work they make, and an end for those that have none. Pure."""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ingest.connector import Broken

DATES = 100_000
"""The most dates of one event, and of all that are wanted: some 15 s of writing them out."""
EDGE = timedelta(days=2)
"""More than any two zones are apart: what is near the edge of a span is looked at in its own zone."""
DATING = ("DTSTART", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
STEP = {
    "SECONDLY": timedelta(seconds=1),
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "MONTHLY": timedelta(days=28),
    "YEARLY": timedelta(days=365),
}
Damage = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What the two libraries raise, somewhere inside, at a file that is not as it should be."""


def bounded(place: str, component: Any, until: datetime, needed: bool) -> int:
    """How many steps the rules of an event take before `until`; a rule without an end is given that as its end.

    What cannot be read is `Broken` in an event that is needed, and no matter in another.
    """
    unread = [name for name, _ in component.errors if name in DATING]
    unread += ["DTSTART"] if isinstance(component.get("DTSTART"), list) else []
    if unread or "DTSTART" not in component:
        if needed:
            raise Broken(f"its {unread[0]} cannot be read" if unread else "it has no DTSTART", place)
        component.pop("RRULE", None)
        return 0
    start = component["DTSTART"].dt
    rules = component.get("RRULE", [])
    try:
        total: int = 1 + sum(_steps(rule, start, until) for rule in (rules if isinstance(rules, list) else [rules]))
    except Damage:
        raise Broken("its RRULE cannot be read", place) from None
    if total > DATES:
        raise Broken(f"it repeats on more than {DATES:,} dates; give its rule an end", place)
    return total


def _steps(rule: Any, start: date, until: datetime) -> int:
    step = STEP[str(rule["FREQ"][0]).upper()]
    interval, count = rule.get("INTERVAL", [1])[0], rule.get("COUNT", [0])[0]
    if interval < 1:
        raise ValueError("would never go on")
    horizon = end = _like(start, until + EDGE)
    if "UNTIL" in rule and rule["UNTIL"][0].year <= horizon.year:  # some programs write 9999 for "no end"
        end = min(_end(rule["UNTIL"][0], start), horizon)
    if count < 1:  # others write a count of -1
        rule.pop("COUNT", None)
    if count < 1 or "UNTIL" in rule:
        rule["UNTIL"] = [end]
    narrowed = any(part.startswith("BY") for part in rule)
    if count > 0 and not narrowed:
        return int(count)
    if narrowed:  # the days of a week, month or year are looked at one by one
        step = min(step, STEP["DAILY"])
    times = math.prod(max(1, len(rule.get(part, []))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return int(max(0, (end - start) // (step * interval)) * times)


def _like(start: date, moment: datetime) -> Any:
    """A moment as what `start` is: a day, a time without a zone, or one in UTC."""
    if not isinstance(start, datetime):
        return moment.date()
    return moment.replace(tzinfo=None) if start.tzinfo is None else moment.astimezone(UTC)


def _end(end: date, start: date) -> Any:
    """UNTIL as the rule's start needs it: a day ends with its last second, a time without a zone has the start's."""
    if not isinstance(start, datetime):
        return end.date() if isinstance(end, datetime) else end
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(23, 59, 59))
    if start.tzinfo is None:
        return end.replace(tzinfo=None)
    return (end if end.tzinfo else end.replace(tzinfo=start.tzinfo)).astimezone(UTC)
