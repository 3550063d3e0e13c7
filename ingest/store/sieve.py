"""The sieve: which of the measurements of signals with a `max_step` are kept at once, and which wait in quarantine."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.okr.instant import Instant
from ingest.okr.plausible import Content, Fate, Limit, Sifted, Slot, sift
from ingest.store import quarantine
from ingest.store.backend import Columns
from ingest.store.identity import EVENTS, Keeping, Shelf, text_key
from ingest.store.quarantine import Aside
from ingest.store.unit import Result

Name = tuple[int, Any]
"""signal, and its own key or its time"""


@dataclass(slots=True)
class Sieved:
    """What became of the rows of a unit; `passing` are still to be written, and so are those that were `released`."""

    results: list[Result]
    passing: list[int]
    """Places in the unit."""
    released: list[tuple[int, str, Content]] = field(default_factory=list)
    """(signal, key, content) of what had waited and counts from now on."""
    closed: list[tuple[Aside, bool | None]] = field(default_factory=list)
    held: list[tuple[int, str, Content, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is stored under a key, and before it."""

    counts: Content | None
    before: Content | None


def sieve(keeping: Keeping, shelf: Shelf, columns: Columns, limits: Mapping[int, Limit], *, deliberate: bool) -> Sieved:
    """Judge rows of signals that have a limit. `deliberate`: by hand, so that all of them pass.

    What is stored as it is told is found by one comparison, as it is without a limit, and costs nothing more.
    """
    names: list[Name] = list(zip(columns["signal_id"], columns[shelf.identity], strict=True))
    asides = {_name(shelf, aside): aside for aside in quarantine.told_again(keeping, shelf, columns)}
    sieved = Sieved([Result.DUPLICATE] * len(names), [])
    judged = range(len(names)) if deliberate else _doubtful(keeping, shelf, columns, names, asides)
    if not judged:
        return sieved
    told: dict[Name, list[int]] = {}
    for place in judged:
        told.setdefault(names[place], []).append(place)
    slots = _slots(keeping, shelf, columns, told, asides, deliberate=deliberate)
    for signal in dict.fromkeys(name[0] for name in slots):
        mine = {name: slot for name, slot in slots.items() if name[0] == signal}
        for (name, slot), one in zip(
            mine.items(), sift(limits[signal], mine.values(), deliberate=deliberate), strict=True
        ):
            _note(keeping, shelf, sieved, name, slot, one, told.get(name, ()), asides.get(name))
    quarantine.close(keeping, sieved.closed)
    quarantine.hold(keeping, sieved.held)
    sieved.passing.sort()
    return sieved


def _doubtful(
    keeping: Keeping, shelf: Shelf, columns: Columns, names: Sequence[Name], asides: Mapping[Name, Aside]
) -> list[int]:
    """The places of rows that are not stored as told, are told twice, or under whose key something waits."""
    places = {place for place, _, _ in keeping.different(shelf, columns)}
    often = Counter(names)
    if len(often) < len(names) or asides:
        places.update(place for place, name in enumerate(names) if often[name] > 1 or name in asides)
    return sorted(places)


def _slots(
    keeping: Keeping,
    shelf: Shelf,
    columns: Columns,
    told: Mapping[Name, Sequence[int]],
    asides: Mapping[Name, Aside],
    *,
    deliberate: bool,
) -> dict[Name, Slot]:
    """A slot for each key that is told or under which something waits, by signal and time."""
    contents: list[Content] = list(zip(columns["observed_at"], columns["value"], strict=True))
    times = {name: contents[places[0]][0] for name, places in told.items()}
    times |= {name: aside.content[0] for name, aside in asides.items() if name not in times}
    names = sorted(times, key=lambda name: (name[0], times[name], name[1]))
    standing = dict(zip(names, _standing(keeping, shelf, names), strict=True))
    keys = {name: text_key(shelf, name[1]) for name in told}
    no, pins = {}, set()
    if not deliberate:
        no = quarantine.rejected(keeping, {"signal_id": [name[0] for name in keys], "key": list(keys.values())})
        revised = {name[0] for name in told if standing[name].counts is not None}
        pins = keeping.pinned(revised) if revised else set()
    return {
        name: Slot(
            at=times[name],
            counts=standing[name].counts,
            before=standing[name].before,
            told=tuple(contents[place] for place in told.get(name, ())),
            waits=asides[name].content if name in asides else None,
            rejected=no.get((name[0], keys[name]), frozenset()) if name in keys else frozenset(),
            pinned=name in keys and (name[0], keys[name]) in pins,
        )
        for name in names
    }


