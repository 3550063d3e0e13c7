"""The connector `google_sheets`, with gspread and google-auth against a local server of Google's API."""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.google_sheets import GoogleSheets
from ingest.connector import Ask, Broken, Connector, Limits, Reading, Refused, SourceError, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.okr.instant import SECOND, instant
from ingest.run.http import open_client
from tests.connectors.pulling import BERLIN, NOW
from tests.descriptions import Described
from tests.servers.google import BATCH, GET, TOKEN, Account, Document, Google, Shown, google

HERE = Path(__file__).parent / "google_sheets"
ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
ACCOUNT = Account()
KEY = "AIza-made-up-key"


class TestWithKey(Described):
    connector: ClassVar[type[Connector]] = GoogleSheets
    settings: ClassVar[Mapping[str, Any]] = {
        "document": ID,
        "api_key": KEY,
        "signals": {
            "attendees": {"worksheet": "Events", "date": "Date", "value": "Attendees", "kind": "events"},
            "time": {"worksheet": "Runs", "date": "Day", "value": "Time", "unit": "min"},
        },
    }
    recorded: ClassVar[Path] = HERE


@contextmanager
def serving(sheets: dict[str, list[list[Any]]], **settings: Any) -> Iterator[Google]:
    document = Document(sheets, shared_with={ACCOUNT.email}, **settings)
    with google(HERE / "description.json", ACCOUNT, {ID: document}) as served:
        yield served
        assert served.problems == []


def connector(served: Google, signals: dict[str, dict[str, Any]], **settings: Any) -> GoogleSheets:
    credential = {} if "api_key" in settings else {"credentials": "google.json"}
    return GoogleSheets.model_validate(
        {"document": ID, "base": served.url, "signals": signals, **credential, **settings}
    )


def pulled(source: GoogleSheets, home: Path, **limits: Any) -> Drained:
    """By the service's own guarded client."""

    async def run() -> Drained:
        client = open_client()
        try:
            ask = Ask(client=lambda: client, now=NOW, zone=BERLIN, home=home, key=b"k" * 32, limits=Limits(**limits))
            return await drain(source, ask)
        finally:
            await client.aclose()

    return asyncio.run(run())


def read(
    sheets: dict[str, list[list[Any]]], signals: dict[str, dict[str, Any]], home: Path, **settings: Any
) -> Drained:
    with serving(sheets) as served:
        ACCOUNT.file(home, served.token_uri)
        return pulled(connector(served, signals, **settings), home)


def number(cell: Any, home: Path, **signal: Any) -> float:
    """What a cell is read as."""
    [reading] = read({"Data": [["x", cell]]}, {"it": {"worksheet": "Data", "cell": "B1", **signal}}, home).readings
    return reading.value


EVENTS = {"worksheet": "Events", "date": "Date", "value": "Attendees", "kind": "events"}


def day(serial: float, pattern: str = "dd.mm.yyyy") -> Shown:
    return Shown(serial, "DATE", pattern)


TABLE = [
    ["Our meetup"],
    [],
    ["Date", "Attendees", "Status"],
    [day(46023), 40, "held"],
    [day(46054), 46, "held"],
    [day(46082), 12, "cancelled"],
    ["Total", 98],
]


def test_dated_rows_become_events_at_the_documents_own_midnight(tmp_path: Path) -> None:
    drained = read({"Events": TABLE}, {"attendees": {**EVENTS, "where": {"Status": "held"}}}, tmp_path)
    assert drained.readings == (
        Reading("attendees", 40, datetime(2025, 12, 31, 23, tzinfo=UTC)),
        Reading("attendees", 46, datetime(2026, 1, 31, 23, tzinfo=UTC)),
    )
    assert drained.spans == (Span("attendees", whole=True),)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [("America/New_York", 5), ("Etc/GMT", 0), ("GMT-07:00", 7), ("GMT", 0), ("GMT+00:00", 0)],
)
def test_days_begin_in_the_zone_of_the_document(zone: str, begins: int, tmp_path: Path) -> None:
    with serving({"Events": TABLE}, zone=zone) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        first = pulled(connector(served, {"attendees": EVENTS}), tmp_path).readings[0]
    assert first.at == datetime(2026, 1, 1, begins, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "message"), [("Mars/Base", "'Mars/Base'"), ("GMT+05:30", "GMT"), (None, "missing")])
