"""CalDAV on a real Radicale: what is read, what is not read again, what is gone, and what is told of an account."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from connectors.calendar import Calendar
from ingest.connector import Ask, Refused, Seen, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Outcome
from ingest.run.http import open_client
from ingest.run.workspace import Workspace
from tests.connectors.calendars import calendar, event
from tests.run.world import QUICK, Wall
from tests.servers.radicale import PASSWORD, USER, Radicale, radicale

T = TypeVar("T")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVERYTHING = {"all": {}}
WEEKLY = ("DTSTART:20260701T100000Z", "RRULE:FREQ=WEEKLY;COUNT=4")


@pytest.fixture(scope="module")
def running() -> Iterator[Radicale]:
    with radicale() as server:
        yield server


@pytest.fixture
def server(running: Radicale) -> Radicale:
    running.empty()
    return running


def pull(
    server: Radicale,
    url: str | None = None,
    now: datetime = NOW,
    cursor: Any = None,
    since: datetime | None = None,
    **settings: Any,
) -> Drained:
    source = calendar_at(url or server.url(), **settings)
    return asked(lambda ask: drain(source, ask), now, cursor, since)


def calendar_at(url: str, **settings: Any) -> Calendar:
    own = {"url": url, "username": USER, "password": PASSWORD, "signals": EVERYTHING}
    return Calendar.model_validate({**own, **settings})


def asked(
    what: Callable[[Ask], Coroutine[Any, Any, T]],
    now: datetime = NOW,
    cursor: Any = None,
    since: datetime | None = None,
) -> T:
    """By the service's own client."""

    async def run() -> T:
        client = open_client()
        try:
            ask = Ask(
                client=lambda: client,
                now=now,
                zone=ZoneInfo("Europe/Berlin"),
                home=Path(),
                key=b"key",
                cursor=cursor,
                since=since,
            )
            return await what(ask)
        finally:
            await client.aclose()

    return asyncio.run(run())


def days(drained: Drained) -> list[str]:
    return sorted(one.at.strftime("%m-%d") for one in drained.readings if one.at)


def kept(drained: Drained) -> Any:
    assert drained.cursor is not None
    return drained.cursor.value


def test_events_repeat_move_and_are_cancelled_as_in_a_file(server: Radicale) -> None:
    moved = event("RECURRENCE-ID:20260708T100000Z", "DTSTART:20260709T100000Z")
    cancelled = event("RECURRENCE-ID:20260715T100000Z", "DTSTART:20260715T100000Z", "STATUS:CANCELLED")
    server.put("1", calendar(event(*WEEKLY), moved, cancelled))
    server.put("2", calendar(event("DTSTART;VALUE=DATE:20260804", uid="2", summary="Tea & <cake>")))
    server.put("3", calendar(event("DTSTART:20300804T100000Z", uid="3")))

    drained = pull(server)

    assert days(drained) == ["07-01", "07-09", "07-22", "08-03"]
    assert drained.spans == (Span(start=None, end=NOW + timedelta(days=400), whole=True),)
    assert days(pull(server, signals={"tea": {"summary": "tea & <cake>"}})) == ["08-03"]


def test_an_event_has_the_same_key_as_in_the_calendars_own_file(server: Radicale) -> None:
    server.put("1", calendar(event(*WEEKLY)))

    by_file = pull(server, server.url(scheme="http") + "?as=file").readings

    assert {one.key for one in pull(server).readings} == {one.key for one in by_file}
    assert len(by_file) == 4


def test_a_calendar_tells_its_name_and_a_file_on_the_same_server_its_own(server: Radicale) -> None:
    server.put("1", calendar("X-WR-CALNAME:One", event(*WEEKLY)))
    for path, scheme, name in (("", "caldav", "Talks"), ("", "http", "Talks"), ("1.ics", "http", "One")):
        source = calendar_at(server.url(f"ada/talks/{path}", scheme))
        assert asked(source.seen) == Seen(name)


def test_an_https_address_is_found_to_be_caldav(server: Radicale) -> None:
    """http here; the rule is the same."""
    server.put("1", calendar(event(*WEEKLY)))

    for path in ("ada/talks/", "ada/talks"):
        drained = pull(server, server.url(path, "http"))
        assert (len(drained.readings), drained.cursor is not None) == (4, True)


def test_an_address_of_a_file_on_the_same_server_is_read_as_one(server: Radicale) -> None:
    server.put("1", calendar(event(*WEEKLY)))
    server.put("2", calendar(event("DTSTART:20260804T100000Z", uid="2")))

    drained = pull(server, server.url("ada/talks/1.ics", "http"))

    assert (len(drained.readings), drained.cursor) == (4, None)


def test_an_empty_calendar_is_a_real_zero(server: Radicale) -> None:
    drained = pull(server)

    assert drained.readings == ()
    assert drained.spans[0].whole


def test_tasks_and_journals_are_no_events(server: Radicale) -> None:
    server.put("1", calendar(event(*WEEKLY).replace("VEVENT", "VTODO").replace("RRULE", "X-RULE")))

    assert pull(server).readings == ()


def test_a_calendar_that_did_not_change_is_not_read_again(server: Radicale) -> None:
    server.put("1", calendar(event(*WEEKLY)))
    first = pull(server)

    soon = NOW + timedelta(hours=1)
    again = pull(server, now=soon, cursor=kept(first))

    assert (again.readings, again.cursor) == ((), None)
    assert again.spans == (Span(start=None, end=soon, whole=False),)


