"""The connector `linkedin_export`: archives of any age and language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from connectors.linkedin_export import LinkedInExport
from ingest.connector import Broken, Connector, Refused, Seen, Unavailable
from ingest.connector.kit import FileConformance
from tests.connectors.pulling import HOUR, NOW, Pulled, kept, pull, seen

NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. You '
    'will only see those of connections who have allowed their connections to see or download them."\n\n'
)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
PEOPLE = (
    'Ada,Muster,https://www.linkedin.com/in/ada,ada@example.org,"Beispiel, AG",CTO,05 Mar 2024\n'
    ",,,,,,05 Mar 2024\n"
    "Bo,Ek,https://www.linkedin.com/in/bo,,,,28 Jun 2026\n"
    'Cy,"O""Neil",https://www.linkedin.com/in/cy,,Example,"Head, of\nthings",01 Dec 2025\n'
)
MODERN = NOTES + HEADER + PEOPLE
DAYS = ["2024-03-05", "2024-03-05", "2025-12-01", "2026-06-28"]


class TestLinkedInExport(FileConformance):
    connector: ClassVar[type[Connector]] = LinkedInExport
    settings: ClassVar[Mapping[str, Any]] = {"path": "Basic_LinkedInDataExport_07-02-2026.zip"}
    home: ClassVar[Path] = Path(__file__).parent / "linkedin_export"


def zipped(text: str, member: str = "Connections.csv") -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("Profile.csv", "First Name\nMe\n")
        archive.writestr(member, text)
    return file.getvalue()


def read(home: Path, path: str = "Connections.csv", **how: object) -> Pulled:
    return pull(LinkedInExport(path=path), home, **how)  # type: ignore[arg-type]


def test_what_is_seen_is_the_newest_file(tmp_path: Path) -> None:
    for month in ("05", "07", "06"):
        kept(tmp_path / f"Basic_LinkedInDataExport_{month}-02-2026.zip", zipped(MODERN))
    assert seen(LinkedInExport(path="."), tmp_path) == Seen("Basic_LinkedInDataExport_07-02-2026.zip")


def test_the_total_is_exact_on_the_day_in_the_name_and_the_days_before_are_history(tmp_path: Path) -> None:
    kept(tmp_path / "Basic_LinkedInDataExport_07-02-2026.zip", zipped(MODERN))
    pulled = read(tmp_path, "Basic_LinkedInDataExport_07-02-2026.zip")
    assert pulled.days("new_connections") == DAYS
    assert pulled.values("new_connections") == [1, 1, 1, 1]
    assert list(zip(pulled.days("connections"), pulled.values("connections"), strict=True)) == [
        ("2024-03-06", 2),
        ("2025-12-02", 3),
        ("2026-06-29", 4),
        ("2026-07-02", 4),
    ]
    made = datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert {(span.start, span.end) for span in pulled.spans.values()} == {(None, made)}
    assert pulled.spans["new_connections"].whole


def test_without_a_day_in_the_name_the_newest_connection_tells_when_it_was_made(tmp_path: Path) -> None:
    kept(tmp_path / "Connections.csv", MODERN)
    pulled = read(tmp_path)
    assert (pulled.days("connections")[-1], pulled.values("connections")[-1]) == ("2026-06-28", 4)
    assert pulled.days("connections")[:-1] == ["2024-03-06", "2025-12-02"]


def test_nothing_of_anybody_leaves_the_reader(tmp_path: Path) -> None:
    kept(tmp_path / "Connections.csv", MODERN)
    told = repr(read(tmp_path))
    assert not any(name in told for name in ("Ada", "Muster", "@", "linkedin.com", "Beispiel", "CTO"))


def test_reading_the_same_archive_again_says_the_same_and_no_history(tmp_path: Path) -> None:
    kept(tmp_path / "Basic_LinkedInDataExport_07-02-2026.zip", zipped(MODERN))
    first = read(tmp_path, "*.zip")
    second = read(tmp_path, "*.zip", cursor=first.cursor)
    assert second.days("connections") == ["2026-07-02"]
    assert set(second.readings) < set(first.readings)
    assert second.cursor == first.cursor


def test_a_later_archive_adds_the_days_since_and_leaves_the_exact_total(tmp_path: Path) -> None:
    kept(tmp_path / "Basic_LinkedInDataExport_07-02-2026.zip", zipped(MODERN))
    first = read(tmp_path, "*.zip")
    later = HEADER + "Bo,Ek,,,,,28 Jun 2026\nDi,Fo,,,,,10 Jul 2026\n"
    kept(tmp_path / "Basic_LinkedInDataExport_08-01-2026.zip", zipped(later), NOW - 9 * HOUR)
    second = read(tmp_path, "*.zip", cursor=first.cursor)
    assert list(zip(second.days("connections"), second.values("connections"), strict=True)) == [
        ("2026-07-11", 2),
        ("2026-08-01", 2),
    ]
    assert second.days("new_connections") == ["2026-06-28", "2026-07-10"]
    assert second.spans["new_connections"].whole


@pytest.mark.parametrize(
    "text",
    [
        MODERN,
        "\ufeff" + MODERN,
        MODERN.replace("\n", "\r\n"),
        HEADER + PEOPLE,
        NOTES + HEADER.replace("Connected On", "CONNECTED ON ") + PEOPLE,
        "First Name,Last Name,Email Address,Company,Position,Connected On\n"
        "A,B,,,,3/5/24\nA,B,,,,3/5/24\nA,B,,,,12/1/25\nA,B,,,,6/28/26\n",
        "First Name,Last Name,Email Address,Company,Position,Connected On\n"
        'A,B,,,,"3/5/24, 2:26 PM"\nA,B,,,,"3/5/24, 9:00 AM"\nA,B,,,,"12/1/25, 12:00 AM"\nA,B,,,,"6/28/26, 11:59 PM"\n',
        HEADER + "A,B,,,,,2024-03-05\nA,B,,,,,2024-03-05\nA,B,,,,,2025-12-01\nA,B,,,,,2026-06-28\n",
        HEADER + "A,B,,,,,5 March 2024\nA,B,,,,,5 March 2024\nA,B,,,,,1 December 2025\nA,B,,,,,28 June 2026\n",
        "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am\n" + PEOPLE,
        "Vorname;Nachname;URL;E-Mail-Adresse;Unternehmen;Position;Verbunden am\n"
        "A;B;;;;;05.03.2024\nA;B;;;;;05.03.2024\nA;B;;;;;01.12.2025\nA;B;;;;;28.06.2026\n",
        'Notes :\n"Exportation, relations"\n\nPrénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Relation depuis\n'
        "A,B,,,,,5 mars 2024\n,,,,,,5 mars 2024\nA,B,,,,,1 déc. 2025\nA,B,,,,,28 juin 2026\n",
        "Nombre,Apellidos,URL,Correo,Empresa,Cargo,Contactos desde\n"
        "A,B,,,,,05/03/2024\nA,B,,,,,05/03/2024\nA,B,,,,,01/12/2025\nA,B,,,,,28/06/2026\n",
    ],
)
def test_archives_of_any_age_and_language_are_read(tmp_path: Path, text: str) -> None:
    kept(tmp_path / "Connections.csv", text)
    assert read(tmp_path).days("new_connections") == DAYS


def test_the_list_is_found_wherever_it_is_nested(tmp_path: Path) -> None:
    kept(tmp_path / "linkedin.zip", zipped(MODERN, "Export/Data/CONNECTIONS.CSV"))
    assert read(tmp_path, "linkedin.zip").values("connections")[-1] == 4


def test_of_a_folder_the_newest_archive_is_read_by_the_day_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "Downloads"
    kept(folder / "Basic_LinkedInDataExport_12-01-2025.zip", zipped(HEADER + "A,B,,,,,01 Dec 2025\n"), NOW)
    kept(folder / "Basic_LinkedInDataExport_07-02-2026.zip", zipped(MODERN), NOW - 9 * HOUR)
    kept(folder / "holiday-2026-11-01.zip", b"PK")
    kept(folder / "Basic_LinkedInDataExport_08-02-2026.zip.crdownload", b"PK")
    pulled = read(tmp_path, "Downloads")
    assert (pulled.days("connections")[-1], pulled.values("connections")[-1]) == ("2026-07-02", 4)


def test_an_unpacked_archive_is_read_with_the_day_in_its_folders_name(tmp_path: Path) -> None:
    kept(tmp_path / "in" / "Basic_LinkedInDataExport_07-02-2026" / "Connections.csv", MODERN)
    assert read(tmp_path, "in").days("connections")[-1] == "2026-07-02"


def test_an_account_without_connections_has_none(tmp_path: Path) -> None:
    kept(tmp_path / "Basic_LinkedInDataExport_07-02-2026.zip", zipped(NOTES + HEADER))
    pulled = read(tmp_path, "*.zip")
    assert (pulled.values("connections"), pulled.values("new_connections")) == ([0], [])
    assert pulled.days("connections") == ["2026-07-02"]


def test_an_empty_folder_and_a_missing_file_are_refused_with_how_to_get_the_archive(tmp_path: Path) -> None:
    for path in (".", "none.zip", "no/where/*.zip"):
        with pytest.raises(Refused) as refused:
            read(tmp_path, path)
        assert "Get a copy of your data" in refused.value.cure


def test_another_zip_is_refused_with_how_to_get_the_archive(tmp_path: Path) -> None:
    kept(tmp_path / "holiday.zip", zipped("x", "photo.jpg"))
    with pytest.raises(Refused, match=r"holiday\.zip holds no Connections\.csv") as refused:
        read(tmp_path, "holiday.zip")
    assert "tick Connections" in refused.value.cure


@pytest.mark.parametrize(
    ("body", "error", "why"),
    [
        (zipped(MODERN)[:-40], Broken, "no whole zip archive"),
        (zipped("x" * 100_000_000), Broken, "unpacks to more than"),
        (MODERN + "Ed,Fo,https://www.linkedin.com/in/ed,,Exam", Broken, "cut off in its last line"),
        (MODERN + "Ed,Fo,,,,,05 Mar 20", Broken, "cut off in its last line"),
        (HEADER + "Ed,Fo,,,,,2024-03-05\nEd,Fo,,,,,2024-03-0", Broken, "cut off in line 3"),
        (MODERN + 'Ed,"Fo,,,,,05 Mar 2024\n', Broken, "quotes do not match"),
        (HEADER + "Ed,Fo,,,,,Ada Muster\nEd,Fo,,,,,05 Mar 2024\n", Broken, "holds something that is no day"),
        ("First Name,Last Name\nEd,Fo\n", Broken, "no column of days"),
        ("<!DOCTYPE html><html>Sign in</html>", Broken, "no column of days"),
        ("", Broken, "is empty"),
    ],
)
def test_what_is_no_list_of_connections_is_refused_without_names(
    tmp_path: Path, body: str | bytes, error: type[Broken], why: str
) -> None:
    kept(tmp_path / "Connections.csv", body)
    with pytest.raises(error, match=why) as refused:
        read(tmp_path)
    assert "Ada" not in str(refused.value)
    assert "Ed" not in str(refused.value)


def test_an_archive_cut_a_moment_ago_is_still_being_downloaded(tmp_path: Path) -> None:
    kept(tmp_path / "linkedin.zip", zipped(MODERN)[:-40], NOW)
    with pytest.raises(Unavailable, match="at the moment"):
        read(tmp_path, "linkedin.zip")