def _standing(keeping: Keeping, shelf: Shelf, names: Sequence[Name]) -> Iterable[_Standing]:
    """What counts under each of these keys, and of readings the last before it, each by a seek."""
    if not names:
        return []
    wanted = {"signal_id": [name[0] for name in names], shelf.identity: [name[1] for name in names]}
    if shelf is EVENTS:
        query = f"SELECT r.observed_at, r.value FROM g LEFT JOIN event r ON {shelf.same_row()} ORDER BY g.n"
        return [_Standing(_content(at, value), None) for at, value in keeping.read(wanted, query)]
    before = (
        "(SELECT p.{column} FROM reading p WHERE p.signal_id = g.signal_id AND p.observed_at < g.observed_at "
        "ORDER BY p.observed_at DESC LIMIT 1)"
    )
    query = (
        f"SELECT r.observed_at, r.value, {before.format(column='observed_at')}, {before.format(column='value')} "
        f"FROM g LEFT JOIN reading r ON {shelf.same_row()} ORDER BY g.n"
    )
    return [_Standing(_content(*row[:2]), _content(*row[2:])) for row in keeping.read(wanted, query)]


def _content(at: Instant | None, value: float | None) -> Content | None:
    return None if at is None or value is None else (at, value)


def _note(
    keeping: Keeping,
    shelf: Shelf,
    sieved: Sieved,
    name: Name,
    slot: Slot,
    sifted: Sifted,
    places: Sequence[int],
    aside: Aside | None,
) -> None:
    """Note what becomes of a slot: in quarantine, and where it counts."""
    signal, key = name[0], text_key(shelf, name[1])
    known = slot.counts is not None or slot.waits is not None
    passed = [slot.waits] if sifted.released else []
    for place, content, fate in zip(places, slot.told, sifted.fates, strict=True):
        if fate is Fate.PASSES:
            sieved.passing.append(place)
            passed.append(content)
        elif fate is Fate.WAITS:
            sieved.results[place] = Result.REVISED if known else Result.CREATED
            keeping.quarantined += 1
        known = True
    if sifted.fates and sifted.fates[-1] is not Fate.PASSES:
        keeping.aside.add((signal, key))
    if sifted.released and slot.waits is not None:
        keeping.released += 1
        sieved.released.append((signal, key, slot.waits))
    if aside is not None and sifted.waits != aside.content:
        sieved.closed.append((aside, True if aside.content in passed else None))
    if sifted.waits is not None and sifted.waits != slot.waits:
        sieved.held.append((signal, key, sifted.waits, sifted.reason))


def _name(shelf: Shelf, aside: Aside) -> Name:
    return (aside.signal, aside.key if shelf is EVENTS else aside.content[0])


def rows_of(sieved: Sieved, shelf: Shelf) -> Columns:
    """The columns of what was released."""
    columns: dict[str, list[Any]] = {
        "signal_id": [signal for signal, _, _ in sieved.released],
        "observed_at": [content[0] for _, _, content in sieved.released],
        "value": [content[1] for _, _, content in sieved.released],
    }
    if shelf is EVENTS:
        columns["key"] = [key for _, key, _ in sieved.released]
    return columns