def test_a_zone_that_nobody_knows_is_named(zone: str | None, message: str, tmp_path: Path) -> None:
    with serving({"Events": TABLE}, zone=zone) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        with pytest.raises(Broken, match=message) as caught:
            pulled(connector(served, {"attendees": EVENTS}), tmp_path)
    assert caught.value.where == "properties.timeZone"


def test_a_pull_asks_once_for_a_token_once_for_all_values_and_once_for_how_they_are_shown(tmp_path: Path) -> None:
    signals = {
        "attendees": EVENTS,
        "events": {"worksheet": "Events", "date": "Date", "kind": "events"},
        "people": {"worksheet": "Q4", "column": "People"},
        "corner": {"worksheet": "Q4", "cell": "a2"},
        "own": {"worksheet": "Ada's own", "cell": "A1"},
        "first": {"cell": "B4"},
    }
    sheets = {"Events": TABLE, "Q4": [["People", "Other"], [4, 1], [5, 2], [""]], "Ada's own": [[7]]}
    with serving(sheets) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        drained = pulled(connector(served, signals), tmp_path)
        assert served.steps() == [TOKEN, BATCH, GET]
        _, values, shown = (query for _, query in served.asked)
    assert [text for name, text in values if name == "ranges"] == ["'Events'", "'Q4'", "'Ada''s own'", "1:10000000"]
    assert sorted({text for name, text in shown if name == "ranges"}) == [
        "'Ada''s own'!A1:A1",
        "'Events'!A1:A7",
        "'Events'!B1:B7",
        "'Events'!B4:B4",
        "'Q4'!A1:A3",
    ]
    assert {reading.signal: reading.value for reading in drained.readings if reading.at is None} == {
        "people": 5,
        "corner": 4,
        "own": 7,
        "first": 40,
    }


@pytest.mark.parametrize(
    ("cell", "signal", "value"),
    [
        (1234.5, {}, 1234.5),
        (0, {}, 0),
        ("1,5", {}, 1.5),
        ("1.234,50 €", {}, 1234.5),
        ("45%", {}, 0.45),
        (Shown(0.45, "PERCENT", "0%"), {}, 0.45),
        (Shown(1234.5, "CURRENCY", '[$€-407]#,##0.00;"minus"'), {}, 1234.5),
        (Shown(45000, "NUMBER", "#,##0"), {}, 45000),
        (Shown(0.0357638888888889, "TIME", "h:mm:ss"), {"unit": "min"}, 51.5),
        (Shown(0.0357638888888889, "TIME", "[mm]:ss"), {}, 3090),
        (Shown(2.1458333333333335, "TIME", "[h]:mm"), {"unit": "h"}, 51.5),
        (Shown(2, "TIME", "[h]:mm:ss"), {}, 172_800),
        (Shown(1500, "TIME", "[h]:mm:ss"), {"unit": "d"}, 1500),
        (51.5, {"unit": "min"}, 51.5),
        ("51:30", {"unit": "min"}, 51.5),
    ],
)
def test_a_number_is_read_as_it_is_and_not_as_it_is_shown(
    cell: Any, signal: dict[str, Any], value: float, tmp_path: Path
) -> None:
    assert number(cell, tmp_path, **signal) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("#N/A", "the error #N/A"),
        ("#REF!", "the error #REF!"),
        ("#DIV/0!", "the error #DIV/0!"),
        ("Loading...", "still being computed"),
        (True, "True is no number"),
        ("soon", "'soon' is no number"),
        ("5.000", "set locale"),
        (day(46023), "is a date, not a number"),
        ("", "empty"),
    ],
)
def test_what_is_no_number_is_named_with_its_cell(cell: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(Broken, match=message) as caught:
        number(cell, tmp_path)
    assert caught.value.where == "Data!B1"


def test_typed_text_is_read_by_the_locale_where_one_is_set(tmp_path: Path) -> None:
    drained = read({"Data": [["5.000"]]}, {"it": {"cell": "A1"}}, tmp_path, locale="de_DE")
    assert drained.readings == (Reading("it", 5000),)


def test_a_cell_outside_of_what_is_filled_is_empty_and_is_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="the cell is empty"):
        read({"Data": [[1]]}, {"it": {"worksheet": "Data", "cell": "ZZ2000"}}, tmp_path)


