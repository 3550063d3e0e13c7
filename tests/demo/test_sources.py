"""The demo as everybody would use it: okr.yaml loaded, files read by the connectors, key results scored."""

from asyncio import run
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from ingest.config.demo import write_demo
from ingest.config.load import load
from ingest.config.model import Config, Source
from ingest.connector.ask import Ask
from ingest.connector.drain import drain
from ingest.okr.day import midnight
from ingest.okr.instant import FOREVER, HOUR, Instant, instant
from ingest.okr.judge import judge
from ingest.okr.measure import measure
from ingest.okr.score import Status
from ingest.okr.signal import Series
from ingest.run.intake import Intake, intake

ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles")]
DAYS = [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 31), date(2027, 6, 1)]
SAYS = {
    "recognized_expert.talks": Status.ON_TRACK,
    "recognized_expert.guest_posts": Status.ACHIEVED,
    "recognized_expert.connections": Status.AT_RISK,
    "recognized_expert.mentorship": Status.ON_TRACK,
    "recognized_expert.job_offers": Status.LEARNING,
    "local_community.attendees": Status.OFF_TRACK,
    "local_community.presenters": Status.ON_TRACK,
    "local_community.mentions": Status.NO_DATA,
    "newsletter.subscribers": Status.ON_TRACK,
    "newsletter.churn": Status.AT_RISK,
    "fit.ten_km": Status.ON_TRACK,
    "fit.friends": Status.ON_TRACK,
}


def loaded(home: Path, today: date, zone: ZoneInfo) -> Config:
    write_demo(home, today, zone)
    return load(home / "okr.yaml", {})


def taken_in(source: Source, config: Config, now: Instant) -> Intake:
    asked = datetime.fromtimestamp(now / 1_000_000, UTC)
    ask = Ask(client=httpx.AsyncClient, now=asked, zone=config.zone, home=config.home, key=b"key")
    return intake(source, run(drain(source.connector, ask)), now, {})


def series(config: Config, now: Instant) -> dict[str, Series]:
    """Every signal of the demo, pulled once; what is kept by hand has nothing yet."""
    known: dict[str, Series] = {}
    for source in config.sources.values():
        pulled = taken_in(source, config, now) if source.schedule else None
        for name, signal in source.signals.items():
            full = f"{source.id}.{name}"
            if pulled is None:
                since = getattr(source.connector, "since", None)
                known[full] = Series(signal.kind, [], [], midnight(since, config.zone) if since else None, FOREVER)
                continue
            points = sorted((one.observed_at, one.value) for one in pulled.measurements if one.signal == full)
            [covered] = [one for one in pulled.coverage if one.signal == full]
            times, values = [at for at, _ in points], [value for _, value in points]
            known[full] = Series(signal.kind, times, values, covered.start, covered.end, stale_after=source.stale_after)
    return known


@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_on_any_day_the_demo_says_what_it_was_made_to_say(
    tmp_path: Path, today: date, zone: ZoneInfo, hour: int
) -> None:
    config = loaded(tmp_path, today, zone)
    now = midnight(today, zone) + hour * HOUR + 1
    known = series(config, now)

    says = {
        one.name: judge(measure(one, {name: known[name] for name in one.kinds}, now), now)
        for objective in config.objectives
        for one in objective.key_results
    }

    assert config.warnings == ()
    assert {name: score.status for name, score in says.items()} == SAYS
    assert "baseline" in (says["local_community.mentions"].reason or "")
    assert says["fit.ten_km"].value == pytest.approx(47.0)
    assert says["recognized_expert.connections"].baseline == 2000


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_calendar_tells_moved_and_planned_talks_and_no_cancelled_ones(
    tmp_path: Path, today: date, zone: ZoneInfo
) -> None:
    config = loaded(tmp_path, today, zone)
    talks = taken_in(config.sources["calendar"], config, midnight(today, zone) + 12 * HOUR).measurements
    lectures = [today - timedelta(days=70), today - timedelta(days=61)]
    planned = [today + timedelta(days=12), today + timedelta(days=25)]

    times = {
        datetime.combine(day, clock(hour), zone)
        for day, hour in zip([*lectures, *planned], (10, 14, 17, 9), strict=True)
    }

    assert {instant(at) for at in times} <= {one.observed_at for one in talks}
    assert len(talks) == len({one.key for one in talks}) == 12


def test_half_a_year_of_history_lies_before_the_period(tmp_path: Path) -> None:
    config = loaded(tmp_path, DAYS[0], ZONES[0])
    now = midnight(DAYS[0], ZONES[0]) + 12 * HOUR

    for source in ("linkedin", "followers", "newsletter", "running", "requests", "meetup", "calendar"):
        measurements = taken_in(config.sources[source], config, now).measurements
        first = min(one.observed_at for one in measurements)
        assert first < now - 150 * 24 * HOUR, source
