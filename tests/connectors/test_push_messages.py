"""What deliveries bring: by JMESPath, or as the API takes measurements."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from connectors.push import Push
from ingest.connector import Broken, Message, Reading

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATED = datetime(2026, 3, 1, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 2, 28, 23, tzinfo=UTC)
KIT = {
    "delivery_id": 123,
    "events": [
        {
            "id": "e1",
            "type": "subscriber.created",
            "created": "2026-03-01T09:00:00Z",
            "data": {"subscriber": {"id": 7}},
        },
        {
            "id": "e2",
            "type": "subscriber.updated",
            "created": "2026-03-01T10:00:00Z",
            "data": {"subscriber": {"id": 7}},
        },
    ],
}
TYPEFORM = {
    "event_id": "01H",
    "event_type": "form_response",
    "form_response": {"token": "t1", "submitted_at": "2026-03-01T09:00:00Z", "answers": []},
}
ORDER = {"order": {"id": 5, "total": "12.50", "at": 1772355600}, "type": "order.paid"}


def told(signal: Mapping[str, Any], document: Any, *, is_form: bool = False) -> list[Reading]:
    push = Push.model_validate({"signals": {"x": dict(signal)}})
    message = Message("shop", document, AT, ZoneInfo("Europe/Berlin"), b"salt", is_form)
    return list(push.received(message))


@pytest.mark.parametrize(
    ("signal", "document", "readings"),
    [
        (
            {"kind": "events", "items": "events", "when": "type=='subscriber.created'", "key": "id", "time": "created"},
            KIT,
            [Reading("x", 1.0, CREATED, "e1")],
        ),
        (
            {"kind": "events", "key": "form_response.token", "time": "form_response.submitted_at"},
            TYPEFORM,
            [Reading("x", 1.0, CREATED, "t1")],
        ),
        (
            {"kind": "events", "when": "type=='order.paid'", "amount": "order.total", "key": "order.id"}
            | {"time": "order.at"},
            ORDER,
            [Reading("x", 12.5, CREATED, "5")],
        ),
        ({"kind": "events", "when": "type=='order.lost'", "amount": "order.sum"}, ORDER, []),
        ({"kind": "events", "when": "`true`"}, ORDER, [Reading("x", 1.0)]),
        ({"value": "stats.count"}, {"stats": {"count": 7}}, [Reading("x", 7.0)]),
        ({"value": "n"}, [{"n": 1}, {"n": 2}], [Reading("x", 1.0), Reading("x", 2.0)]),
        ({"value": "n", "when": "n"}, [{"n": 0}, {"m": 2}], [Reading("x", 0.0)]),
        ({"value": "@", "items": "points"}, {"points": [0, -1]}, [Reading("x", 0.0), Reading("x", -1.0)]),
        ({"kind": "events", "items": "events || `[]`", "key": "id"}, {"other": 1}, []),
        ({"kind": "events", "items": "person", "key": "id"}, {"person": {"id": 9}}, [Reading("x", 1.0, None, "9")]),
        ({"value": "n", "time": "day"}, {"n": 1, "day": "2026-03-01"}, [Reading("x", 1.0, MIDNIGHT)]),
        ({"value": "n", "unit": "min"}, {"n": 51.5}, [Reading("x", 51.5)]),
    ],
)
def test_jmespath_finds_what_counts(signal: dict[str, Any], document: Any, readings: list[Reading]) -> None:
    assert told(signal, document) == readings


def test_an_address_as_a_key_is_kept_as_a_hash() -> None:
    [one] = told({"kind": "events", "key": "data.email"}, {"data": {"email": "ada@example.com"}}, is_form=True)
    [again] = told({"kind": "events", "key": "data.email"}, {"data": {"email": "ada@example.com"}})
    assert one.key == again.key
    assert one.key is not None
    assert "@" not in one.key
    assert len(one.key) == 32


@pytest.mark.parametrize(
    ("signal", "document", "message"),
    [
        ({"value": "stats.count"}, {"stats": {}}, r"signals\.x: stats\.count: should be a number"),
        ({"value": "n"}, {"n": True}, "true or false"),
        ({"value": "n"}, {"n": "many"}, "is no number"),
        ({"value": "n"}, {"n": "5,000"}, "nobody says which"),
        ({"value": "n"}, [{"n": 1}, {"n": None}], r"signals\.x, item 1: n: should be a number"),
        ({"value": "n", "time": "at"}, {"n": 1}, "should be a time"),
        ({"value": "n", "time": "at"}, {"n": 1, "at": "soon"}, "is no date"),
        ({"kind": "events", "key": "id"}, {"id": None}, "tells it apart"),
        ({"kind": "events", "key": "id"}, {"id": 1.5}, "tells it apart"),
        (
            {"kind": "events", "items": "events", "key": "id"},
            {"event": []},
            r"finds nothing; .* write events \|\| `\[\]`",
        ),
        ({"kind": "events", "items": "n", "key": "id"}, {"n": 5}, "should find a list"),
        ({"value": "length(@)"}, 5, "an object or a list"),
        ({"value": "abs(a)"}, {"a": "b"}, "cannot be computed"),
        ({"value": "a"}, [{"a": 1}] * 10_001, "more than 10000"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_guessed(signal: dict[str, Any], document: Any, message: str) -> None:
    with pytest.raises(Broken) as broken:
        told(signal, document)
    assert re.search(message, broken.value.ending().message)


PLAIN = {"kind": "events"}


@pytest.mark.parametrize(
    ("signal", "document", "readings"),
    [
        ({}, {"signal": "x", "value": 5}, [Reading("x", 5.0)]),
        ({}, {"signal": "shop.x", "value": 5.5}, [Reading("x", 5.5)]),
        ({}, [{"signal": "x", "value": 5, "observed_at": "2026-03-01T10:00:00+01:00"}], [Reading("x", 5.0, CREATED)]),
        (PLAIN, {"signal": "x", "value": 2, "key": "a"}, [Reading("x", 2.0, None, "a")]),
        ({}, [], []),
    ],
)
def test_without_jmespath_a_delivery_is_measurements(signal: dict[str, Any], document: Any, readings: Any) -> None:
    assert told(signal, document) == readings


def test_a_form_is_a_measurement_too() -> None:
    assert told(PLAIN, {"signal": "x", "value": "2.5", "key": "a"}, is_form=True) == [Reading("x", 2.5, None, "a")]


@pytest.mark.parametrize(
    ("signal", "document", "message"),
    [
        ({}, {"signal": "other.x", "value": 5}, "there is no signal 'other.x' in shop"),
        ({}, [{"signal": "x", "value": 5}, {"signal": "x"}], r"\[1\]\.value: is missing"),
        ({}, {"signal": "x", "value": "5"}, r"^\[0\]\.value: should be a number, and is text; "),
        ({}, {"signal": "x", "value": True}, r"^\[0\]\.value: should be a number, and is true or false; "),
        ({}, {"signal": "x", "value": 5, "observedat": "now"}, "observedat"),
        ({}, {"signal": "x", "value": 5, "observed_at": "2026-03-01T10:00:00"}, "with its offset"),
        ({}, {"signal": "x", "value": 5, "observed_at": "noon"}, "with its offset"),
        (PLAIN, {"signal": "x", "value": 1}, "an event needs a key"),
        ({}, {"zen": "Keep it logically awesome."}, "say in the settings"),
        ({}, "text", "an object or a list"),
        ({}, [1], "measurements are objects"),
    ],
)
def test_a_measurement_that_is_none_is_named(signal: dict[str, Any], document: Any, message: str) -> None:
    with pytest.raises(Broken) as broken:
        told(signal, document)
    assert re.search(message, broken.value.ending().message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "events", "value": "n"}, "events have no `value`"),
        ({"amount": "n"}, "belong to `kind: events`"),
        ({"key": "id", "value": "n"}, "belong to `kind: events`"),
        ({"time": "at"}, "say where the number is"),
        ({"value": "a["}, "no JMESPath"),
        ({"value": "lenght(a)"}, r"did you mean length\(\)"),
    ],
)
def test_settings_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Push.model_validate({"signals": {"x": change}})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"signature": "path", "secret": "short"}, "hard to guess"),
        ({"signature": "standard", "secret": "not base64!"}, "Standard Webhooks"),
        ({"signature": "github", "secret": "s", "header": "X-Mine"}, "`header` is for"),
    ],
)
def test_a_hook_that_could_not_work_is_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message) as refused:
        Push.model_validate({"signals": {"x": {}}, **settings})
    assert f"'{settings['secret']}'" not in str(refused.value)


def test_two_secrets_count_while_a_sender_changes_over() -> None:
    hook = Push.model_validate({"signals": {"x": {}}, "secret": "new", "former_secret": "old"}).hook()
    assert hook is not None
    assert [one.get_secret_value() for one in hook.secrets] == ["new", "old"]


@pytest.mark.parametrize("former", [None, ""])
def test_an_empty_former_secret_is_none(former: str | None) -> None:
    hook = Push.model_validate({"signals": {"x": {}}, "secret": "new", "former_secret": former}).hook()
    assert hook is not None
    assert [one.get_secret_value() for one in hook.secrets] == ["new"]
