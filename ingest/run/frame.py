"""What the scores take from the configuration, looked up once: who names which signal, and what is kept by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ingest.config.model import Config, Source
from ingest.okr.day import midnight
from ingest.okr.expression import signals_of
from ingest.okr.instant import Duration, Instant, instant
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.plausible import Limit
from ingest.store.row import StoredSignal


@dataclass(frozen=True)
class Frame:
    objectives: tuple[Objective, ...]
    key_results: Mapping[str, KeyResult]
    """By name, in the order of the configuration."""
    signals: Mapping[str, StoredSignal]
    """By full name: those of the configured sources."""
    named_by: Mapping[str, frozenset[str]]
    """Signal to the key results that name it."""
    stale_after: Mapping[str, Duration | None]
    """By signal; None: never stale."""
    by_hand: Mapping[str, Instant | None]
    """Signals that nobody is asked for (manual, push): from when on nothing is missing, where that is written."""
    begins: Mapping[str, Instant]
    """By signal: the start of the earliest period of a key result that names it."""
    renamed: Mapping[str, str]
    """Full names that signals had, to those they have now."""
    limits: Mapping[str, Limit]
    """By signal that has a `max_step`: what is beyond it waits in quarantine."""


def frame_of(config: Config) -> Frame:
    key_results = {one.name: one for objective in config.objectives for one in objective.key_results}
    signals, stale_after, by_hand = {}, {}, {}
    renamed: dict[str, str] = {}
    for source in config.sources.values():
        renamed |= former_names(source)
        for name, signal in source.signals.items():
            full = f"{source.id}.{name}"
            signals[full] = StoredSignal(full, source.id, signal.kind, signal.unit)
            stale_after[full] = source.stale_after
            if source.schedule is None:
                by_hand[full] = written_since(source, config.zone)
    return Frame(
        objectives=config.objectives,
        key_results=key_results,
        signals=signals,
        named_by=naming(key_results.values()),
        stale_after=stale_after,
        by_hand=by_hand,
        begins=beginnings(key_results.values()),
        renamed=renamed,
        limits={name: limit for source in config.sources.values() for name, limit in source.limits.items()},
    )


def naming(key_results: Iterable[KeyResult]) -> dict[str, frozenset[str]]:
    """Signal to the names of the key results whose value holds it."""
    found: dict[str, set[str]] = {}
    for one in key_results:
        for signal in signals_of(one.value):
            found.setdefault(signal, set()).add(one.name)
    return {signal: frozenset(names) for signal, names in found.items()}


def beginnings(key_results: Iterable[KeyResult]) -> dict[str, Instant]:
    """Signal to the start of the earliest period of a key result that names it."""
    found: dict[str, Instant] = {}
    for one in key_results:
        for signal in signals_of(one.value):
            found[signal] = min(one.period.start, found.get(signal, one.period.start))
    return found


def written_since(source: Source, zone: ZoneInfo) -> Instant | None:
    """From when on a source kept by hand covers all, where its `since` says so; a day means its beginning."""
    since: date | datetime | None = getattr(source.connector, "since", None)
    if since is None:
        return None
    return instant(since) if isinstance(since, datetime) else midnight(since, zone)


def former_names(source: Source) -> dict[str, str]:
    """The full names that a source's signals had, by its `formerly` and theirs, to those they have now."""
    former: dict[str, str] = {}
    for name in source.signals:
        now, before = f"{source.id}.{name}", source.renamed_signals.get(name)
        for owner in filter(None, (source.formerly, source.id)):
            for signal in filter(None, (before, name)):
                former[f"{owner}.{signal}"] = now
    return {old: now for old, now in former.items() if old != now}
