"""The clock: says when sources are due, and nothing more.

APScheduler keeps the time; it has one job for each schedule and phase, whatever the number of sources, and its jobs
only name who is due. Pulling is the pullers' work, so nothing here ever waits for a source.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from ingest.config.model import Schedule
from ingest.okr.instant import BEGINNING, Instant, instant, moment
from ingest.run.standing import Turns, slot_of, turns

Fire = Callable[[Iterable[str], Instant], None]
"""Called with the ids that are due and the instant at which they are."""

_DUE = (BEGINNING,)
"""What APScheduler sees of a job's arguments; the executor calls it with the instant at which it was due."""


class _Grid(BaseTrigger):  # type: ignore[misc]  # apscheduler ships no types
    """Fires at our own turns: APScheduler's reading of crontab lines and of intervals differs from ours."""

    def __init__(self, following: Turns) -> None:
        self.following = following

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The turn after the last one, or after now: turns that passed while the machine slept come as one."""
        after = instant(now) if previous_fire_time is None else max(instant(previous_fire_time), instant(now))
        return moment(self.following(after))


class _AtOnce(BaseExecutor):  # type: ignore[misc]  # apscheduler ships no types
    """Calls a job on the loop with the instant at which it was due. Jobs are short; there is nothing to cancel."""

    def submit_job(self, job: Any, run_times: list[datetime]) -> None:
        self._do_submit_job(job, run_times)

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        job.func(instant(run_times[-1]))


class Clock:
    """Fires the sources of each (schedule, phase) at their turns. Use it on a running event loop."""

    def __init__(self, zone: ZoneInfo, fire: Fire) -> None:
        self.zone = zone
        self._fire = fire
        self._members: dict[tuple[Schedule, int], dict[str, None]] = {}
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            executors={"default": _AtOnce()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    @property
    def jobs(self) -> int:
        """How many (schedule, phase) there are."""
        return len(self._members)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No turn comes after this."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def call(self, schedule: Schedule, job: Callable[[Instant], None]) -> None:
        """Call something at every turn of a schedule: the minute's tick."""
        self._scheduler.add_job(job, _Grid(turns(schedule, 0, self.zone)), args=_DUE)

    def add(self, source: str, schedule: Schedule) -> None:
        """From now on this source has its turns."""
        place = (schedule, slot_of(source, schedule))
        members = self._members.get(place)
        if members is None:
            members = self._members[place] = {}
            grid = _Grid(turns(*place, self.zone))
            self._scheduler.add_job(lambda due: self._fire(members, due), grid, args=_DUE, id=repr(place))
        members[source] = None

    def remove(self, source: str, schedule: Schedule) -> None:
        """This source has no more turns."""
        place = (schedule, slot_of(source, schedule))
        members = self._members[place]
        del members[source]
        if not members:
            del self._members[place]
            self._scheduler.remove_job(repr(place))
