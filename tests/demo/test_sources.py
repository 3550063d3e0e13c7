"""The demo's files, read by the connectors that everybody uses."""

from asyncio import run
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml

from ingest.config.demo import write_demo
from ingest.connector.ask import Ask
from ingest.connector.drain import Drained, drain
from ingest.connector.find import find
from ingest.connector.reading import Reading
from ingest.okr.instant import instant
from ingest.okr.period import midnight

ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles")]
DAYS = [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)]


def pulled(home: Path, source: str, today: date, zone: ZoneInfo) -> Drained:
    """What a source of the demo says at noon."""
    settings = yaml.safe_load((home / "okr.yaml").read_text())["sources"][source]
    connector = find(settings.pop("connector"), home).model_validate(settings)
    noon = datetime.combine(today, datetime.min.time(), zone).astimezone(UTC) + timedelta(hours=12)
    return run(drain(connector, Ask(client=httpx.AsyncClient, now=noon, zone=zone, home=home, key=b"key")))


def of(drained: Drained, signal: str, start: date, end: date, zone: ZoneInfo) -> list[Reading]:
    first, last = midnight(start, zone), midnight(end, zone)
    return [
        reading
        for reading in drained.readings
        if reading.signal == signal and reading.at is not None and first <= instant(reading.at) < last
    ]


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(params=ZONES, ids=str)
def zone(request: pytest.FixtureRequest) -> ZoneInfo:
    zone: ZoneInfo = request.param
    return zone


@pytest.fixture
def home(tmp_path: Path, today: date, zone: ZoneInfo) -> Path:
    write_demo(tmp_path, today, zone)
    return tmp_path


def test_the_calendar_tells_moved_and_planned_talks_and_no_cancelled_ones(
    home: Path, today: date, zone: ZoneInfo
) -> None:
    drained = pulled(home, "calendar", today, zone)
    day_after = today + timedelta(days=1)

    assert len(of(drained, "talks", today - timedelta(days=365), day_after, zone)) == 10
    assert len(of(drained, "talks", today - timedelta(days=71), today - timedelta(days=60), zone)) >= 2
    assert len(of(drained, "talks", day_after, today + timedelta(days=60), zone)) == 2
    assert len({reading.key for reading in drained.readings}) == len(drained.readings) == 12
