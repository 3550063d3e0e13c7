"""Calendars for the tests, written as the programs that export them write them."""


def event(*lines: str, uid: str | None = "1", summary: str = "Talk") -> str:
    own = [f"UID:{uid}@example.org"] if uid else []
    return "\r\n".join(["BEGIN:VEVENT", *own, "DTSTAMP:20260101T000000Z", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//EN", *parts, "END:VCALENDAR", ""]
    ).encode()


CUSTOM_ZONE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Customized Time Zone",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0530",
        "TZOFFSETTO:+0430",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0430",
        "TZOFFSETTO:+0530",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)
