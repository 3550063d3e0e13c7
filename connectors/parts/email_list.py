"""Substack's list of subscribers: found in an export and read. Pure.

Columns are found by their names, in any order; others are ignored. The address is read to know a person again, and goes
no further than the caller.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.connector import Broken, Refused
from ingest.connector.archive import MAGIC, Archive, Damaged
from ingest.connector.figure import FigureError
from ingest.connector.sheet import Cells, Text
from ingest.connector.timestamp import when

CURE = (
    "in Substack open the dashboard, Settings, Exports and create a new export (or Subscribers, Export, with all "
    "columns), and put the file where path points"
)
_NEEDED = ("email", "email_disabled", "created_at")
_SUBSCRIBED = "active_subscription"
_LARGEST = 128 * 2**20
_SAID = {"true": True, "false": False, "": False}


@dataclass(frozen=True, slots=True)
class Subscriber:
    address: str
    at: datetime
    """When this person came."""
    is_reached: bool
    """Gets mails."""
    is_subscribed: bool | None
    """Has a subscription that is paid, given or complimentary; None: the file does not tell."""


def subscribers(body: bytes, name: str, zone: ZoneInfo) -> Iterator[list[Subscriber]]:
    """All subscribers of an export, a zip archive or the CSV in it. Once; a generator for `patiently`."""
    if body.startswith(MAGIC):
        archive = Archive(body, name)
        member = next((one for one in archive.members() if _is_list(archive, one)), None)
        if member is None:
            raise Refused(f"{name} holds no list of all subscribers", CURE)
        body, name = archive.read(member, _LARGEST), f"{member.rpartition('/')[2]} in {name}"
    if not body.strip():
        raise Damaged(f"{name} is empty")
    yield list(_read(Text(body, name), name, zone))


def _is_list(archive: Archive, member: str) -> bool:
    """By its header: an export holds many other tables that have addresses in them."""
    if not member.lower().endswith(".csv"):
        return False
    with archive.open(member) as stream:
        start = stream.read(4096).partition(b"\n")[0]
    return bool(start.strip()) and _places(next(Text(start, member).rows(), (0, {}))[1]) is not None


def _places(header: Cells) -> Mapping[str, int] | None:
    places = {str(cell).strip().casefold(): place for place, cell in header.items()}
    return places if places.keys() >= set(_NEEDED) else None


def _read(text: Text, name: str, zone: ZoneInfo) -> Iterator[Subscriber]:
    rows = text.rows()
    places = _places(next(rows, (0, {}))[1])
    if places is None:
        raise Refused(f"{name} is no list of all subscribers: it needs the columns {', '.join(_NEEDED)}", CURE)
    people = [(f"line {line}", cells) for line, cells in rows if any(str(cell).strip() for cell in cells.values())]
    times = [str(cells.get(places["created_at"], "")).strip() for _, cells in people]
    if not text.ended and len(times) > 1 and len(times[-1]) < min(map(len, times[:-1])):
        raise Damaged(f"{name} is cut off in its last line")
    for (where, cells), written in zip(people, times, strict=True):
        yield Subscriber(
            str(cells.get(places["email"], "")).strip().casefold(),
            _time(written, zone, where),
            not _said(cells, places["email_disabled"], where),
            _said(cells, places[_SUBSCRIBED], where) if _SUBSCRIBED in places else None,
        )


def _time(written: str, zone: ZoneInfo, where: str) -> datetime:
    try:
        return when(written, zone, "en_US")
    except FigureError:
        raise Broken("created_at is no time", where) from None


def _said(cells: Cells, place: int, where: str) -> bool:
    said = _SAID.get(str(cells.get(place, "")).strip().casefold())
    if said is None:
        raise Broken("is neither true nor false", where)
    return said
