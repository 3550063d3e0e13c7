"""The connector `substack_export`: lists of any form, and nothing of anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from connectors.substack_export import SubstackExport
from ingest.connector import Broken, Connector, Refused, Seen, SourceError, Span, Unavailable
from ingest.connector.kit import FileConformance
from tests.connectors.pulling import HOUR, NOW, Pulled, kept, pull, seen

HERE = Path(__file__).parent / "substack_export"
LIST = (HERE / "email_list-2026-07-02.csv").read_text()
HEADER, ADA, BO, CY, DI = LIST.splitlines(keepends=True)
OPENS = "post_id,timestamp,email,post_type\n1,2026-07-01T10:00:00.000Z,ada@example.com,newsletter\n"
PAYING = "email,expiry,email_disabled,stripe_connected_customer_id,type\nada@example.com,,false,cus_0,paid\n"
MADE = datetime(2026, 7, 1, 22, tzinfo=UTC)


class TestSubstackExport(FileConformance):
    connector: ClassVar[type[Connector]] = SubstackExport
    settings: ClassVar[Mapping[str, Any]] = {"path": "email_list-2026-07-02.csv"}
    home: ClassVar[Path] = HERE


def zipped(members: Mapping[str, str]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


def test_what_is_seen_is_the_newest_file(tmp_path: Path) -> None:
    for day in ("2026-07-02", "2026-10-02"):
        kept(tmp_path / f"email_list-{day}.csv", LIST)
    assert seen(SubstackExport(path="."), tmp_path) == Seen("email_list-2026-10-02.csv")


def read(home: Path, path: str = "list.csv", **how: object) -> Pulled:
    return pull(SubstackExport(path=path), home, **how)  # type: ignore[arg-type]


def levels(pulled: Pulled, signal: str = "subscribers") -> list[tuple[str | None, float]]:
    return list(zip(pulled.days(signal), pulled.values(signal), strict=True))


def test_those_who_get_mails_are_exact_on_the_day_in_the_name_and_the_days_before_are_history() -> None:
    pulled = read(HERE, "*.csv")
    assert levels(pulled) == [("2024-03-06", 2), ("2026-06-30", 3), ("2026-07-02", 3)]
    assert levels(pulled, "active_subscriptions") == [("2026-07-02", 1)]
    assert pulled.spans == {None: Span(end=MADE)}


def test_who_came_counts_at_the_time_it_was_with_those_who_get_no_mails_any_more() -> None:
    pulled = read(HERE, "*.csv")
    assert pulled.days("new_subscribers") == ["2024-03-05", "2024-03-05", "2025-12-01", "2026-06-29"]


def test_nothing_of_anybody_leaves_the_reader() -> None:
    told = repr(read(HERE, "*.csv"))
    assert not any(name in told for name in ("ada", "example.com", "@"))


def test_without_a_day_in_the_name_the_newest_subscriber_tells_when_it_was_made(tmp_path: Path) -> None:
    kept(tmp_path / "list.csv", LIST)
    pulled = read(tmp_path)
    assert levels(pulled)[-1] == ("2026-06-29", 3)
    assert pulled.spans == {None: Span(end=datetime(2026, 6, 28, 23, 30, 0, 583000, tzinfo=UTC))}


def test_a_later_list_adds_the_days_since_and_keeps_those_who_left(tmp_path: Path) -> None:
    first = read(HERE, "*.csv")
    kept(
        tmp_path / "email_list-2026-08-01.csv", HEADER + BO + DI + "ed@example.com,,,false,,2026-07-10T10:00:00.000Z\n"
    )
    second = read(tmp_path, "*.csv", cursor=first.cursor)
    assert levels(second) == [("2026-07-11", 3), ("2026-08-01", 3)]
    keys = {one.key for one in first.readings if one.key}
    assert len({one.key for one in second.readings if one.key} - keys) == 1
    assert not any(span.whole for span in second.spans.values()), "who is missing is not retracted"


def test_reading_the_same_list_again_tells_no_history(tmp_path: Path) -> None:
    first = read(HERE, "*.csv")
    second = read(HERE, "*.csv", cursor=first.cursor)
    assert levels(second) == [("2026-07-02", 3)]
    assert second.cursor == first.cursor


@pytest.mark.parametrize(
    "text",
    [
        LIST,
        "\ufeff" + LIST.replace("\n", "\r\n"),
        LIST + "\n\n",
        LIST.rstrip("\n"),
        LIST.replace("email,active", "Email,Active"),
        LIST.replace("false,false", "FALSE,").replace("true,false", "True,"),
        "".join(
            line.rstrip("\n") + f",{more}\n" for line, more in zip(LIST.splitlines(), ["Stars", *"5432"], strict=True)
        ),
    ],
)
def test_columns_are_found_by_their_names(tmp_path: Path, text: str) -> None:
    kept(tmp_path / "list.csv", text)
    assert (read(tmp_path).values("subscribers")[-1], len(read(tmp_path).days("new_subscribers"))) == (3, 4)


def test_a_list_that_does_not_tell_of_subscriptions_has_no_number_of_them(tmp_path: Path) -> None:
    kept(tmp_path / "list.csv", "created_at,email,email_disabled\n2026-06-28T10:00:00.000Z,ada@example.com,false\n")
    assert (read(tmp_path).values("subscribers"), read(tmp_path).values("active_subscriptions")) == ([1], [])


def test_in_an_archive_the_list_is_found_by_its_columns(tmp_path: Path) -> None:
    members = {"posts.csv": "post_id,title\n1,Hi\n", "posts/1.opens.csv": OPENS, "a.csv": PAYING, "x/emails.csv": LIST}
    kept(tmp_path / "export.zip", zipped(members))
    assert read(tmp_path, "export.zip").values("subscribers")[-1] == 3


def test_of_a_folder_the_newest_is_read_by_the_day_in_its_name(tmp_path: Path) -> None:
    kept(tmp_path / "in" / "email_list-2026-08-01.csv", LIST, NOW - 9 * HOUR)
    kept(tmp_path / "in" / "export-2026-07-02.zip", zipped({"emails.csv": HEADER}), NOW)
    assert levels(read(tmp_path, "in"))[-1] == ("2026-08-01", 3)


def test_a_list_of_nobody_is_a_real_zero(tmp_path: Path) -> None:
    kept(tmp_path / "list-2026-07-02.csv", HEADER)
    pulled = read(tmp_path, "*.csv")
    assert (levels(pulled), pulled.days("new_subscribers")) == ([("2026-07-02", 0)], [])


@pytest.mark.parametrize(
    ("body", "error", "why"),
    [
        (PAYING, Refused, "no list of all subscribers"),
        (OPENS, Refused, "no list of all subscribers"),
        (zipped({"posts/1.opens.csv": OPENS, "posts/1.html": "<p>"}), Refused, "holds no list of all subscribers"),
        ("<!DOCTYPE html><html>Sign in</html>", Refused, "no list of all subscribers"),
        (zipped({"emails.csv": LIST})[:-40], Broken, "no whole zip archive"),
        ("", Broken, "is empty"),
        (LIST[:-10], Broken, "cut off in its last line"),
        (LIST[:-40], Broken, "cut off"),
        (LIST.replace("2025-12-01T08:00:00.035Z", "soon"), Broken, "line 4: created_at is no time"),
        (LIST.replace(",true,false,2025", ",perhaps,false,2025"), Broken, "line 4: is neither true nor false"),
    ],
)
def test_what_is_no_whole_list_is_refused_without_names(
    tmp_path: Path, body: str | bytes, error: type[SourceError], why: str
) -> None:
    kept(tmp_path / "list.csv", body)
    with pytest.raises(error) as caught:
        read(tmp_path)
    assert why in caught.value.ending().message
    assert "example.com" not in str(caught.value)


def test_a_list_cut_a_moment_ago_is_still_being_written(tmp_path: Path) -> None:
    kept(tmp_path / "list.csv", LIST[:-10], NOW)
    with pytest.raises(Unavailable, match="at the moment"):
        read(tmp_path)
