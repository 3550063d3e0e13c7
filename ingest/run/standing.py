"""How a source stands between its pulls, and when its next turn is. Pure: time and zone are arguments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from zoneinfo import ZoneInfo

from ingest.config.model import Every, Schedule, Source
from ingest.connector.oauth.account import OAuthAccount
from ingest.connector.outcome import Outcome
from ingest.okr.cron import next_after
from ingest.okr.instant import BEGINNING, HOUR, SECOND, Duration, Instant
from ingest.store.unit import By, Unit

SLOTS = 60
"""Phases over an interval: as many clock jobs at most for each schedule, however many sources have it."""
REFUSED_REST: Duration = 6 * HOUR
"""How long a refused source is left alone while its settings are the same."""
CONSENT_REST: Duration = HOUR
"""The same for one that takes its access from `okr auth`: consent changes no settings, and should soon be noticed."""

Turns = Callable[[Instant], Instant]
"""The first turn after an instant."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the last pulls of a source left behind."""

    outcome: Outcome
    message: str
    cure: str | None
    last_pull_at: Instant
    last_success_at: Instant | None
    consecutive_failures: int = 0
    retry_at: Instant | None = None
    """The source said not to come before this."""
    fingerprint: str | None = None
    """The settings it was pulled with."""
    credential_expires_at: Instant | None = None


def after(standing: Standing | None, unit: Unit) -> Standing:
    """How a source stands after one more pull. What a good one does not tell of its credential's end is unknown: it may
    be another credential."""
    ok = unit.ending.outcome is Outcome.OK
    expiry = unit.credential_expires_at
    if standing is None:
        standing = Standing(unit.ending.outcome, "", None, unit.started_at, None)
    return replace(
        standing,
        outcome=unit.ending.outcome,
        message=unit.ending.message,
        cure=unit.ending.cure,
        last_pull_at=unit.started_at,
        last_success_at=unit.finished_at if ok else standing.last_success_at,
        consecutive_failures=0 if ok else standing.consecutive_failures + 1,
        retry_at=unit.ending.retry_at,
        fingerprint=unit.fingerprint,
        credential_expires_at=expiry or (None if ok and unit.by is By.PULL else standing.credential_expires_at),
    )


def slot_of(source: str, schedule: Schedule) -> int:
    """The phase of a source: stable over restarts, spread evenly over ids. A cron line means its minute: no phase."""
    if not isinstance(schedule, Every):
        return 0
    digest = blake2b(source.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % slots_of(schedule)


def slots_of(schedule: Schedule) -> int:
    """How many phases a schedule has: never less than a second apart."""
    if not isinstance(schedule, Every):
        return 1
    return max(1, min(SLOTS, schedule.interval // SECOND))


def turns(schedule: Schedule, slot: int, zone: ZoneInfo) -> Turns:
    """The turns of a slot. Those of an interval lie on a grid from the epoch on, so they never drift."""
    if not isinstance(schedule, Every):
        line = schedule.line
        return lambda at: next_after(line, at, zone)
    interval = schedule.interval
    phase = interval * slot // slots_of(schedule)
    return lambda at: (at - phase) // interval * interval + interval + phase


def due_at(source: Source, standing: Standing | None, zone: ZoneInfo) -> Instant | None:
    """When a source is to be pulled next; in the past where it is overdue; None: never.

    A new source and one whose settings changed are due at once. A refused one rests, one that named a time is
    left alone until then, and then both come at their own next turn.
    """
    if source.schedule is None:
        return None
    if standing is None or standing.fingerprint != source.fingerprint:
        return BEGINNING
    earliest = standing.last_pull_at
    if standing.outcome is Outcome.REFUSED:
        rest = CONSENT_REST if isinstance(source.account, OAuthAccount) else REFUSED_REST
        earliest = max(earliest, standing.last_pull_at + rest - 1)
    if standing.retry_at is not None:
        earliest = max(earliest, standing.retry_at - 1)
    return turns(source.schedule, slot_of(source.id, source.schedule), zone)(earliest)


def interval_of(source: Source, zone: ZoneInfo, at: Instant) -> Duration | None:
    """The distance of a source's pulls; of a cron line that between its next two."""
    if source.schedule is None:
        return None
    if isinstance(source.schedule, Every):
        return source.schedule.interval
    following = turns(source.schedule, 0, zone)
    return following(following(at)) - following(at)
