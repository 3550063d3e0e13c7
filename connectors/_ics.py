"""From the bytes of an iCalendar file to what happens when. Pure: no files, no network, no clock."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from connectors._rrule import DATES, EDGE, Damage, bounded
from ingest.connector import Broken

Component = Any
"""A part of a calendar. Its own type says of each property that it may be any of thirty things."""
LARGEST = 64 * 2**20
EVENTS = 50_000
"""The most events a file may hold: some 20 s of reading."""
STEPS = 2_000_000
"""The most days (hours, seconds) that the rules of all wanted events may be walked through: some 10 s."""
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
TIME_ZONE = re.compile(r"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE", re.MULTILINE | re.DOTALL | re.IGNORECASE)
FOLD = re.compile(r"\r?\n[ \t]")
RESTLESS = re.compile(r"FREQ=(?!YEARLY|MONTHLY)|BY(?:HOUR|MINUTE|SECOND)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """What an event says of itself."""

    summary: str
    description: str
    location: str
    categories: tuple[str, ...]
    own: Mapping[str, str]
    """Its `X-…` properties, by their names in capitals."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event at one of its dates."""

    id: str
    """The same after it was moved, as long as the calendar tells which one was moved."""
    at: datetime
    event: Event


def occurrences(
    body: bytes, wanted: Callable[[Event], bool], since: datetime | None, until: datetime, zone: ZoneInfo
) -> list[Occurrence]:
    """What is wanted of a calendar within [since, until), cancelled events left out.

    All-day events begin at midnight in `zone`. So do times without a zone, unless the calendar names its own
    (`X-WR-TIMEZONE`). `Broken` says what is wrong with a file that is no calendar, or one without end.
    """
    needed: list[tuple[list[tuple[str, Component]], ZoneInfo]] = []
    steps = 0
    for calendar in _calendars(_text(body)):
        floating = _own_zone(calendar) or zone
        for series in _series(calendar):
            needs = any(wanted(_event(component)) for _, component in series)
            work = sum(bounded(place, component, until, needs) for place, component in series)
            if needs:
                steps += work
                needed.append((series, floating))
    found: list[Occurrence] = []
    for series, floating in needed:
        if steps > STEPS or len(found) > DATES:
            raise Broken(f"its events repeat on more than {DATES:,} dates; choose fewer of them by `summary`")
        dated = _dated(series, since or LONG_AGO, until, zone, floating)
        found += [each for each in dated if wanted(each.event) and (since or LONG_AGO) <= each.at < until]
    return found


def _text(body: bytes) -> str:
    """The text of a calendar, or what it is instead."""
    if len(body) > LARGEST:
        raise Broken(f"the calendar is larger than {LARGEST // 2**20} MiB; export a part of it")
    text = body.decode("utf-8-sig", errors="replace").strip()
    head = text[:200].upper()
    if not head.startswith("BEGIN:VCALENDAR"):
        if head.startswith("<"):
            page = "a web page" if "<HTML" in head or "<!DOCTYPE HTML" in head else "XML"
            raise Broken(f"the answer is {page} and no calendar; take the address that ends in .ics, not the page's")
        raise Broken(
            "there is no calendar: it does not begin with BEGIN:VCALENDAR" if text else "there is nothing in it"
        )
    if not text[-20:].upper().endswith("END:VCALENDAR"):
        raise Broken("the calendar is cut off: END:VCALENDAR is missing")
    if (number := len(re.findall(r"^BEGIN:VEVENT\s*$", text, re.MULTILINE | re.IGNORECASE))) > EVENTS:
        raise Broken(f"the calendar holds {number:,} events, more than {EVENTS:,}; export a part of it")
    if any(RESTLESS.search(FOLD.sub("", block)) for block in TIME_ZONE.findall(text)):
        raise Broken("a time zone in it changes its clocks more often than once a month", "VTIMEZONE")
    return text


def _calendars(text: str) -> list[Component]:
    from icalendar import Calendar

    try:
        calendars: list[Component] = list(Calendar.from_ical(text, multiple=True))
    except Damage:
        raise Broken("the calendar cannot be read: a line in it is not iCalendar, or a part has no end") from None
    if not calendars:
        raise Broken("the calendar is cut off: a part of it has no end")
    return calendars


def _own_zone(calendar: Component) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(calendar["X-WR-TIMEZONE"]))
    except (KeyError, ValueError, OSError):  # none given, or a name that nobody knows
        return None


def _series(calendar: Component) -> Iterator[list[tuple[str, Component]]]:
    """The events that belong together (one, or a repeating one with its exceptions), each with its place."""
    series: dict[str, list[tuple[str, Component]]] = defaultdict(list)
    twins: Counter[str] = Counter()
    for number, component in enumerate(calendar.walk("VEVENT"), start=1):
        uid = str(component.get("UID", ""))
        if not uid:
            start = str(getattr(component.get("DTSTART"), "dt", ""))
            twins[start] += 1
            uid = f"{start} {twins[start]}"
            component.add("UID", uid)
        series[uid].append((f"VEVENT {number}", component))
    yield from series.values()


def _dated(
    series: list[tuple[str, Component]], since: datetime, until: datetime, zone: ZoneInfo, floating: ZoneInfo
) -> list[Occurrence]:
    """Every date of a series that is not cancelled, and some more beyond the two ends."""
    import recurring_ical_events
    from icalendar import Calendar

    calendar = Calendar()
    for _, component in series:
        component.pop("DTEND", None)  # an event counts when it begins; a wrong end does no harm
        component.pop("DURATION", None)
        calendar.add_component(component)
    repeats = len(series) > 1 or any(name in series[0][1] for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    try:
        return [
            Occurrence(_id(component, repeats), _instant(component["DTSTART"].dt, zone, floating), _event(component))
            for component in recurring_ical_events.of(calendar).between(since - EDGE, until + EDGE)
            if str(component.get("STATUS", "")).upper() != "CANCELLED"
        ]
    except Damage:
        raise Broken("its dates cannot be worked out", series[0][0]) from None


def _id(component: Component, repeats: bool) -> str:
    if not repeats:
        return str(component["UID"])
    which = component["RECURRENCE-ID"]
    if "RANGE" in which.params:  # this one and all after it were moved: they share the id of the first
        return f"{component['UID']}\nmoved {_written(component['DTSTART'].dt)}"
    return f"{component['UID']}\n{_written(which.dt)}"


def _written(start: date) -> str:
    if isinstance(start, datetime) and start.tzinfo:
        start = start.astimezone(UTC)
    return start.isoformat()


def _instant(start: date, zone: ZoneInfo, floating: ZoneInfo) -> datetime:
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(), zone)
    elif start.tzinfo is None:
        start = start.replace(tzinfo=floating)
    return start.astimezone(UTC)


def _event(component: Component) -> Event:
    return Event(
        summary=_first(component, "SUMMARY"),
        description=_first(component, "DESCRIPTION"),
        location=_first(component, "LOCATION"),
        categories=tuple(str(each) for each in component.categories),
        own={name.upper(): _first(component, name) for name in component if name.upper().startswith("X-")},
    )


def _first(component: Component, name: str) -> str:
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) else value)
