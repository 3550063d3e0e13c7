"""From the bytes of iCalendar files to what happens when. Pure: no files, no network, no clock."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from connectors.parts.rrule import DATES, EDGE, Damage, bounded
from connectors.parts.zone import ESCAPED, FOLD, own_zones
from ingest.connector import Broken

Component = Any
"""A part of a calendar. Its own type says of each property that it may be any of thirty things."""
LARGEST = 64 * 2**20
EVENTS = 50_000
"""The most events a file may hold: some 20 s of reading."""
STEPS = 2_000_000
"""The most days (hours, seconds) that the rules of all wanted events may be walked through: some 10 s."""
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.MULTILINE | re.IGNORECASE)

TITLE = re.compile(r"^(?:X-WR-CALNAME|NAME)(?:;[^:\r\n]*)?:([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Series:
    """An event, or a repeating one with its exceptions."""

    floating: ZoneInfo
    """The zone of times that have none."""
    parts: list[tuple[str, Component]] = field(default_factory=list)
    """Each with its place in the file."""


def title(body: bytes) -> str:
    """What a calendar calls itself; empty where it does not say."""
    named = TITLE.search(FOLD.sub("", BEGIN.split(_text(body), maxsplit=1)[0]))
    return ESCAPED.sub(r"\1", named[1]).strip() if named else ""


def occurrences(
    bodies: Iterable[bytes], wanted: Callable[[Event], bool], since: datetime | None, until: datetime, zone: ZoneInfo
) -> list[Occurrence]:
    """What is wanted of a calendar within [since, until), cancelled events left out.

    A calendar is one file, or several whose events belong together. All-day events begin at midnight in `zone`. So do
    times without a zone, unless the file names its own (`X-WR-TIMEZONE`). `Broken` says what is wrong with a file that
    is no calendar, or one without end.
    """
    needed: list[Series] = []
    steps = 0
    for series in _together(bodies, zone):
        needs = any(wanted(_event(component)) for _, component in series.parts)
        work = sum(bounded(place, component, until, needs) for place, component in series.parts)
        if needs:
            steps += work
            needed.append(series)
    found: list[Occurrence] = []
    for series in needed:
        if steps > STEPS or len(found) > DATES:
            raise Broken(f"its events repeat on more than {DATES:,} dates; choose fewer of them by `summary`")
        dated = _dated(series, since or LONG_AGO, until, zone)
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
    return own_zones(text)


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


def _together(bodies: Iterable[bytes], zone: ZoneInfo) -> list[Series]:
    """The events that belong together, by their UIDs."""
    found: dict[str, Series] = {}
    twins: Counter[str] = Counter()
    number = 0
    for text in map(_text, bodies):
        if number + len(BEGIN.findall(text)) > EVENTS:
            raise Broken(f"the calendar holds more than {EVENTS:,} events; export a part of it")
        for calendar in _calendars(text):
            floating = _own_zone(calendar) or zone
            for component in calendar.walk("VEVENT"):
                number += 1
                series = found.setdefault(_uid(component, twins), Series(floating))
                series.parts.append((f"VEVENT {number}", component))
    return list(found.values())


def _uid(component: Component, twins: Counter[str]) -> str:
    """The id of an event; one that has none is given its start and its number among those of the same start."""
    uid = str(component.get("UID", ""))
    if not uid:
        start = str(getattr(component.get("DTSTART"), "dt", ""))
        twins[start] += 1
        uid = f"{start} {twins[start]}"
        component.add("UID", uid)
    return uid


def _dated(series: Series, since: datetime, until: datetime, zone: ZoneInfo) -> list[Occurrence]:
    """Every date of a series that is not cancelled, and some more beyond the two ends."""
    import recurring_ical_events
    from icalendar import Calendar

    calendar = Calendar()
    for _, component in series.parts:
        component.pop("DTEND", None)  # an event counts when it begins; a wrong end does no harm
        component.pop("DURATION", None)
        calendar.add_component(component)
    place, first = series.parts[0]
    repeats = len(series.parts) > 1 or any(name in first for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    try:
        return [
            Occurrence(
                _id(component, repeats), _instant(component["DTSTART"].dt, zone, series.floating), _event(component)
            )
            for component in recurring_ical_events.of(calendar).between(since - EDGE, until + EDGE)
            if str(component.get("STATUS", "")).upper() != "CANCELLED"
        ]
    except Damage:
        raise Broken("its dates cannot be worked out", place) from None


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
