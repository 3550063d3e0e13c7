"""When the events of a calendar happen, for every way in which calendars say so."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.parts.ics import Event, occurrences
from ingest.connector import Broken
from tests.connectors.calendars import CUSTOM_ZONE, calendar, event

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2027, 6, 1, tzinfo=UTC)


def talks(one: Event) -> bool:
    return "Talk" in one.summary


def times(body: bytes, since: datetime | None = None, zone: ZoneInfo = BERLIN) -> list[str]:
    found = occurrences([body], talks, since, UNTIL, zone)
    return sorted(each.at.strftime("%Y-%m-%dT%H:%MZ") for each in found)


def ids(body: bytes) -> set[str]:
    return {each.id for each in occurrences([body], talks, None, UNTIL, BERLIN)}


WEEKLY = ("DTSTART;TZID=Europe/Berlin:20261020T180000", "RRULE:FREQ=WEEKLY;COUNT=3")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([event("DTSTART:20260701T160000Z")], ["2026-07-01T16:00Z"], id="in UTC"),
        pytest.param(
            [event("DTSTART;TZID=America/New_York:20260701T180000")], ["2026-07-01T22:00Z"], id="in a zone by name"
        ),
        pytest.param(
            [event("DTSTART;TZID=W. Europe Standard Time:20260701T180000")],
            ["2026-07-01T16:00Z"],
            id="in a zone by its Windows name",
        ),
        pytest.param(
            [CUSTOM_ZONE, event("DTSTART;TZID=Customized Time Zone:20260701T180000")],
            ["2026-07-01T12:30Z"],
            id="in a zone that the calendar defines, in its summer",
        ),
        pytest.param(
            [CUSTOM_ZONE, event("DTSTART;TZID=Customized Time Zone:20261201T180000")],
            ["2026-12-01T13:30Z"],
            id="in a zone that the calendar defines, in its winter",
        ),
        pytest.param(
            [event("DTSTART;TZID=Nowhere/Land:20260701T180000")],
            ["2026-07-01T16:00Z"],
            id="in a zone that nobody knows: as the configured one",
        ),
        pytest.param([event("DTSTART:20260701T180000")], ["2026-07-01T16:00Z"], id="floating: in the configured zone"),
        pytest.param(
            ["X-WR-TIMEZONE:America/New_York", event("DTSTART:20260701T180000")],
            ["2026-07-01T22:00Z"],
            id="floating in a calendar with a zone of its own",
        ),
        pytest.param(
            ["X-WR-TIMEZONE:No/Where", event("DTSTART:20260701T180000")],
            ["2026-07-01T16:00Z"],
            id="floating in a calendar whose zone nobody knows",
        ),
        pytest.param(
            ["X-WR-TIMEZONE:America/New_York", event("DTSTART;VALUE=DATE:20260701")],
            ["2026-06-30T22:00Z"],
            id="all day: from midnight in the configured zone, whatever the calendar's",
        ),
        pytest.param(
            [event("DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260704")],
            ["2026-06-30T22:00Z"],
            id="several days: counts once, when it begins",
        ),
        pytest.param(
            [event(*WEEKLY)],
            ["2026-10-20T16:00Z", "2026-10-27T17:00Z", "2026-11-03T17:00Z"],
            id="weekly over the autumn night: the same time on the clock",
        ),
        pytest.param(
            [event(*WEEKLY, "EXDATE;TZID=Europe/Berlin:20261027T180000")],
            ["2026-10-20T16:00Z", "2026-11-03T17:00Z"],
            id="weekly without one of its dates",
        ),
        pytest.param(
            [event(*WEEKLY, "EXDATE;VALUE=DATE:20261027")],
            ["2026-10-20T16:00Z", "2026-11-03T17:00Z"],
            id="weekly without one of its dates, given as a day",
        ),
        pytest.param(
            [event(*WEEKLY), event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261029T090000Z")],
            ["2026-10-20T16:00Z", "2026-10-29T09:00Z", "2026-11-03T17:00Z"],
            id="one of them moved",
        ),
        pytest.param(
            [event(*WEEKLY), event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261027T170000Z", "STATUS:CANCELLED")],
            ["2026-10-20T16:00Z", "2026-11-03T17:00Z"],
            id="one of them cancelled",
        ),
        pytest.param(
            [event(*WEEKLY), event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261027T170000Z", summary="Dinner")],
            ["2026-10-20T16:00Z", "2026-11-03T17:00Z"],
            id="one of them with another title",
        ),
        pytest.param(
            [
                event(*WEEKLY, summary="Dinner"),
                event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261027T170000Z"),
            ],
            ["2026-10-27T17:00Z"],
            id="only one of them with the title",
        ),
        pytest.param(
            [
                event(*WEEKLY),
                event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261027T180000",
                    "DTSTART;TZID=Europe/Berlin:20261027T190000",
                ),
            ],
            ["2026-10-20T16:00Z", "2026-10-27T18:00Z", "2026-11-03T18:00Z"],
            id="this and all after it moved",
        ),
        pytest.param([event(*WEEKLY, "STATUS:CANCELLED")], [], id="all of them cancelled"),
        pytest.param([event("DTSTART:20260701T160000Z", "STATUS:CANCELLED")], [], id="cancelled"),
        pytest.param([event("DTSTART:20260701T160000Z", "STATUS:TENTATIVE")], ["2026-07-01T16:00Z"], id="tentative"),
        pytest.param(
            [event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261029T090000Z")],
            ["2026-10-29T09:00Z"],
            id="one date of a series that is not in the calendar",
        ),
        pytest.param(
            [event("DTSTART;VALUE=DATE:20260701", "RDATE;VALUE=DATE:20260801,20260901")],
            ["2026-06-30T22:00Z", "2026-07-31T22:00Z", "2026-08-31T22:00Z"],
            id="on listed days",
        ),
        pytest.param(
            [event("DTSTART:20260701T100000Z", "RDATE;VALUE=PERIOD:20260801T100000Z/PT2H")],
            ["2026-07-01T10:00Z", "2026-08-01T10:00Z"],
            id="on listed periods",
        ),
        pytest.param(
            [event("DTSTART;TZID=America/New_York:20260106T180000", "RRULE:FREQ=WEEKLY;UNTIL=20260113")],
            ["2026-01-06T23:00Z", "2026-01-13T23:00Z"],
            id="until a day, which is included",
        ),
        pytest.param(
            [event("DTSTART;TZID=America/New_York:20260106T180000", "RRULE:FREQ=WEEKLY;UNTIL=20260113T180000")],
            ["2026-01-06T23:00Z", "2026-01-13T23:00Z"],
            id="until a time without a zone",
        ),
        pytest.param(
            [event("DTSTART;TZID=America/New_York:20260106T180000", "RRULE:FREQ=WEEKLY;UNTIL=20260113T225959Z")],
            ["2026-01-06T23:00Z"],
            id="until just before the next",
        ),
        pytest.param(
            [event("DTSTART;VALUE=DATE:20260106", "RRULE:FREQ=WEEKLY;UNTIL=20260113T000000Z")],
            ["2026-01-05T23:00Z", "2026-01-12T23:00Z"],
            id="all day until a time",
        ),
        pytest.param(
            [event("DTSTART:20260106T180000", "RRULE:FREQ=WEEKLY;UNTIL=20260113T180000Z")],
            ["2026-01-06T17:00Z", "2026-01-13T17:00Z"],
            id="floating until a time",
        ),
        pytest.param(
            [event("DTSTART:20270501T100000Z", "RRULE:FREQ=MONTHLY;COUNT=-1")],
            ["2027-05-01T10:00Z"],
            id="a count of -1: no end, up to the horizon",
        ),
        pytest.param(
            [event("DTSTART;TZID=America/New_York:20270501T100000", "RRULE:FREQ=MONTHLY;UNTIL=99991231T235959")],
            ["2027-05-01T14:00Z"],
            id="until the end of time: up to the horizon",
        ),
        pytest.param(
            [event("DTSTART:20260101T100000Z", "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=2", "EXDATE:20260101T100000Z")],
            ["2026-01-13T10:00Z", "2026-02-10T10:00Z"],
            id="each second Tuesday",
        ),
        pytest.param(
            [event("DTSTART:20260701T160000Z", "DTEND:20250101T000000Z")],
            ["2026-07-01T16:00Z"],
            id="an end before the beginning",
        ),
        pytest.param(
            [event("DTSTART;TZID=Europe/Berlin:20260329T023000")],
            ["2026-03-29T01:30Z"],
            id="at a time that clocks leave out",
        ),
        pytest.param(
            [event("DTSTART:20260701T160000Z", uid=None), event("DTSTART:20260701T160000Z", uid=None)],
            ["2026-07-01T16:00Z", "2026-07-01T16:00Z"],
            id="two without an id",
        ),
        pytest.param(
            [event("DTSTART:20260701T160000Z"), event("DTSTART:20260801T160000Z", "SEQUENCE:1")],
            ["2026-08-01T16:00Z"],
            id="one event in two versions: the newer",
        ),
        pytest.param(["BEGIN:VTODO\r\nUID:2\r\nSUMMARY:Talk\r\nEND:VTODO"], [], id="a task is no event"),
        pytest.param(
            ["begin:vevent\r\nuid:1\r\ndtstart:20260701T160000Z\r\nsummary:Talk\r\nend:vevent"],
            ["2026-07-01T16:00Z"],
            id="small letters",
        ),
        pytest.param([event("DTSTART:2026BAD", summary="Dinner")], [], id="a broken date of what is not wanted"),
        pytest.param([event("DTSTART:99991231T235959Z"), event("DTSTART:00010101T000000")], [], id="beyond all time"),
        pytest.param([], [], id="an empty calendar"),
    ],
)
def test_an_event_happens_when_the_calendar_says(parts: list[str], expected: list[str]) -> None:
    assert times(calendar(*parts)) == expected


def test_an_all_day_event_begins_with_the_day_where_midnight_does_not_exist() -> None:
    body = calendar(event("DTSTART;VALUE=DATE:20180930"))

    assert times(body, zone=ZoneInfo("America/Asuncion")) == ["2018-09-30T04:00Z"]
    assert times(calendar(event("DTSTART;VALUE=DATE:20181007")), zone=ZoneInfo("America/Asuncion")) == [
        "2018-10-07T04:00Z"
    ]


def test_only_what_begins_within_the_span_is_listed() -> None:
    body = calendar(event("DTSTART:20260701T000000Z", "DURATION:P40D", "RRULE:FREQ=MONTHLY"))

    assert times(body, since=datetime(2027, 4, 1, tzinfo=UTC)) == ["2027-04-01T00:00Z", "2027-05-01T00:00Z"]


def test_several_calendars_in_one_file_are_one() -> None:
    assert times(
        calendar(event("DTSTART:20260701T160000Z")) + calendar(event("DTSTART:20260801T160000Z", uid="2"))
    ) == [
        "2026-07-01T16:00Z",
        "2026-08-01T16:00Z",
    ]


def test_a_byte_order_mark_and_lines_that_end_as_on_unix_do_no_harm() -> None:
    body = b"\xef\xbb\xbf" + calendar(event("DTSTART:20260701T160000Z")).replace(b"\r\n", b"\n")

    assert times(body) == ["2026-07-01T16:00Z"]


def test_a_moved_event_keeps_its_id() -> None:
    single = calendar(event("DTSTART:20260701T160000Z"))
    later = calendar(event("DTSTART:20260708T160000Z", "SEQUENCE:1"))
    series = calendar(event(*WEEKLY))
    moved = calendar(event(*WEEKLY), event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261029T090000Z"))

    assert ids(single) == ids(later)
    assert ids(series) == ids(moved)
    assert len(ids(series)) == 3


def test_a_shifted_tail_of_a_series_has_an_id_for_each_of_its_dates() -> None:
    shifted = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261027T180000",
        "DTSTART;TZID=Europe/Berlin:20261020T180000",
    )

    assert len(ids(calendar(event(*WEEKLY), shifted))) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing in it"),
        (b"\n<!DOCTYPE html><html><title>Sign in</title></html>", "a web page"),
        (b"<html><body>BEGIN:VCALENDAR</body></html>", "a web page"),
        (b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"/>', "XML"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>', "XML"),
        (b'{"error": 1}', "no calendar"),
        (b"\x00\xff\xfe", "no calendar"),
        (calendar(event("DTSTART:20260701T160000Z"))[:-20], "cut off"),
        (calendar(event("DTSTART:20260701T160000Z"))[:90], "cut off"),
        (calendar(event("DTSTART:20260701T160000Z")).replace(b"END:VEVENT\r\n", b""), "has no end"),
        (calendar("hello"), "cannot be read"),
        (calendar(event("DTSTART:2026BAD")), "VEVENT 1: its DTSTART cannot be read"),
        (calendar(event("DTSTART:20260701T160000Z", "DTSTART:20260801T160000Z")), "VEVENT 1: its DTSTART"),
        (calendar(event("LOCATION:here")), "VEVENT 1: it has no DTSTART"),
        (calendar(event(*WEEKLY, "EXDATE:never")), "VEVENT 1: its EXDATE cannot be read"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=HOLIDAYLY")), "VEVENT 1: its RRULE cannot be read"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:INTERVAL=2")), "VEVENT 1: its RRULE cannot be read"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=DAILY;INTERVAL=0")), "its RRULE cannot be read"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=SECONDLY")), "VEVENT 1: it repeats on more than"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=SECONDLY", summary="Dinner")), "give its rule an end"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=SECONDLY;COUNT=5;BYMONTH=2;BYMONTHDAY=30")), "repeats"),
        (calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=MINUTELY;UNTIL=20991231T000000Z")), "repeats"),
        (
            calendar(
                event(
                    "DTSTART:20260701T160000Z",
                    "RRULE:FREQ=DAILY;BYHOUR="
                    + ",".join(map(str, range(24)))
                    + ";BYMINUTE="
                    + ",".join(map(str, range(60))),
                )
            ),
            "repeats",
        ),
        (calendar(event("DTSTART:15000101T160000Z", "RRULE:FREQ=DAILY;INTERVAL=1")), "repeats"),
        (
            calendar(CUSTOM_ZONE.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=SEC\r\n ONDLY"), event(*WEEKLY)),
            "VTIMEZONE",
        ),
        (calendar(*[event(*WEEKLY)] * 50_001), "more than 50,000"),
        (b" " * (64 * 2**20 + 1), "larger than 64 MiB"),
    ],
)
def test_what_is_no_calendar_or_has_no_end_is_broken_with_words(body: bytes, words: str) -> None:
    with pytest.raises(Broken) as error:
        times(body)

    assert words in error.value.ending().message


def test_a_rule_with_a_count_may_be_as_fast_as_it_likes() -> None:
    assert len(times(calendar(event("DTSTART:20260701T160000Z", "RRULE:FREQ=SECONDLY;COUNT=90")))) == 90


def test_many_dates_in_all_are_refused_too() -> None:
    daily = ("DTSTART:19500101T160000Z", "RRULE:FREQ=DAILY")

    with pytest.raises(Broken, match="its events repeat on more than 100,000 dates"):
        times(calendar(*[event(*daily, uid=str(each)) for each in range(80)]), since=datetime(2027, 5, 31, tzinfo=UTC))


@pytest.mark.parametrize("name", ["Customized Time Zone", '"(UTC+01:00) Berlin, Bern"', "W. Europe Standard Time"])
def test_each_file_has_its_own_zones_though_they_have_the_same_name(name: str) -> None:
    written = name.strip('"').replace(",", "\\,")
    east = CUSTOM_ZONE.replace("Customized Time Zone", written)
    west = east.replace("+0530", "-0300").replace("+0430", "-0400")
    start = f"DTSTART;TZID={name}:20260701T180000"

    bodies = [calendar(zone, event(start, uid=str(number))) for number, zone in enumerate((east, west))]
    found = occurrences(bodies, talks, None, UNTIL, BERLIN)

    assert [each.at.hour for each in found] == [12, 21]


def test_the_name_of_a_zone_may_go_on_in_the_next_line() -> None:
    folded = "DTSTART;TZID=Customized Ti\r\n me Zone:20260701T180000"

    assert times(calendar(CUSTOM_ZONE, event(folded))) == ["2026-07-01T12:30Z"]


def test_an_exception_in_a_file_of_its_own_belongs_to_its_series() -> None:
    moved = event("RECURRENCE-ID:20261027T170000Z", "DTSTART:20261029T170000Z")

    found = occurrences([calendar(moved), calendar(event(*WEEKLY))], talks, None, UNTIL, BERLIN)

    assert sorted(each.at.day for each in found) == [3, 20, 29]
    assert len({each.id for each in found}) == 3
