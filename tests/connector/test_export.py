import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest.connector import Refused
from ingest.connector.export import day_in, newest


@pytest.mark.parametrize(
    ("name", "locale", "day"),
    [
        ("subscribers-2026-06-28.csv", None, date(2026, 6, 28)),
        ("subscribers_2026_06_28.csv", None, date(2026, 6, 28)),
        ("20260628.xlsx", None, date(2026, 6, 28)),
        ("export_20260628T1015.zip", None, date(2026, 6, 28)),
        ("export-20260628101530.csv", None, date(2026, 6, 28)),
        ("Bericht 28.06.2026.xlsx", None, date(2026, 6, 28)),
        ("Bericht 7.6.2026.xlsx", "en_US", date(2026, 6, 7)),
        ("Basic_LinkedInDataExport_06-28-2026.zip", None, date(2026, 6, 28)),
        ("Basic_LinkedInDataExport_06-07-2026 (1).zip", "en_US", date(2026, 6, 7)),
        ("export_06-07-2026.zip", "en_GB", date(2026, 7, 6)),
        ("2026-01-01 to 2026-06-28.csv", None, date(2026, 6, 28)),
        ("meetup.xlsx", None, None),
        ("meetup 2026.xlsx", None, None),
        ("meetup 2026-06.xlsx", None, None),
        ("meetup 2026-13-01.xlsx", None, None),
        ("order 120260628.csv", None, None),
        ("v1.2.3.csv", None, None),
    ],
)
def test_the_day_in_a_name_is_read(name: str, locale: str | None, day: date | None) -> None:
    assert day_in(name, locale) == day


def test_a_name_that_could_tell_two_days_is_refused_with_the_cure() -> None:
    with pytest.raises(Refused, match="2026-07-06 or 2026-06-07") as refused:
        day_in("export_06-07-2026.zip")
    assert "locale" in refused.value.cure


def test_the_newest_is_that_with_the_latest_day_in_its_name_else_written_last(tmp_path: Path) -> None:
    def written(name: str, changed: datetime) -> None:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (changed.timestamp(), changed.timestamp()))

    written("a-2026-05-01.csv", datetime(2026, 9, 1, tzinfo=UTC))
    written("a-2026-06-01.csv", datetime(2026, 6, 2, tzinfo=UTC))
    assert newest(tmp_path, ["a-*.csv"]).day == date(2026, 6, 1)
    written("a-latest.csv", datetime(2026, 7, 1, 12, tzinfo=UTC))
    found = newest(tmp_path, ["none-*.csv", "a-*.csv"])
    assert (found.path.name, found.day, found.changed) == ("a-latest.csv", None, datetime(2026, 7, 1, 12, tzinfo=UTC))


def test_nothing_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"a-\*\.csv"):
        newest(tmp_path, ["a-*.csv"])


def test_of_a_folder_that_holds_nothing_its_name_is_told_and_no_pattern(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^the folder exports holds no such file$"):
        newest(tmp_path, ["exports/*.csv", "exports/*.zip"])
