"""The demo's files, as they are written: the same for the same day, and right on every day of every year."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.config.demo import demo, write_demo
from ingest.config.demo.story import Story
from ingest.okr.day import midnight
from ingest.okr.period import parse_period

BERLIN = ZoneInfo("Europe/Berlin")
LEAP_DAY = date(2028, 2, 29)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_the_same_day_and_seed_give_the_same_bytes() -> None:
    assert demo("demo", LEAP_DAY, BERLIN) == demo("demo", LEAP_DAY, BERLIN)
    assert demo("demo", LEAP_DAY, BERLIN) != demo("demo", LEAP_DAY, BERLIN, seed=1)


def test_the_archive_has_the_shape_that_linkedin_gives_it() -> None:
    files = demo("demo", LEAP_DAY, BERLIN)
    with zipfile.ZipFile(io.BytesIO(files["Basic_LinkedInDataExport_02-26-2028.zip"])) as zipped:
        [name] = zipped.namelist()
        text = zipped.read(name).decode()

    assert name == "Connections.csv"
    assert text.startswith('Notes:\n"When exporting')
    rows = list(csv.DictReader(io.StringIO(text.split("\n\n", 1)[1])))
    assert all(re.fullmatch(r"\d\d [A-Z][a-z][a-z] \d{4}", row["Connected On"]) for row in rows)
    assert all(row["Email Address"].endswith("@example.org") for row in rows if row["Email Address"])
    assert any(not row["First Name"] for row in rows)


def test_what_is_typed_next_stands_at_the_top() -> None:
    assert b"okr -c 'my demo/okr.yaml' pull" in demo("my demo", LEAP_DAY, BERLIN)["okr.yaml"]
    assert b"#   okr pull" in demo(".", LEAP_DAY, BERLIN)["okr.yaml"]


def test_it_is_written_into_a_new_folder_and_never_over_a_file(tmp_path: Path) -> None:
    written = write_demo(tmp_path / "demo", LEAP_DAY, BERLIN)

    assert sorted(path.name for path in written) == sorted(path.name for path in (tmp_path / "demo").iterdir())
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(FileExistsError, match=r"okr\.yaml"):
        write_demo(tmp_path / "demo", LEAP_DAY + timedelta(days=1), BERLIN)
    assert {path: path.read_bytes() for path in written} == before


@settings(max_examples=60, deadline=None)
@given(today=DAYS)
def test_on_any_day_the_shares_of_time_that_are_gone_leave_room_for_the_story(today: date) -> None:
    story = Story(today, BERLIN, seed=1)

    assert story.first.day == 1
    assert (story.last + timedelta(days=1)).day == 1
    assert 0.65 < story.share < 0.85
    assert (story.first - story.before) == (story.last - story.first) + timedelta(days=1)
    assert story.weeks[0] < story.before
    assert story.weeks[-1] == today


@settings(max_examples=60, deadline=None)
@given(today=DAYS, seed=st.integers(0, 3))
def test_on_any_day_as_much_has_happened_as_the_story_tells(today: date, seed: int) -> None:
    story = Story(today, BERLIN, seed)
    now = [kind for day, kind in story.asked if day >= story.first]
    runs = [(seconds, friends) for day, seconds, friends in story.runs if day > story.running_first]

    assert now.count("guest post") == 5
    assert [sum(day < story.first for day in story.gigs), len(story.gigs)] == [4, 8]
    assert [ours for day, ours in story.conferences if day < story.first].count(True) == 4
    assert [ours for day, ours in story.conferences if day >= story.first].count(True) == 4
    assert min(seconds for seconds, _ in runs) == 2820
    assert sum(friends for _, friends in runs) == 8
    assert max(story.conferences)[0] < today
    assert max(story.asked)[0] < today
    assert story.runs[-1][0] == today
    assert story.meetups[-1][0] <= today
    assert story.linkedin[-1] < story.exported
    assert sum(day < story.first for day in story.linkedin) == 1100


@settings(max_examples=30, deadline=None)
@given(today=DAYS)
def test_one_month_alone_loses_more_than_two_in_a_hundred_readers(today: date) -> None:
    story = Story(today, BERLIN, seed=1)
    lost: dict[tuple[int, int], int] = {}
    readers: dict[tuple[int, int], int] = {}
    for day, subscribers, left in story.newsletter:
        if day >= story.first:
            lost[day.year, day.month] = lost.get((day.year, day.month), 0) + left
            readers[day.year, day.month] = subscribers

    assert [number / readers[month] > 0.02 for month, number in lost.items()] == [False, False, True, False, False]


@pytest.mark.parametrize("today", [date(2027, 1, 1), LEAP_DAY, date(2026, 12, 31)])
def test_the_periods_are_written_as_periods_are(today: date) -> None:
    written = yaml.safe_load(demo("demo", today, BERLIN)["okr.yaml"])
    now = int(datetime.combine(today, datetime.min.time(), UTC).timestamp() * 1_000_000)

    for objective in written["objectives"]:
        period = parse_period(objective["period"], BERLIN)
        assert period.start < now < period.end
        assert period.start == midnight(period.first, BERLIN)
