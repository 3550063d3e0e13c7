import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.strict import NotStrict, strict_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))
def test_what_json_can_say_comes_through(value: Any, ascii_only: bool, encoding: str) -> None:
    assert strict_json(json.dumps(value, ensure_ascii=ascii_only).encode(encoding)) == value


@pytest.mark.parametrize(
    ("document", "where", "words"),
    [
        ('{"stats": {"count": NaN}}', "stats.count", "NaN"),
        ('{"stats": [1, -Infinity]}', "stats[1]", "-Infinity"),
        ('{"a": 1e400}', "a", "too large"),
        ('{"a": -1e400}', "a", "too large"),
        ('{"a": 18446744073709551616}', "a", "64 bits"),
        ('{"a": -9223372036854775809}', "a", "64 bits"),
        ('{"a": ' + "1" * 400 + "}", "a", "64 bits"),
        ('{"a": ' + "1" * 100_000 + "}", "a", "64 bits"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "a.b", "twice"),
        ('{"a": "\\ud800"}', "a", "surrogate"),
        ('{"a": ["\\udc00\\ud800"]}', "a[0]", "surrogate"),
        ('{"\\ud800": 1}', None, "surrogate"),
        ("[" * 100_000 + "]" * 100_000, None, "nested too deeply"),
        ('{"a":' * 100_000, None, "nested too deeply"),
        ('{"a": 1', None, "not JSON"),
        ("NaN", None, "NaN"),
        ("{'a': 1}", None, "line 1, column 2"),
        ("1 2", None, "not JSON"),
        ("", None, "not JSON"),
        (b'{"a": "\xe4"}', None, "byte 7 is not utf-8"),
    ],
)
def test_what_others_read_in_different_ways_is_refused_with_its_path(
    document: str | bytes, where: str | None, words: str
) -> None:
    with pytest.raises(NotStrict, match=words) as caught:
        strict_json(document)
    if where is not None:
        assert caught.value.where == where


@pytest.mark.parametrize("document", ['"\\ud83d\\ude00"', '"\\\\ud800"', '"😀"'])
def test_whole_pairs_and_their_like_are_text(document: str) -> None:
    assert strict_json(document) == json.loads(document)
