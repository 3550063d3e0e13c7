"""The page's forms, its numbers for download and for the chart, and its events, over a real `okr serve`."""

import csv
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.face.conftest import TOKEN, Served

NAME = "recognized_expert.connections"
LENT = '''
"""A source whose token ends in less than four days."""
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from ingest.connector import Ask, Connector, Expiry, Reading, level


class Lent(Connector):
    signals: ClassVar = {"n": level()}

    async def pull(self, ask: Ask) -> AsyncIterator[Reading | Expiry]:
        yield Reading("n", 3)
        yield Expiry(datetime.now(UTC) + timedelta(days=3, hours=23))
'''


@pytest.fixture(scope="module")
def visitor(served: Served) -> Iterator[httpx.Client]:
    """Somebody who has logged in, in a browser: with the cookie, from our own origin."""
    with served.client(None) as client:
        assert client.post("/login", data={"token": TOKEN}).status_code == 303
        client.headers["Origin"] = served.url
        client.follow_redirects = True
        yield client


def told(answer: httpx.Response) -> str:
    """What the page that answers says became of a form."""
    assert answer.status_code == 200
    return answer.text.partition('id="message"')[2].partition("</div>")[0].partition(">")[2]


def test_a_form_pulls_a_source_and_the_page_says_how_it_ended(visitor: httpx.Client) -> None:
    assert "meetup was pulled: 0 new, 0 changed" in told(visitor.post("/sources/meetup/pull"))
    assert visitor.post("/sources/nobody/pull").status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"signal": "notebook.mentions", "value": "2", "key": "form"},
            "notebook.mentions: 2 was recorded (created, form)",
        ),
        ({"signal": "notebook.mentions", "value": "2"}, "not recorded: an event needs a key"),
        ({"signal": "notebook.mentions", "value": "<b>", "key": "form"}, "not recorded: value:"),
        ({"signal": "notebook.nothing", "value": "2", "key": "form"}, "not recorded: there is no signal"),
        ({"signal": "notebook.mentions", "value": "2", "key": "k", "at": "soon"}, "is no time"),
        ({"value": "1"}, "not recorded: there is no signal"),
        ({"signal": "running.ten_km", "value": "51:30", "at": "2020-05-05T18:00"}, "(created, 2020-05-05T16:00:00Z)"),
    ],
)
def test_a_form_records_a_value_as_okr_record_does(visitor: httpx.Client, fields: dict[str, str], says: str) -> None:
    answer = told(visitor.post("/sources/notebook/record", data=fields))
    assert says in answer
    assert "<b>" not in answer


def test_a_form_writes_a_note(visitor: httpx.Client) -> None:
    page = visitor.post(f"/key-results/{NAME}/note", data={"text": "asked <i>them</i>"})
    assert "the note is in the log" in told(page)
    assert "asked &lt;i&gt;them&lt;/i&gt;" in page.text
    assert "the note is empty" in told(visitor.post(f"/key-results/{NAME}/note", data={"text": " "}))
    assert visitor.post("/key-results/nobody.knows/note", data={"text": "a"}).status_code == 404


def test_a_form_that_decides_on_nothing_says_so(visitor: httpx.Client) -> None:
    fields = {"signal": "notebook.mentions", "key": "none", "decision": "accept"}
    assert "none" in told(visitor.post("/sources/notebook/decide", data=fields))
    assert "say whether" in told(visitor.post("/sources/notebook/decide", data={**fields, "decision": "maybe"}))


@pytest.mark.parametrize(
    "path", ["/sources/meetup/pull", "/sources/notebook/record", f"/key-results/{NAME}/note", "/logout"]
)
def test_no_other_site_posts_a_form(served: Served, visitor: httpx.Client, path: str) -> None:
    fields = {"text": "forged", "signal": "notebook.mentions", "value": "1", "key": "forged"}
    for origin in ("https://evil.example", "null"):
        assert visitor.post(path, data=fields, headers={"Origin": origin}).status_code == 403
    with served.client(None) as stranger:
        assert stranger.post(path, data=fields, headers={"Origin": served.url}).status_code == 401


def test_a_form_is_bounded_and_read_as_a_form_only(visitor: httpx.Client) -> None:
    path = "/sources/notebook/record"
    assert visitor.post(path, json={"signal": "a"}).status_code == 415
    assert visitor.post(path, data={"value": "x" * 100_000}).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.post(path, content="&".join(f"a{n}=1" for n in range(99)), headers=form).status_code == 400
    assert visitor.post(path, content=b"a=%ff", headers=form).status_code == 400


def test_what_writes_is_shown_to_those_who_may(served: Served, visitor: httpx.Client) -> None:
    assert visitor.get("/sources").text.count("Pull now") == 7
    with served.client(None) as stranger:
        page = stranger.get("/sources").text
        assert "Pull now" not in page
        assert "Log in" in page
        assert "/note" not in stranger.get(f"/key-results/{NAME}").text


