import asyncio
import socket
import ssl
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from ingest.connector.address import ForbiddenAddress
from ingest.connector.again import parse_retry_after
from ingest.connector.outcome import (
    Broken,
    Outcome,
    Refused,
    Unavailable,
    ending_of,
    of_status,
)
from ingest.okr.instant import DAY, HOUR, SECOND, instant, moment

NOW = instant(datetime(2026, 11, 22, 12, tzinfo=UTC))
OK, UNAVAILABLE, REFUSED, BROKEN = Outcome


class Model(BaseModel):
    count: int


def misfit() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"count": "s3cret"}, strict=True)
    return caught.value


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


REQUEST = httpx.Request("GET", "https://api.example.com/?key=s3cret")
EXPIRED = ssl.SSLCertVerificationError(1, "certificate verify failed")
EXPIRED.verify_message = "certificate has expired"
PLAIN = ssl.SSLError(1, "wrong version number")
PLAIN.reason = "WRONG_VERSION_NUMBER"

ERRORS = [
    (None, OK, "ok"),
    (Unavailable("down", NOW + HOUR), UNAVAILABLE, "down"),
    (Refused("no", "do this"), REFUSED, "no"),
    (Broken("is missing", "stats.count"), BROKEN, "stats.count: is missing"),
    (TimeoutError(), UNAVAILABLE, "took too long"),
    (httpx.ReadTimeout("s3cret", request=REQUEST), UNAVAILABLE, "took too long"),
    (httpx.PoolTimeout("s3cret"), UNAVAILABLE, "took too long"),
    (httpx.ConnectError("s3cret"), UNAVAILABLE, "connection failed"),
    (httpx.ReadError("s3cret"), UNAVAILABLE, "cut"),
    (httpx.RemoteProtocolError("s3cret"), UNAVAILABLE, "cut"),
    (httpx.UnsupportedProtocol("s3cret"), REFUSED, "cannot be asked"),
    (httpx.InvalidURL("s3cret"), REFUSED, "cannot be asked"),
    (httpx.DecodingError("s3cret"), BROKEN, "not encoded as it says"),
    (caused(httpx.ConnectTimeout("s3cret"), ConnectionRefusedError(111, "refused")), UNAVAILABLE, "Connection refused"),
    (caused(httpx.ConnectError("s3cret"), EXPIRED), REFUSED, "certificate has expired"),
    (caused(httpx.ConnectError("s3cret"), PLAIN), REFUSED, "WRONG_VERSION_NUMBER"),
    (caused(httpx.ConnectError("s3cret"), ForbiddenAddress("never reached")), REFUSED, "never reached"),
    (ssl.SSLError(1, "s3cret"), UNAVAILABLE, "no encrypted connection"),
    (ssl.SSLEOFError(8, "s3cret"), UNAVAILABLE, "no encrypted connection"),
    (socket.gaierror(-2, "Name or service not known"), UNAVAILABLE, "does not resolve"),
    (ConnectionResetError(104, "reset"), UNAVAILABLE, "reset by peer"),
    (OSError("s3cret"), UNAVAILABLE, "connection failed"),
    (FileNotFoundError(2, "No such file or directory", "/home/me/meetup.xlsx"), REFUSED, "(meetup.xlsx)"),
    (PermissionError(13, "Permission denied", "meetup.xlsx"), REFUSED, "Permission denied"),
    (b"\xff".decode, BROKEN, "byte 0 is not utf-8 text"),
    (misfit(), BROKEN, "count: should be a valid integer, and is text"),
    (RecursionError("s3cret"), BROKEN, "nested too deeply"),
    (asyncio.CancelledError(), UNAVAILABLE, "stopped"),
    (KeyError("s3cret"), BROKEN, "a bug in the connector: KeyError"),
    (SystemExit("s3cret"), BROKEN, "a bug in the connector: SystemExit"),
    (ExceptionGroup("several", [Refused("no", "do this"), ValueError()]), REFUSED, "no"),
    (caused(RuntimeError("s3cret"), Unavailable("down")), UNAVAILABLE, "down"),
]


@pytest.mark.parametrize(("error", "outcome", "words"), ERRORS)
def test_every_error_has_its_ending_and_tells_no_value(error: object, outcome: Outcome, words: str) -> None:
    if callable(error):
        with pytest.raises(UnicodeDecodeError) as caught:
            error()
        error = caught.value
    assert error is None or isinstance(error, BaseException)
    ending = ending_of(error, NOW)
    assert ending.outcome is outcome
    assert words in ending.message
    assert "s3cret" not in f"{ending}"
    assert (ending.cure is not None) == (outcome is REFUSED)


def test_a_bug_is_told_with_its_place_in_the_code() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    assert "ZeroDivisionError at test_outcome.py:" in ending_of(caught.value, NOW).message


def test_errors_that_cause_each_other_come_to_an_end() -> None:
    first, second = KeyError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert ending_of(first, NOW).outcome is BROKEN


STATUSES = [(status, OK) for status in (200, 201, 204, 207, 226, 299)]
STATUSES += [(status, UNAVAILABLE) for status in (408, 425, 429, 500, 502, 503, 504, 522, 599)]
STATUSES += [(status, REFUSED) for status in (400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 426, 451, 499)]
STATUSES += [(status, BROKEN) for status in (100, 101, 206, 300, 304, 305, 399, 600, 999)]


@pytest.mark.parametrize(("status", "outcome"), STATUSES)
def test_only_2xx_is_ok_and_of_those_no_part(status: int, outcome: Outcome) -> None:
    ending = ending_of(of_status(status, "api.example.com", NOW), NOW)
    assert ending.outcome is outcome
    assert outcome is OK or (str(status) in ending.message and "api.example.com" in ending.message)
    assert (ending.cure is not None) == (outcome is REFUSED)


def test_a_status_error_of_httpx_is_read_as_its_status() -> None:
    answer = httpx.Response(429, headers={"retry-after": "60"}, request=REQUEST)
    ending = ending_of(httpx.HTTPStatusError("s3cret", request=REQUEST, response=answer), NOW)
    assert (ending.outcome, ending.retry_at) == (UNAVAILABLE, NOW + 60 * SECOND)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("0", NOW),
        ("120", NOW + 120 * SECOND),
        (" 7 ", NOW + 7 * SECOND),
        ("86401", NOW + DAY),
        ("9" * 5000, NOW + DAY),
        (format_datetime(moment(NOW + HOUR), usegmt=True), NOW + HOUR),
        (format_datetime(moment(NOW + 9 * DAY), usegmt=True), NOW + DAY),
        (format_datetime(moment(NOW - HOUR), usegmt=True), None),
        ("Sunday, 22-Nov-26 13:00:00 GMT", NOW + HOUR),
        ("Sun Nov 22 13:00:00 2026", NOW + HOUR),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(text: str | None, at: int | None) -> None:
    assert parse_retry_after(text, NOW) == at


@pytest.mark.parametrize(("status", "told"), [(401, True), (403, True), (404, False), (500, False), (429, False)])
def test_who_is_refused_for_the_credential_is_told_what_it_needs(status: int, told: bool) -> None:
    error = of_status(status, "example.com", 0)
    assert error is not None
    cure = ending_of(error, 0, "an API key that may read").cure or ""
    assert cure.endswith("; it needs an API key that may read") == told