def test_times_keys_and_booleans_of_rows_are_read(tmp_path: Path) -> None:
    rows = [
        ["When", "Id", "Confirmed"],
        [Shown(46023.604166666664, "DATE_TIME"), 17, True],
        ["2026-01-02 08:00", "b", True],
        [day(46025), "c", False],
    ]
    signal = {"worksheet": "Data", "date": "When", "key": "Id", "kind": "events", "where": {"Confirmed": "true"}}
    drained = read({"Data": rows}, {"it": signal}, tmp_path)
    assert drained.readings == (
        Reading("it", 1, datetime(2026, 1, 1, 13, 30, tzinfo=UTC), "17"),
        Reading("it", 1, datetime(2026, 1, 2, 7, 0, tzinfo=UTC), "b"),
    )


def test_a_merged_day_counts_for_all_its_rows(tmp_path: Path) -> None:
    rows = [["Date", "Attendees"], [day(46023), 1], ["", 2], ["", 3]]
    merge = {"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    with serving({"Events": rows}, merges={"Events": [merge]}) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        drained = pulled(connector(served, {"attendees": EVENTS}), tmp_path)
    assert [reading.value for reading in drained.readings] == [1, 2]


def test_a_worksheet_that_is_gone_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="there is no worksheet 'Events' in the document; there is 'Ereignisse', 'Other'"):
        read({"Ereignisse": TABLE, "Other": []}, {"attendees": EVENTS}, tmp_path)


def test_spaces_and_case_in_the_name_of_a_worksheet_do_not_matter(tmp_path: Path) -> None:
    assert len(read({" events": TABLE}, {"attendees": EVENTS}, tmp_path).readings) == 3


def test_two_names_of_one_worksheet_are_both_read(tmp_path: Path) -> None:
    signals = {"attendees": EVENTS, "again": {**EVENTS, "worksheet": "events "}}
    with serving({"Events": TABLE}) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        drained = pulled(connector(served, signals), tmp_path)
        assert served.steps() == [TOKEN, BATCH, GET, BATCH, GET]
    assert [reading.signal for reading in drained.readings] == ["attendees"] * 3 + ["again"] * 3


def test_a_header_that_is_gone_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    rows = [["Day", "Attendees"], [day(46023), 1]]
    with pytest.raises(Broken, match="there is no row with the header 'Date'; there is 'Day', 'Attendees'") as caught:
        read({"Events": rows}, {"attendees": EVENTS}, tmp_path)
    assert caught.value.where == "Events"


def test_an_empty_worksheet_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no row with the headers"):
        read({"Events": []}, {"attendees": EVENTS}, tmp_path)


def test_a_table_without_rows_is_a_real_zero(tmp_path: Path) -> None:
    drained = read({"Events": [["Date", "Attendees"]]}, {"attendees": EVENTS}, tmp_path)
    assert drained == Drained((), (Span("attendees", whole=True),))


def test_a_public_document_needs_an_api_key_alone(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}, public=True) as served:
        drained = pulled(connector(served, {"it": {"cell": "A1"}}, api_key=KEY), tmp_path)
        assert served.steps() == [BATCH, GET]
        assert KEY not in str(served.asked)
    assert drained.readings == (Reading("it", 5),)