def test_what_a_page_tells_is_not_written_in_its_address(served: Served) -> None:
    with served.client(None) as stranger:
        assert "you have won" not in stranger.get("/sources", params={"told": "you have won"}).text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/key-results/deleted.since", 404, "There is no key result &#39;deleted.since&#39;."),
        ("/nothing/here", 404, "There is nothing at this address."),
        ("/?at=<b>", 422, "At: &#39;&lt;b&gt;&#39; is no time"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_page_with_a_way_back(
    visitor: httpx.Client, path: str, status: int, says: str
) -> None:
    seen = visitor.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (seen.status_code, seen.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert says in seen.text
    assert '<a href="/">All objectives</a>' in seen.text
    program = visitor.get(path)
    assert (program.status_code, program.headers["content-type"]) == (status, "application/problem+json")
    assert program.json()["status"] == status


@pytest.mark.parametrize("path", ["/api/v1/key-results/none", "/badge/none.svg", "/-/none"])
def test_what_is_for_programs_answers_browsers_alike(visitor: httpx.Client, path: str) -> None:
    seen = visitor.get(path, headers={"Accept": "text/html"})
    assert (seen.status_code, seen.headers["content-type"]) == (404, "application/problem+json")


def test_the_numbers_are_downloaded_as_csv(visitor: httpx.Client) -> None:
    answer = visitor.get(f"/key-results/{NAME}/history.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert f'filename="{NAME}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert list(rows[0]) == ["at", "value", "progress", "expected", "status"]
    assert len(rows) > 50
    api = visitor.get(f"/api/v1/key-results/{NAME}/history?limit=1000").json()["items"]
    assert [float(one["value"]) for one in rows[:-1]] == [one["value"] for one in api[:-1]]


def test_the_chart_is_drawn_from_what_the_api_says(visitor: httpx.Client) -> None:
    picture = visitor.get(f"/key-results/{NAME}/chart.json").json()
    now = visitor.get(f"/api/v1/key-results/{NAME}").json()
    assert picture["target"] == now["target"]
    assert picture["points"][-1][1] == now["value"]
    assert picture["forecast"] == [now["forecast"]["low"], now["forecast"]["at_end"], now["forecast"]["high"]]
    assert picture["path"][0] == [picture["start"], now["baseline"]]
    assert [one[0] for one in picture["tactics"]] == ["Rewrote my profile around one topic"]
    growth = visitor.get("/key-results/local_community.attendees/chart.json").json()
    assert len(growth["bars"]) == 6
    assert growth["path"] == []


def test_then_looks_like_then(visitor: httpx.Client) -> None:
    start = visitor.get(f"/api/v1/key-results/{NAME}").json()["period"]["start"][:10]
    for path in ("/", f"/key-results/{NAME}"):
        page = visitor.get(path, params={"at": start}).text
        assert "As of" in page
        assert visitor.get(path, params={"at": "1999-01-01", "known_at": "1999-01-01"}).status_code == 200
    picture = visitor.get(f"/key-results/{NAME}/chart.json", params={"at": start}).json()
    assert all(at <= picture["now"] for at, *_ in picture["points"])


def test_a_credential_that_ends_soon_is_told_where_people_look(own: Served) -> None:
    text = (own.home / "okr.yaml").read_text()
    source = '  lent:\n    connector: "./lent.py:Lent"\n'
    (own.home / "lent.py").write_text(LENT)
    (own.home / "okr.yaml").write_text(text.replace("sources:\n", f"sources:\n{source}", 1))
    with own.client() as client:
        assert client.post("/-/reload").status_code == 200
        assert client.post("/api/v1/sources/lent/pull").status_code == 200
        for path in ("/", "/sources"):
            assert "credential ends in 3 d" in client.get(path).text
            assert "renew it, and write the new one where the old one stands" in client.get(path).text


def test_open_events_do_not_keep_the_service_from_ending(own: Served) -> None:
    with own.client(None) as client, client.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        lines = stream.iter_lines()
        assert next(lines).startswith("retry: ")
        began = time.monotonic()
        assert own.stop() == 0
        assert list(lines)[-1] == ""
        assert time.monotonic() - began < 8
    assert "timeout graceful shutdown exceeded" not in (own.home / "serve.log").read_text()


def test_whoever_tries_many_wrong_tokens_has_to_wait(own: Served) -> None:
    with own.client(None) as client:
        answers = [client.post("/login", data={"token": f"wrong {number}"}) for number in range(7)]
        assert [one.status_code for one in answers] == [401] * 5 + [429] * 2
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        right = client.post("/login", data={"token": TOKEN})
        assert right.status_code == 429, "a right one is not tried either"
        assert "set-cookie" not in right.headers
