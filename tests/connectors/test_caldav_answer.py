"""CalDAV as servers answer it that are not at hand: recorded, damaged, hostile, and of accounts on other servers."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors.calendar import Calendar
from connectors.parts.multistatus import DEEPEST, places
from ingest.connector import Ask, Broken, Connector, Refused, SourceError, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import HttpConformance
from tests.connectors.calendars import calendar, event
from tests.connectors.multistatus import BEGIN, END, FOLDER, TAG, TYPE, answer, data, failed, multistatus, response

URL = "https://dav.example.org/ada/talks/"
PASSWORD = "made-up-pass"
TALK = data(calendar(event("DTSTART:20260701T100000Z")))
Answers = Callable[[httpx.Request], httpx.Response]


class TestCalDav(HttpConformance):
    connector: ClassVar[type[Connector]] = Calendar
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "caldavs://cloud.example.org/remote.php/dav/calendars/ada/personal/",
        "username": "ada",
        "password": "a-made-up-password",
        "signals": {"talks": {"summary": "talk"}, "attendees": {"summary": "meetup", "amount": "attendees"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "caldav"


def pull(answers: Answers, url: str = URL, **settings: Any) -> Drained:
    own = {"url": url, "username": "ada", "password": PASSWORD, "signals": {"all": {}}}
    ask = Ask(
        client=lambda: httpx.AsyncClient(transport=httpx.MockTransport(answers)),
        now=datetime(2026, 7, 1, 12, tzinfo=UTC),
        zone=ZoneInfo("Europe/Berlin"),
        home=Path(),
        key=b"key",
    )
    return asyncio.run(drain(Calendar.model_validate({**own, **settings}), ask))


def listing(*responses: str, state: str = TAG) -> Answers:
    """A server whose calendar holds this."""

    def answers(request: httpx.Request) -> httpx.Response:
        is_look = request.method == "PROPFIND"
        body = multistatus("/ada/talks/", TYPE, state) if is_look else answer(*responses)
        return httpx.Response(207, content=body)

    return answers


def test_what_is_asked_is_what_the_standards_say() -> None:
    asked: list[tuple[str, str, str, str]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        places(request.content.replace(b"propfind", b"multistatus").replace(b"c:calendar-query", b"multistatus"))
        headers = request.headers
        asked.append((request.method, headers["depth"], headers["content-type"], headers["authorization"][:6]))
        return listing(response("/1.ics", TALK))(request)

    assert len(pull(answers).readings) == 1
    assert asked == [
        ("PROPFIND", "0", "application/xml; charset=utf-8", "Basic "),
        ("REPORT", "1", "application/xml; charset=utf-8", "Basic "),
    ]


@pytest.mark.parametrize(
    ("state", "is_kept"),
    [(TAG, True), ("<d:sync-token>7</d:sync-token>", True), ("", False), ("<cs:getctag/>", False)],
)
def test_a_calendar_is_known_again_by_its_tag_or_token_alone(state: str, is_kept: bool) -> None:
    drained = pull(listing(response("/1.ics", TALK), state=state))

    assert drained.cursor is not None
    assert bool(drained.cursor.value["mark"]) is is_kept


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        (failed("/2.ics", 403), Refused, "(one of its events) does not allow this (403)"),
        (failed("/2.ics", 500), Unavailable, "out of order at the moment (500)"),
        (failed("/ada/talks/", 507), Broken, "lists only a part of the events (507)"),
        (response("/2.ics", "<cal:calendar-data/>", status=403), Refused, "(403)"),
        (response("/2.ics", "<d:getetag>1</d:getetag>"), Broken, "without its text"),
        (response("/2.ics", data(b"")), Broken, "without its text"),
        (response("/2.ics", data(b"BEGIN:VCARD")), Broken, "does not begin with BEGIN:VCALENDAR"),
        (response("/2.ics", data(calendar(event())[:-20])), Broken, "cut off"),
        (response("", TALK), Broken, "response 2: it does not say what it is about"),
        (response("/2.ics", TALK).replace("HTTP/1.1 200", "fine"), Broken, "response 2: its status cannot be read"),
        ("<d:response><d:href>/2.ics</d:href>", Broken, "no XML: mismatched tag"),
    ],
)
def test_an_event_that_cannot_be_read_stops_the_pull(told: str, error: type[SourceError], words: str) -> None:
    with pytest.raises(error) as caught:
        pull(listing(response("/1.ics", TALK), told))

    assert words in caught.value.ending().message


@pytest.mark.parametrize("status", [404, 410])
def test_an_event_that_was_deleted_meanwhile_is_no_matter(status: int) -> None:
    assert len(pull(listing(response("/1.ics", TALK), failed("/2.ics", status))).readings) == 1


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BEGIN.replace("\n", LAUGHS) + f"&b;{END}", "declares a document type"),
        (BEGIN.replace("\n", OUTSIDE) + f"&a;{END}", "declares a document type"),
        (BEGIN.replace("\n", '<!DOCTYPE l SYSTEM "https://example.org/l.dtd">') + END, "declares a document type"),
        (BEGIN + f"&a;{END}", "no XML: undefined entity"),
        (BEGIN + "<d:response>" * 100_000, "nested too deeply"),
        (BEGIN + "<d:response>" * DEEPEST, "nested too deeply"),
        (BEGIN, "no XML: no element found"),
        ("", "no XML: no element found"),
        ("<html/>", "a web page"),
        ("<rss/>", "no multistatus"),
        ("{}", "no XML"),
        (calendar().decode(), "no XML"),
        ('<?xml version="1.0" encoding="klingon"?><rss/>', "no XML"),
        (BEGIN + END, "tells nothing of this address"),
    ],
)
def test_what_is_no_answer_of_a_caldav_server_is_broken(body: str, words: str) -> None:
    with pytest.raises(Broken, match=words):
        pull(lambda _: httpx.Response(207, content=body.encode()), URL.replace("https", "caldavs"))


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 405, 501])
@pytest.mark.parametrize("path", ["talks/", "talks", ""])
def test_an_https_address_that_is_no_caldav_is_read_as_a_file(status: int, path: str) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.method == "PROPFIND":
            return httpx.Response(status, text="<html>what?</html>")
        return httpx.Response(200, content=calendar(event("DTSTART:20260701T100000Z")))

    drained = pull(answers, f"https://dav.example.org/{path}")

    assert (len(drained.readings), drained.cursor) == (1, None)


@pytest.mark.parametrize(
    ("url", "settings", "methods"),
    [
        ("https://dav.example.org/talks.ics", {}, ["GET"]),
        ("https://dav.example.org/talks.ICS", {}, ["GET"]),
        ("https://dav.example.org/talks/?export", {}, ["GET"]),
        ("webcal://dav.example.org/talks/", {}, ["GET"]),
        ("https://dav.example.org/talks/", {"username": None, "password": None}, ["GET"]),
        ("https://dav.example.org/talks/", {}, ["PROPFIND", "GET"]),
        ("https://dav.example.org/file", {}, ["PROPFIND", "GET"]),
        ("CalDAVs://dav.example.org/talks/", {}, ["PROPFIND", "REPORT"]),
        ("caldav://dav.example.org/talks.ics", {"username": None, "password": None}, ["PROPFIND", "REPORT"]),
    ],
)
def test_the_address_tells_how_it_is_asked(url: str, settings: dict[str, Any], methods: list[str]) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if request.method == "GET":
            return httpx.Response(200, content=calendar())
        if request.method == "PROPFIND" and url.endswith("file"):
            return httpx.Response(207, content=multistatus("/file", "<d:resourcetype/>"))
        if request.method == "PROPFIND" and not url.lower().startswith("caldav"):
            return httpx.Response(405)
        return listing()(request)

    pull(answers, url, **settings)

    assert asked == methods


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, Refused, "name and password (401)"),
        (403, Refused, "(403)"),
        (404, Refused, "(404)"),
        (405, Refused, "does not speak CalDAV at this address (405)"),
        (503, Unavailable, "(503)"),
        (200, Broken, "web page"),
    ],
)
def test_a_caldav_address_that_is_none_is_told(status: int, error: type[SourceError], words: str) -> None:
    with pytest.raises(error) as caught:
        pull(lambda _: httpx.Response(status, html="<html></html>"), URL.replace("https", "caldavs"))

    assert words in caught.value.ending().message


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_password_follows_no_redirect_to_another_host(method: str, status: int) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "dav.example.org"
        if request.method == method:
            return httpx.Response(status, headers={"location": "https://elsewhere.example.net/ada/talks/"})
        return listing()(request)

    with pytest.raises(Refused, match="not sent to another host"):
        pull(answers, URL.replace("https", "caldavs"))


def test_a_redirect_on_the_same_host_is_followed_with_the_question() -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/"):
            return httpx.Response(301, headers={"location": "/ada/talks/"})
        assert request.headers["depth"] in "01"
        return listing(response("/1.ics", TALK))(request)

    assert len(pull(answers, URL.rstrip("/")).readings) == 1


HERE = "<d:current-user-principal><d:href>{}</d:href></d:current-user-principal>"
HOME = "<cal:calendar-home-set><d:href>{}</d:href></cal:calendar-home-set>"


def account(principal: str, home: str, *calendars: str) -> Answers:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "dav.example.org"
        told = {
            "/": (response("/", FOLDER, HERE.format(principal)),),
            "/p/ada/": (response("/p/ada/", FOLDER, HOME.format(home)),),
            "/c/ada/": (response("/c/ada/", FOLDER), *calendars),
        }.get(request.url.path)
        return httpx.Response(207, content=answer(*told)) if told else httpx.Response(404)

    return answers


def named(name: str, path: str) -> str:
    return response(path, TYPE, f"<d:displayname>{name}</d:displayname>")


@pytest.mark.parametrize(
    ("answers", "cure"),
    [
        (
            account("/p/ada/", "/c/ada/", named("Talks &amp; more", "/c/ada/1a/"), response("/c/ada/inbox/", FOLDER)),
            "write the address of one: caldavs://dav.example.org/c/ada/ and then `1a/` (Talks & more)",
        ),
        (
            account("/p/ada/", "/c/ada/", *(named(f"N{number}", f"/c/ada/{number}/") for number in range(9))),
            "`0/` (N0), `1/` (N1), `2/` (N2), and 6 more",
        ),
        (account("/p/ada/", "/c/ada/", named(PASSWORD * 9, "/c/ada/1/")), "`1/` (…"),
        (account("/p/ada/", "/c/ada/"), "there is none with events below this one"),
        (
            account("/p/ada/", "https://p07-dav.example.org:443/7/calendars"),
            "its calendars are on another server; write `url: caldavs://p07-dav.example.org:443/7/calendars/`",
        ),
        (account("https://elsewhere.example.net/p/", ""), "there is none with events below this one"),
        (account("/gone/", ""), "there is none with events below this one"),
        (account("http://[", "http://["), "there is none with events below this one"),
        (account("/p/ada/", "http://["), "write"),
    ],
)
def test_of_an_account_the_calendars_are_named_and_the_password_stays_here(answers: Answers, cure: str) -> None:
    with pytest.raises(Refused, match="this is an account or a folder and no calendar") as caught:
        pull(answers, "caldavs://dav.example.org/")

    assert cure in caught.value.cure
    assert PASSWORD not in caught.value.cure
    assert len(caught.value.cure) < 400


def test_recorded_answers_are_of_one_calendar() -> None:
    """What is kept between pulls tells nothing but a mark and times."""
    recorded = json.loads((Path(__file__).parent / "caldav" / "full.json").read_text())
    by_method = {one["request"]["method"]: one["answer"]["text"] for one in recorded["exchanges"]}
    drained = pull(lambda request: httpx.Response(207, text=by_method[request.method]))

    assert drained.cursor is not None
    assert set(drained.cursor.value) == {"mark", "since", "read"}
    assert "sabre" not in json.dumps(drained.cursor.value)