def refused(source: GoogleSheets, home: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        pulled(source, home)
    return caught.value


def test_a_document_that_is_not_shared_with_the_account_is_refused_with_whom_to_share_it(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        served.documents[ID].shared_with.clear()
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
    assert "The caller does not have permission" in error.message
    assert error.cure == f"share the document with {ACCOUNT.email} as a viewer"


@pytest.mark.parametrize(
    ("key", "message", "cure"),
    [(KEY, "does not have permission", "General access"), ("AIza-of-another", "API key not valid", "check api_key")],
)
def test_a_key_that_does_not_do_is_refused_with_what_to_do(key: str, message: str, cure: str, tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        error = refused(connector(served, {"it": {"cell": "A1"}}, api_key=key), tmp_path)
    assert message in error.message
    assert cure in error.cure
    assert key not in f"{error}{error.cure}"


def test_a_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        error = refused(connector(served, {"it": {"cell": "A1"}}, document="1Other"), tmp_path)
    assert "(404)" in error.message
    assert "between /d/ and /edit" in error.cure


def status(code: int, state: str, message: str, **headers: str) -> Any:
    body = f'{{"error": {{"code": {code}, "message": "{message}", "status": "{state}"}}}}'.encode()
    return lambda handler: handler.answer(code, body, **headers)


QUOTA = status(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'", Retry_After="30")
OFF = status(403, "PERMISSION_DENIED", "Google Sheets API has not been used in project 1 before or it is disabled.")
OFFICE = status(400, "FAILED_PRECONDITION", "This operation is not supported for this document")
LOGIN = b"<!DOCTYPE html><html>Sign in</html>"


def redirect(handler: Any) -> None:
    handler.answer(302, b"", location="https://elsewhere.example.com/")


def hang(handler: Any) -> None:
    handler.google.ending.wait(30)


def trickle(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        while not handler.google.ending.wait(0.05):
            handler.wfile.write(b" ")


def endless(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b" " * 2**20)


FAULTS: dict[str, tuple[Any, type[SourceError], str]] = {
    "401": (status(401, "UNAUTHENTICATED", "invalid"), Refused, "(401)"),
    "403": (status(403, "PERMISSION_DENIED", "The caller does not have permission"), Refused, "(403)"),
    "404": (status(404, "NOT_FOUND", "Requested entity was not found."), Refused, "(404)"),
    "429": (QUOTA, Unavailable, "asks to slow down"),
    "500": (status(500, "INTERNAL", "Internal error encountered."), Unavailable, "(500)"),
    "503 with the right answer": (lambda it: it.answer(503, b'{"valueRanges": []}'), Unavailable, "(503)"),
    "a redirect": (redirect, Refused, "a credential is not sent to another host"),
    "a web page": (lambda it: it.answer(200, LOGIN, "text/html"), Broken, ""),
    "an empty answer": (lambda it: it.answer(200, b""), Broken, ""),
    "a list": (lambda it: it.answer(200, b"[]"), Broken, ""),
    "NaN": (lambda it: it.answer(200, b'{"access_token": NaN, "valueRanges": NaN, "sheets": NaN}'), Broken, ""),
    "a cut body": (lambda it: it.answer(200, b'{"a": ', length="5000"), Unavailable, "cut"),
    "more than it may be": (endless, Broken, "larger than 1 MiB"),
    "nothing": (hang, Unavailable, "too long"),
    "a trickle": (trickle, Unavailable, "too long"),
}


@pytest.mark.parametrize("step", [TOKEN, BATCH, GET])
@pytest.mark.parametrize("name", FAULTS)
def test_what_goes_wrong_at_a_step_has_its_outcome_and_gives_no_measurement(
    name: str, step: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind, message = FAULTS[name]
    with serving({"Events": TABLE}) as served, caplog.at_level(logging.DEBUG):
        ACCOUNT.file(tmp_path, served.token_uri)
        served.fault = (step, fault)
        began = time.monotonic()
        with pytest.raises(SourceError) as caught:
            pulled(connector(served, {"attendees": EVENTS}), tmp_path, request=1.5, body=2**20)
        assert time.monotonic() - began < 5
        assert served.steps()[-1] == step, "nothing is asked after it, and nothing twice"
    assert type(caught.value) is kind, caught.value
    assert message in str(caught.value)
    for secret in ("ya29", "PRIVATE KEY", "eyJ"):
        assert secret not in f"{caught.value.ending()}{caplog.text}"
    if name == "429":
        assert caught.value.ending().retry_at == pytest.approx(instant(NOW) + 30 * SECOND, abs=5 * SECOND)


@pytest.mark.parametrize(
    ("fault", "cure"), [(OFF, "switch the Google Sheets API on"), (OFFICE, "Save as Google Sheets")]
)
def test_what_google_says_no_to_comes_with_what_to_do(fault: Any, cure: str, tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        ACCOUNT.file(tmp_path, served.token_uri)
        served.fault = (BATCH, fault)
        error = refused(connector(served, {"it": {"worksheet": "Data", "cell": "A1"}}), tmp_path)
    assert cure in error.cure


def test_nothing_secret_is_logged_or_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        drained = read({"Events": TABLE}, {"attendees": EVENTS}, tmp_path)
    for secret in ("ya29", "PRIVATE KEY", "eyJ", ACCOUNT.pem[100:140]):
        assert secret not in f"{caplog.text}{drained}"


def test_the_environments_proxy_is_not_used(tmp_path: Path) -> None:
    """The libraries would: in a process of its own, since they read the environment."""
    with socket.socket() as nobody, serving({"Data": [[5]]}) as served:
        nobody.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        ACCOUNT.file(tmp_path, served.token_uri)
        code = (
            "import sys; from pathlib import Path\n"
            "from tests.connectors.test_google_sheets import GoogleSheets, pulled\n"
            "made = GoogleSheets.model_validate({'document': sys.argv[1], 'credentials': 'google.json', 'base':"
            " sys.argv[2], 'signals': {'it': {'cell': 'A1'}}})\n"
            "print(pulled(made, Path(sys.argv[3])).readings[0].value)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, ID, served.url, tmp_path],
            env={"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "ALL_PROXY": proxy, "PYTHONPATH": "."},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.stdout == "5.0\n", run.stderr


def test_without_the_library_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['gspread'] = sys.modules['gspread.http_client'] = None\n"
        "from pathlib import Path; from tests.connectors.test_google_sheets import GoogleSheets, Refused, pulled\n"
        "made = GoogleSheets.model_validate({'document': 'x', 'api_key': 'y', 'signals': {'it': {'cell': 'A1'}}})\n"
        "try: pulled(made, Path())\n"
        "except Refused as error: print(error.message, '·', error.cure)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert "needs the package gspread" in run.stdout, run.stderr
    assert "okr-ingest[sheets]" in run.stdout


def test_a_missing_key_file_is_refused(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
        assert served.asked == []
    assert "google.json" in error.message
    assert str(tmp_path) not in error.message


def test_a_key_file_that_every_user_may_read_is_refused(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        ACCOUNT.file(tmp_path, served.token_uri).chmod(0o644)
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
    assert "every user of this machine" in error.message
    assert "chmod 600 google.json" in error.cure


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("not JSON", "it is not JSON"),
        ("[]", "no key of a service account"),
        ('{"installed": {"client_secret": "GOCSPX-1"}}', "OAuth client"),
        ('{"type": "authorized_user", "refresh_token": "1//made-up"}', "type should be 'service_account'"),
        ('{"type": "service_account", "client_email": "a", "token_uri": "b"}', "private_key is missing"),
        (
            '{"type": "service_account", "client_email": "a@b.c", "token_uri": "https://b", "private_key": "MIIE"}',
            "the private key in google.json cannot be read",
        ),
    ],
)
def test_a_file_that_is_no_key_is_refused_without_showing_it(told: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "google.json"
    file.write_text(told)
    file.chmod(0o600)
    with serving({"Data": [[5]]}) as served:
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
    assert message in error.message
    assert "key" in error.cure
    assert not any(secret in str(error.ending()) for secret in ("GOCSPX", "1//", "MIIE"))


def test_a_key_that_google_no_longer_knows_is_refused(tmp_path: Path) -> None:
    with serving({"Data": [[5]]}) as served:
        Account(ACCOUNT.email).file(tmp_path, served.token_uri)
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
    assert "invalid_grant" in error.message
    assert "clock" in error.cure


def test_a_key_file_cannot_lead_to_a_metadata_service(tmp_path: Path) -> None:
    ACCOUNT.file(tmp_path, "http://169.254.169.254/token")
    with serving({"Data": [[5]]}) as served:
        error = refused(connector(served, {"it": {"cell": "A1"}}), tmp_path)
    assert "never reached" in error.message


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f" https://docs.google.com/spreadsheets/d/{ID}/edit?gid=0#gid=0 ",
        f"https://docs.google.com/spreadsheets/d/{ID}",
        f"https://docs.google.com/spreadsheets/u/1/d/{ID}/view",
    ],
)
def test_a_document_is_written_as_its_id_or_its_address(written: str) -> None:
    source = {"document": written, "api_key": KEY, "signals": {"it": {"cell": "A1"}}}
    assert GoogleSheets.model_validate(source).document == ID


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"document": "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub"}, "connector spreadsheet"),
        ({"document": "https://example.com/sheet"}, "is no document"),
        ({"document": "../../x"}, "is no document"),
        ({"credentials": "google.json"}, "either credentials"),
        ({"api_key": None}, "either credentials"),
        ({"base": "http://sheets.example.com"}, "match pattern"),
        ({"base": "http://localhost.example.com"}, "match pattern"),
    ],
)
def test_settings_that_cannot_work_are_found_at_the_start(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        GoogleSheets.model_validate({"document": ID, "api_key": KEY, "signals": {"it": {"cell": "A1"}}, **settings})
