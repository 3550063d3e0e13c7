"""When a source's next turn is."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config.model import Cron, Every, Source
from ingest.connector import Connector, OAuth
from ingest.connector.oauth.account import OAuthAccount
from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import BEGINNING, DAY, HOUR, MINUTE, SECOND, from_rfc3339
from ingest.run.standing import SLOTS, Standing, after, due_at, interval_of, slot_of, turns
from ingest.store.unit import By, Unit

UTC = ZoneInfo("UTC")
HOURLY = Every(HOUR)
NOON = from_rfc3339("2026-06-01T12:00:00Z")


def a_source(schedule: Every | Cron | None = HOURLY, fingerprint: str = "f", id: str = "news") -> Source:
    return Source(id, "fake", Connector(), schedule, None, None, {}, fingerprint)


def a_standing(outcome: Outcome = Outcome.OK, **more: object) -> Standing:
    given = {"message": "", "cure": None, "last_pull_at": NOON, "last_success_at": NOON, "fingerprint": "f"} | more
    return Standing(outcome, **given)  # type: ignore[arg-type]


@given(st.integers(0, 59), st.integers(0, 10**16), st.sampled_from([MINUTE, HOUR, DAY, 7 * DAY]))
def test_turns_lie_on_a_grid_that_never_drifts(slot: int, at: int, interval: int) -> None:
    following = turns(Every(interval), slot, UTC)
    first = following(at)
    assert at < first <= at + interval
    assert following(first) == first + interval
    assert following(first - 1) == first


def test_ids_spread_evenly_over_the_slots() -> None:
    slots = Counter(slot_of(f"source_{n}", Every(HOUR)) for n in range(6_000))
    assert len(slots) == SLOTS
    assert max(slots.values()) < 160


def test_the_slot_of_an_id_is_the_same_in_every_process() -> None:
    assert slot_of("newsletter", Every(HOUR)) == 25


def test_slots_are_never_less_than_a_second_apart() -> None:
    assert {slot_of(f"s{n}", Every(2 * SECOND)) for n in range(100)} == {0, 1}


def test_a_refused_source_rests_shorter_where_somebody_can_consent_anew() -> None:
    oauth = OAuth(token_url="https://v.example/t", client_id="us", device_url="https://v.example/d")
    often, refused = a_source(Every(15 * MINUTE)), a_standing(Outcome.REFUSED)
    granted = replace(often, account=OAuthAccount("news", Path("news.json"), "news.json", oauth))
    rests = [(due_at(source, refused, UTC) or 0) - NOON for source in (often, granted)]
    assert [rest // HOUR for rest in rests] == [6, 1]


def test_a_new_source_is_due_at_once() -> None:
    assert due_at(a_source(), None, UTC) == BEGINNING


def test_a_source_whose_settings_changed_is_due_at_once() -> None:
    assert due_at(a_source(fingerprint="new"), a_standing(Outcome.REFUSED), UTC) == BEGINNING


def test_manual_sources_are_never_due() -> None:
    assert due_at(a_source(None), None, UTC) is None
    assert interval_of(a_source(None), UTC, NOON) is None


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.UNAVAILABLE, Outcome.BROKEN])
def test_the_next_turn_is_the_first_on_the_grid_after_the_last_pull(outcome: Outcome) -> None:
    due = due_at(a_source(), a_standing(outcome), UTC)
    assert due is not None
    assert NOON < due <= NOON + HOUR
    assert due == turns(Every(HOUR), slot_of("news", Every(HOUR)), UTC)(NOON)


def test_a_refused_source_rests_for_six_hours() -> None:
    due = due_at(a_source(Every(MINUTE)), a_standing(Outcome.REFUSED), UTC)
    assert due is not None
    assert NOON + 6 * HOUR <= due <= NOON + 6 * HOUR + MINUTE


def test_a_source_that_named_a_time_is_left_alone_until_then() -> None:
    due = due_at(a_source(Every(MINUTE)), a_standing(Outcome.UNAVAILABLE, retry_at=NOON + 2 * HOUR), UTC)
    assert due is not None
    assert NOON + 2 * HOUR <= due <= NOON + 2 * HOUR + MINUTE


def test_a_time_named_before_the_next_turn_does_not_hasten_it() -> None:
    near = a_standing(Outcome.UNAVAILABLE, retry_at=NOON + SECOND)
    assert due_at(a_source(Every(DAY)), near, UTC) == due_at(a_source(Every(DAY)), a_standing(), UTC)


def test_cron_turns_are_those_of_the_line_in_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert due_at(a_source(Cron("0 7 * * mon-fri")), a_standing(), berlin) == from_rfc3339("2026-06-02T05:00:00Z")
    assert interval_of(a_source(Cron("0 7 * * *")), berlin, NOON) == DAY


def a_unit(outcome: Outcome, at: int) -> Unit:
    return Unit("news", By.PULL, at, at + SECOND, Ending(outcome, "said", "do", at + HOUR), fingerprint="f")


def test_failures_are_counted_until_a_success() -> None:
    standing = after(None, a_unit(Outcome.UNAVAILABLE, NOON))
    assert (standing.consecutive_failures, standing.last_success_at) == (1, None)
    standing = after(standing, a_unit(Outcome.BROKEN, NOON + HOUR))
    assert (standing.consecutive_failures, standing.outcome, standing.cure) == (2, Outcome.BROKEN, "do")
    standing = after(standing, a_unit(Outcome.OK, NOON + 2 * HOUR))
    assert (standing.consecutive_failures, standing.last_success_at) == (0, NOON + 2 * HOUR + SECOND)


def test_a_credentials_end_is_remembered_by_a_pull_that_does_not_tell_it() -> None:
    standing = after(a_standing(credential_expires_at=NOON + DAY), a_unit(Outcome.REFUSED, NOON))
    assert standing.credential_expires_at == NOON + DAY
    delivered = replace(a_unit(Outcome.OK, NOON), by=By.PUSH)
    assert after(standing, delivered).credential_expires_at == NOON + DAY


def test_a_good_pull_that_tells_no_end_may_have_had_another_credential() -> None:
    """As the database has it: a new token is in the settings, and the end of the old one is not its end."""
    standing = after(a_standing(credential_expires_at=NOON + DAY), a_unit(Outcome.OK, NOON))
    assert standing.credential_expires_at is None
