"""Forms as senders post them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.form import form_object
from ingest.connector.strict import NotStrict


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", {}),
        (b"type=subscribe&fired_at=2026-03-26+21%3A35%3A57", {"type": "subscribe", "fired_at": "2026-03-26 21:35:57"}),
        (
            b"data%5Bemail%5D=a%40example.com&data[merges][FNAME]=A",
            {"data": {"email": "a@example.com", "merges": {"FNAME": "A"}}},
        ),
        (b"tags[]=a&tags[]=b", {"tags": ["a", "b"]}),
        (b"empty=&n=1", {"empty": "", "n": "1"}),
        (b"name=%C3%A9", {"name": "é"}),
        (b"a]b[=1", {"a]b[": "1"}),
    ],
)
def test_a_form_is_an_object(body: bytes, found: dict[str, Any]) -> None:
    assert form_object(body) == found


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"a=1&a=2", "a: the field is there twice"),
        (b"a=1&a[b]=2", "twice"),
        (b"a[b]=1&a=2", "twice"),
        (b"a[]=1&a[b]=2", "twice"),
        (b"a[b]=1&a[]=2", "twice"),
        (b"a=%FF", "no text"),
        ("a=é".encode(), "no text"),
        (b"&".join(b"a%d=1" % n for n in range(1001)), "more than 1000"),
        (b"a" + b"[b]" * 9 + b"=1", "nested too deeply"),
    ],
)
def test_what_others_read_in_different_ways_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(NotStrict, match=told):
        form_object(body)


@given(st.binary(max_size=200))
def test_any_body_is_a_form_or_refused(body: bytes) -> None:
    with suppress(NotStrict):
        form_object(body)
