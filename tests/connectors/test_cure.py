"""What a connector says to do about a refusal, by its status alone."""

import pytest

from connectors.parts.cure import cured
from ingest.connector import Answer, Broken, Refused, SourceError, Unavailable

ANSWER = Answer("https://example.com", 404, {}, b"")


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (Refused("nothing is there (404)", "check the address", 404), "share it"),
        (Refused("not allowed (403)", "check the key", 403), "check the key"),
        (Refused("no such file", "check the path"), "check the path"),
        (Unavailable("later (404)"), None),
        (Broken("is missing"), None),
    ],
)
def test_a_refusal_of_that_status_has_another_cure_and_keeps_its_words(error: SourceError, cure: str | None) -> None:
    told = cured({404: "share it"})(ANSWER, error)
    assert (type(told), str(told)) == (type(error), str(error))
    assert told.ending().cure == cure
    assert getattr(told, "status", None) == getattr(error, "status", None)
