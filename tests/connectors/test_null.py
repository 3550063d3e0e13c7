"""Some vendors write null where others leave a field out; a number that does not hang on it is told all the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from ingest.connector.drain import Drained
from tests.connectors.suites import asked_over_http


def emptied(value: Any, name: str) -> Any:
    """The value with null for all that is called so."""
    if isinstance(value, dict):
        return {one: None if one == name else emptied(inner, name) for one, inner in value.items()}
    return [emptied(one, name) for one in value] if isinstance(value, list) else value


def named(value: Any, name: str) -> bool:
    if isinstance(value, dict):
        return name in value or any(named(inner, name) for inner in value.values())
    return isinstance(value, list) and any(named(one, name) for one in value)


@pytest.mark.parametrize(
    ("connector", "names"),
    [
        ("calendly", ["name"]),
        ("cal_com", ["title", "rescheduledToUid"]),
        ("eventbrite", ["name", "refunded"]),
        ("google_calendar", ["accessRole", "description", "location", "eventType"]),
        ("google_forms", ["nextPageToken"]),
        ("luma", ["event_tickets"]),
        ("microsoft_mail", ["subject", "from", "toRecipients", "ccRecipients"]),
        ("pipedrive", ["more_items_in_collection"]),
        ("tally", ["hasMore", "questions"]),
    ],
)
def test_a_number_that_does_not_hang_on_it_is_told_where_a_field_is_null(connector: str, names: Sequence[str]) -> None:
    suite = asked_over_http()[connector]
    for name in names:
        kit = suite()
        conversation = kit.conversation()
        told = {at: one.answer["json"] for at, one in enumerate(conversation.exchanges) if one.is_json}
        places = {at: value for at, value in told.items() if named(value, name)}
        assert places, f"{name} was never recorded"
        for at, value in places.items():
            changed = conversation.with_answer(at, emptied(value, name))
            assert isinstance(kit.ended(kit._ask(changed)), Drained), f"{name} may be null"
