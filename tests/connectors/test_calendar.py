"""The connector: which events count and for how much, where the calendar comes from, and what is covered."""

from asyncio import run
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import ValidationError

from connectors.calendar import Calendar
from connectors.parts.ics import title
from ingest.connector import Ask, Broken, Connector, Refused, Seen, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import FileConformance
from tests.connectors.calendars import calendar, event
from tests.connectors.secret_address import SecretAddress

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {"all": {}}


class TestCalendar(SecretAddress):
    connector: ClassVar[type[Connector]] = Calendar
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "https://calendar.example.org/private-t0ken/basic.ics",
        "username": "ada",
        "password": "a-made-up-password",
        "signals": {"talks": {"summary": "talk"}, "attendees": {"summary": "meetup", "amount": "attendees"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "calendar"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["X-WR-CALNAME:Talks\\, meetups"], "Talks, meetups"),
        (["NAME;LANGUAGE=de:Vorträge und", "  Treffen"], "Vorträge und Treffen"),
        ([], ""),
    ],
)
def test_a_calendar_says_what_it_is_called(lines: list[str], name: str) -> None:
    assert title(calendar(*lines, event("DTSTART:20260701T100000Z", "NAME:no calendar's"))) == name


def test_a_file_without_a_name_is_called_as_it_is_stored(tmp_path: Path) -> None:
    (tmp_path / "mine.ics").write_bytes(calendar())
    source = Calendar.model_validate({"path": "mine.ics", "signals": EVERYTHING})
    assert run(source.seen(ask(tmp_path))) == Seen("mine.ics")


class TestCalendarFile(FileConformance):
    connector: ClassVar[type[Connector]] = Calendar
    settings: ClassVar[Mapping[str, Any]] = {"path": "mine.ics", "signals": {"talks": {"summary": "talk"}}}
    home: ClassVar[Path] = Path(__file__).parent / "calendar"


def ask(
    home: Path = Path(),
    answers: Callable[[httpx.Request], httpx.Response] | None = None,
    now: datetime = NOW,
    since: datetime | None = None,
) -> Ask:
    transport = httpx.MockTransport(answers or (lambda _: httpx.Response(500)))
    return Ask(
        client=lambda: httpx.AsyncClient(transport=transport),
        now=now,
        zone=ZoneInfo("Europe/Berlin"),
        home=home,
        key=b"key",
        since=since,
    )


def pulled(body: bytes, signals: dict[str, Any], **asked: Any) -> Drained:
    source = Calendar.model_validate({"url": "https://calendar.example.org/a.ics", "signals": signals})
    return run(drain(source, ask(answers=lambda _: httpx.Response(200, content=body), **asked)))


def counted(body: bytes, settings: dict[str, str]) -> list[tuple[str, float]]:
    drained = pulled(body, {"talks": settings})
    return [(reading.at.strftime("%m-%d"), reading.value) for reading in drained.readings if reading.at]


DAY = "DTSTART:20260701T100000Z"
ON_DAY = [("07-01", 1.0)]