@pytest.mark.parametrize("change", ["put", "edited", "deleted"])
def test_a_calendar_that_changed_is_read_again(server: Radicale, change: str) -> None:
    server.put("1", calendar(event(*WEEKLY)))
    server.put("2", calendar(event("DTSTART:20260804T100000Z", uid="2")))
    first = pull(server)

    if change == "put":
        server.put("3", calendar(event("DTSTART:20260805T100000Z", uid="3")))
    elif change == "edited":
        server.put("2", calendar(event("DTSTART:20260806T100000Z", uid="2")))
    else:
        server.delete("talks/2.ics")
    again = pull(server, now=NOW + timedelta(hours=1), cursor=kept(first))

    expected = {"put": ["08-04", "08-05"], "edited": ["08-06"], "deleted": []}[change]
    assert days(again) == ["07-01", "07-08", "07-15", "07-22", *expected]
    assert again.spans[0].whole


def test_it_is_read_again_after_a_day_since_the_horizon_moves_on(server: Radicale) -> None:
    server.put("1", calendar(event("DTSTART:20260701T100000Z", "RRULE:FREQ=DAILY")))
    first = pull(server)

    assert len(first.readings) == 401
    assert pull(server, now=NOW + timedelta(hours=23), cursor=kept(first)).readings == ()
    assert len(pull(server, now=NOW + timedelta(days=1), cursor=kept(first)).readings) == 402


def test_it_is_read_again_where_more_of_the_past_is_wanted(server: Radicale) -> None:
    server.put("1", calendar(event(*WEEKLY)))
    first = pull(server, since=NOW - timedelta(days=10))

    for since, is_read in ((timedelta(days=10), False), (timedelta(days=9), False), (timedelta(days=11), True)):
        again = pull(server, cursor=kept(first), since=NOW - since)
        assert bool(again.readings) is is_read
    assert pull(server, cursor=kept(first)).readings


@pytest.mark.parametrize("scheme", ["caldav", "http"])
def test_a_wrong_password_is_refused_and_an_app_password_is_named(server: Radicale, scheme: str) -> None:
    with pytest.raises(Refused) as caught:
        pull(server, server.url(scheme=scheme), password="another")

    assert "does not accept the name and password (401)" in caught.value.message
    assert "app password" in caught.value.cure


@pytest.mark.parametrize("scheme", ["caldav", "http"])
@pytest.mark.parametrize("path", ["ada/", "ada", ""])
def test_the_address_of_an_account_is_refused_with_its_calendars(server: Radicale, path: str, scheme: str) -> None:
    server.make("work")
    server.make("tasks", "VTODO")

    with pytest.raises(Refused, match="no calendar") as caught:
        pull(server, server.url(path, scheme))

    home = server.url("ada/")
    assert f"{home} and then `talks/` (Talks), `work/` (Work)" in caught.value.cure
    assert "tasks" not in caught.value.cure


def test_an_account_without_calendars_is_refused_too(server: Radicale) -> None:
    server.delete("talks/")

    with pytest.raises(Refused, match="no calendar") as caught:
        pull(server, server.url("ada/"))

    assert "there is none with events" in caught.value.cure


def test_a_calendar_that_is_not_there_is_refused(server: Radicale) -> None:
    with pytest.raises(Refused, match=r"\(404\)"):
        pull(server, server.url("ada/tlaks/"))


CONFIG = """
timezone: UTC
sources:
  cal:
    connector: calendar
    url: {url}
    username: ada
    password: {password}
    signals:
      talks: {{summary: talk}}
objectives:
  - id: o
    title: Objective
    period: 2026
    key_results:
      - {{id: talks, title: Talks, value: cal.talks, target: 10}}
"""


def test_a_planned_event_that_was_deleted_is_gone_at_the_next_pull(server: Radicale, tmp_path: Path) -> None:
    for uid, day in (("1", "0601"), ("2", "0901"), ("3", "1001")):
        server.put(uid, calendar(event(f"DTSTART:2026{day}T100000Z", uid=uid)))
    (tmp_path / "okr.yaml").write_text(CONFIG.format(url=server.url(), password=PASSWORD))
    wall = Wall("2026-07-01T12:00:00Z")
    with closing(Workspace.open(tmp_path / "okr.yaml", {}, clock=wall)) as workspace:

        def pulled_at(text: str) -> tuple[int, int, int]:
            wall.set(text)
            [pulled] = workspace.pull(patience=QUICK)
            assert pulled.unit.ending.outcome is Outcome.OK, pulled.unit.ending
            assert pulled.kept is not None
            return pulled.kept.created, pulled.kept.retracted, len(workspace.measurements("cal.talks"))

        assert pulled_at("2026-07-01T12:00:00Z") == (3, 0, 3)
        assert pulled_at("2026-07-01T13:00:00Z") == (0, 0, 3)
        server.delete("talks/2.ics")
        assert pulled_at("2026-07-01T14:00:00Z") == (0, 1, 2)
        assert pulled_at("2026-07-01T15:00:00Z") == (0, 0, 2)
        assert pulled_at("2026-07-03T15:00:00Z") == (0, 0, 2)
