"""A calendar with talks among other things: single, repeating, moved, cancelled and planned ones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ingest.config.demo.story import Story

TALKS = (
    "Talk: Ask why five times",
    "Talk: Roadmaps without dates",
    "Talk: What users do when you are not looking",
    "Talk: Pricing is a product",
    "Talk: The smallest useful thing",
    "Talk: Saying no kindly",
    "Talk: Discovery in a week",
    "Talk: Numbers that other people move",
)
PLACES = ("Graz", "Leipzig", "Porto", "Brno", "Online")


def calendar(story: Story) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//demo//EN", "CALSCALE:GREGORIAN"]
    for number, day in enumerate(story.gigs):
        lines += _event(story, f"talk-{number}", TALKS[number], day, 18, category="Speaking", place=number)
    lines += _lectures(story)
    lines += _planned(story)
    lines += _private(story)
    return "".join(f"{line}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _lectures(story: Story) -> list[str]:
    """Three in three weeks: the first as planned, the second moved by two days, the third cancelled."""
    title, first = "Talk: Lecture on product discovery", story.lectures
    second, third = first + timedelta(weeks=1), first + timedelta(weeks=2)
    return [
        *_event(story, "lecture", title, first, 10, "RRULE:FREQ=WEEKLY;COUNT=3", category="Speaking"),
        *_event(
            story,
            "lecture",
            title,
            second + timedelta(days=2),
            14,
            f"RECURRENCE-ID;{_local(story.zone, second, 10)}",
            category="Speaking",
        ),
        *_event(
            story,
            "lecture",
            title,
            third,
            10,
            f"RECURRENCE-ID;{_local(story.zone, third, 10)}",
            "STATUS:CANCELLED",
            category="Speaking",
        ),
    ]


def _planned(story: Story) -> list[str]:
    """What will count when its day has come, if it is not cancelled until then."""
    soon, later, never = (story.today + timedelta(days=ahead) for ahead in (12, 25, 18))
    return [
        *_event(story, "planned-0", "Talk: A year of interviews", soon, 17, category="Speaking", place=1),
        *_event(story, "planned-1", "Talk: Small bets", later, 9, category="Speaking", place=2),
        *_event(story, "planned-2", "Talk: Keynote", never, 9, "STATUS:CANCELLED", category="Speaking", place=3),
    ]


def _private(story: Story) -> list[str]:
    """What no signal asks for, and nobody sees."""
    started = story.first - timedelta(days=story.first.weekday())
    skipped = started + timedelta(weeks=5)
    holiday = [
        "BEGIN:VEVENT",
        "UID:holiday@example.org",
        f"DTSTAMP:{_stamp(story)}",
        "SUMMARY:Holiday",
        f"DTSTART;VALUE=DATE:{story.today + timedelta(days=30):%Y%m%d}",
        f"DTEND;VALUE=DATE:{story.today + timedelta(days=37):%Y%m%d}",
        "END:VEVENT",
    ]
    repeated = ("RRULE:FREQ=WEEKLY", f"EXDATE;{_local(story.zone, skipped, 9)}")
    return [*_event(story, "sync", "Weekly sync", started, 9, *repeated), *holiday]


def _event(
    story: Story, uid: str, title: str, day: date, hour: int, *more: str, category: str = "Work", place: int = 0
) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@example.org",
        f"DTSTAMP:{_stamp(story)}",
        f"SUMMARY:{title}",
        f"DTSTART;{_local(story.zone, day, hour)}",
        "DURATION:PT1H",
        f"CATEGORIES:{category}",
        f"LOCATION:{PLACES[place % len(PLACES)]}",
        *more,
        "END:VEVENT",
    ]


def _local(zone: ZoneInfo, day: date, hour: int) -> str:
    return f"TZID={zone.key}:{day:%Y%m%d}T{hour:02}0000"


def _stamp(story: Story) -> str:
    """When the calendar was written: this morning."""
    return f"{datetime.combine(story.today, time(6), UTC):%Y%m%dT%H%M%SZ}"