@pytest.mark.parametrize(
    ("settings", "lines", "summary", "expected"),
    [
        ({}, [], "Dinner", ON_DAY),
        ({"summary": "talk"}, [], "My Talk in Graz", ON_DAY),
        ({"summary": "TALK"}, [], "my talk", ON_DAY),
        ({"summary": "talk"}, [], "Dinner", []),
        ({"summary": "müsli"}, [], "MÜSLI", ON_DAY),
        ({"summary": "talk."}, [], "talks", []),
        ({"summary": "/talk|keynote/"}, [], "Keynote", ON_DAY),
        ({"summary": "/^talk/"}, [], "my talk", []),
        ({"summary": "talk, part 2"}, [], "Talk\\, part 2", ON_DAY),
        ({"category": "speaking"}, ["CATEGORIES:Work,Speaking"], "x", ON_DAY),
        ({"category": "speaking"}, ["CATEGORIES:Work", "CATEGORIES:Speaking"], "x", ON_DAY),
        ({"category": "speaking"}, ["CATEGORIES:Public speaking"], "x", []),
        ({"category": "/speaking/"}, ["CATEGORIES:Public speaking"], "x", ON_DAY),
        ({"category": "speaking"}, [], "speaking", []),
        ({"location": "graz"}, ["LOCATION:Hauptplatz 1\\, 8010 Graz"], "x", ON_DAY),
        ({"location": "graz"}, [], "graz", []),
        ({"summary": "talk", "location": "graz"}, ["LOCATION:Graz"], "Talk", ON_DAY),
        ({"summary": "talk", "location": "graz"}, ["LOCATION:Wien"], "Talk", []),
        ({"amount": "attendees"}, ["DESCRIPTION:Attendees: 45"], "x", [("07-01", 45.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:Good!\\nattendees=45\\n50 registered"], "x", [("07-01", 45.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:45 attendees\\, 3 speakers"], "x", [("07-01", 45.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:<b>Attendees:</b>&nbsp\\;45<br>"], "x", [("07-01", 45.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:to come"], "Meetup (45 attendees)", [("07-01", 45.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:Attendees: 0"], "x", [("07-01", 0.0)]),
        ({"amount": "attendees"}, ["DESCRIPTION:Attendees: to be counted"], "x", []),
        ({"amount": "attendees"}, ["DESCRIPTION:Nonattendees: 3"], "x", []),
        ({"amount": "attendees"}, [], "x", []),
        ({"amount": "paid"}, ["DESCRIPTION:paid: 45\\,5"], "x", [("07-01", 45.5)]),
        ({"amount": "ran", "unit": "minutes"}, ["DESCRIPTION:ran: 51:30"], "x", [("07-01", 51.5)]),
        ({"amount": r"/(\d+) came/"}, ["DESCRIPTION:12 of 30 came\\, 28 came late"], "x", [("07-01", 30.0)]),
        ({"amount": "x-attendees"}, ["X-ATTENDEES;X-BY=door:45"], "x", [("07-01", 45.0)]),
        ({"amount": "X-ATTENDEES"}, ["X-ATTENDEES:many"], "x", []),
    ],
)
def test_events_are_found_and_weighed_as_the_settings_say(
    settings: dict[str, str], lines: list[str], summary: str, expected: list[tuple[str, float]]
) -> None:
    assert counted(calendar(event(DAY, *lines, summary=summary)), settings) == expected


def test_an_amount_that_could_be_two_numbers_is_refused_with_its_day() -> None:
    with pytest.raises(Broken, match=r"2026-07-01") as error:
        counted(calendar(event(DAY, "DESCRIPTION:Attendees: 1.234")), {"amount": "attendees"})

    assert "signals.talks" in error.value.ending().message


def test_an_event_may_count_for_several_signals() -> None:
    drained = pulled(calendar(event(DAY)), {"talks": {"summary": "talk"}, "all": {}})

    assert [reading.signal for reading in drained.readings] == ["talks", "all"]


def test_the_future_is_listed_up_to_the_horizon_and_covered_so_that_what_vanishes_is_gone() -> None:
    drained = pulled(calendar(event("DTSTART:20260701T100000Z", "RRULE:FREQ=DAILY")), EVERYTHING)

    assert len(drained.readings) == 401
    assert drained.spans == (Span(start=None, end=NOW + timedelta(days=400), whole=True),)


def test_history_is_listed_as_far_back_as_it_is_wanted() -> None:
    since = datetime(2026, 6, 1, tzinfo=UTC)
    body = calendar(event("DTSTART:20260101T000000Z", "RRULE:FREQ=MONTHLY;COUNT=8"))

    drained = pulled(body, EVERYTHING, since=since)

    assert [reading.at for reading in drained.readings] == [since, since.replace(month=7), since.replace(month=8)]
    assert drained.spans[0].start == since


def test_a_second_pull_says_the_same() -> None:
    body = calendar(event("DTSTART:20260701T100000Z", "RRULE:FREQ=DAILY;COUNT=5"), event(DAY, uid=None))

    assert pulled(body, EVERYTHING) == pulled(body, EVERYTHING)


def test_keys_tell_nothing_of_the_ids_in_the_calendar() -> None:
    drained = pulled(calendar(event(DAY, uid="ada.lovelace")), EVERYTHING)

    [reading] = drained.readings
    assert reading.key
    assert "ada" not in reading.key


def test_a_file_is_read_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mine.ics").write_bytes(calendar(event(DAY)))
    source = Calendar.model_validate({"path": "mine.ics", "signals": EVERYTHING})

    assert len(run(drain(source, ask(tmp_path))).readings) == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    source = Calendar.model_validate({"path": "mine.ics", "signals": EVERYTHING})

    with pytest.raises(Refused, match=r"mine\.ics"):
        run(drain(source, ask(tmp_path)))


def test_name_and_password_are_sent_and_webcal_is_https() -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=calendar())

    settings = {"url": "webcal://example.org/a.ics?x=1", "username": "ada", "password": "secret", "signals": EVERYTHING}
    run(drain(Calendar.model_validate(settings), ask(answers=answers)))

    assert str(asked[0].url) == "https://example.org/a.ics?x=1"
    assert asked[0].headers["authorization"] == "Basic YWRhOnNlY3JldA=="


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401), Refused),
        (httpx.Response(404), Refused),
        (httpx.Response(503, content=calendar(event(DAY))), Unavailable),
        (httpx.Response(200, content=b"<!doctype html><html>Sign in</html>"), Broken),
        (httpx.Response(200, content=b""), Broken),
        (httpx.Response(200, content=calendar(event(DAY))[:100]), Broken),
    ],
)
def test_what_is_no_calendar_yields_nothing_and_the_secret_address_stays_secret(
    answer: httpx.Response, error: type[Exception]
) -> None:
    source = Calendar.model_validate({"url": "https://example.org/private-t0ken/basic.ics", "signals": EVERYTHING})

    with pytest.raises(error) as raised:
        run(drain(source, ask(answers=lambda _: answer)))

    assert "t0ken" not in str(raised.value)
    assert "t0ken" not in repr(source)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "either `url` or `path`"),
        ({"url": "https://example.org/a.ics", "path": "a.ics"}, "either `url` or `path`"),
        ({"url": "caldavs://ada:secret@example.org/ada"}, "do not belong here"),
        ({"url": "file:///etc/passwd"}, "not the address of a calendar"),
        ({"url": "a.ics"}, "not the address of a calendar"),
        ({"url": "https://"}, "not the address of a calendar"),
        ({"url": "https://example.org/a.ics", "username": "ada"}, "belong together"),
        ({"path": "a.ics", "username": "ada", "password": "secret"}, "belong together"),
        ({"path": "a.ics", "signals": {}}, "at least 1"),
        ({"path": "a.ics", "signals": {"talks": {"kind": "level"}}}, "a calendar tells events"),
        ({"path": "a.ics", "signals": {"talks": {"summary": "/(/"}}}, "not a regular expression"),
        ({"path": "a.ics", "signals": {"talks": {"summary": " "}}}, "nothing to look for"),
        ({"path": "a.ics", "signals": {"talks": {"amount": "/came/"}}}, "one pair of brackets"),
        ({"path": "a.ics", "signals": {"talks": {"title": "talk"}}}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Calendar.model_validate({"signals": EVERYTHING, **settings})
