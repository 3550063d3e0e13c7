"""What key results are judged by: definition, frozen baseline and measurements, as known at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.okr.forecast import forecast_needs
from ingest.okr.instant import BEGINNING, FOREVER, Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import Period
from ingest.okr.scoring import final_at, needs
from ingest.okr.signal import Kind, Need, Series
from ingest.run.definition import defined, registered_kinds
from ingest.run.frame import Frame, beginnings
from ingest.store.reader import Reader
from ingest.store.row import Definition, FrozenBaseline


@dataclass(frozen=True, slots=True)
class Facets:
    """The definitions and baselines of all key results as known at a time (None: now)."""

    known_at: Instant | None
    definitions: Mapping[str, Definition]
    baselines: Mapping[str, FrozenBaseline]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Of all signals that were ever configured, where it is about a time that may have had others."""

    def frozen(self, name: str) -> Frozen | None:
        found = self.baselines.get(name)
        return None if found is None else found.frozen

    def configured_at(self, name: str) -> Instant | None:
        """When it was first configured; None: it is not kept yet."""
        found = self.definitions.get(name)
        return None if found is None else found.first_recorded_at

    def key_result(self, today: KeyResult, frame: Frame) -> KeyResult:
        """A key result by the definition of that time."""
        if self.known_at is None or today.name not in self.definitions:
            return today
        return defined(today, self.definitions[today.name].body, frame, lambda: self.kinds)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the score of one key result at a time depends on."""

    key_result: KeyResult
    frozen: Frozen | None
    configured_at: Instant | None
    known_at: Instant | None
    """Only what was recorded by then counts; None: everything does."""
    series: Mapping[str, Series]


def facets(reader: Reader, known_at: Instant | None = None, names: Collection[str] | None = None) -> Facets:
    """Those of these key results (default: all)."""
    kinds = {} if known_at is None else registered_kinds(reader)
    definitions = reader.definitions(known_at=known_at, names=names)
    return Facets(known_at, definitions, reader.baselines(known_at=known_at, names=names), kinds)


def gather(
    reader: Reader,
    frame: Frame,
    current: Facets,
    names: Iterable[str],
    at: Instant,
    *,
    whole: bool = False,
    ahead: bool = False,
    samples: int = 0,
) -> dict[str, Evidence]:
    """The evidence of these key results at a time, by what was known at the time of `current`.

    Of a score that is final only what was recorded by then counts: its definition and baseline too. `whole`: all
    measurements of the period, not only those that the score at `at` depends on. `ahead`: those that a forecast looks
    back on too. `samples`: what the value at so many `sample_times` depends on too.
    """
    more = _More(whole, ahead, samples)
    cuts: dict[Instant | None, list[str]] = {}
    for name in names:
        cuts.setdefault(_known_at(frame, current, name, at), []).append(name)
    uncut = cuts.pop(current.known_at, [])
    found: dict[str, Evidence] = {}
    for known_at, together in cuts.items():
        then = facets(reader, known_at)
        same = [name for name in together if _same_period(frame, current, then, name)]
        uncut += set(together).difference(same)
        found |= _gather(reader, frame, then, same, at, more)
    return found | _gather(reader, frame, current, uncut, at, more)


class _More(NamedTuple):
    """What is wanted beyond that which the scores depend on."""

    whole: bool
    ahead: bool
    samples: int


def _known_at(frame: Frame, current: Facets, name: str, at: Instant) -> Instant | None:
    """By when it must be recorded to count: `final_at` where the score is final, unless it was configured later."""
    final, first = final_at(current.key_result(frame.key_results[name], frame).period), current.configured_at(name)
    if at < final or first is None or first > final:
        return current.known_at
    return final if current.known_at is None else min(final, current.known_at)


def _same_period(frame: Frame, current: Facets, then: Facets, name: str) -> bool:
    """Whether the score that was final is one of this period: a key result may have been given another since."""
    today = frame.key_results[name]
    return then.key_result(today, frame).period == current.key_result(today, frame).period


def _gather(
    reader: Reader, frame: Frame, then: Facets, names: Sequence[str], at: Instant, more: _More
) -> dict[str, Evidence]:
    key_results = {name: then.key_result(frame.key_results[name], frame) for name in names}
    if then.known_at is None:
        begins = frame.begins
    else:
        begins = beginnings(then.key_result(one, frame) for one in frame.key_results.values())
    asked: dict[str, Need] = {}
    for name, key_result in key_results.items():
        for signal, need in needs(key_result, at, then.frozen(name)).items():
            asked[signal] = _joined(asked.get(signal), _widened(need, key_result) if more.whole else need)
        if more.ahead:
            for signal, need in forecast_needs(key_result, at).items():
                asked[signal] = _joined(asked.get(signal), need)
        if more.samples:
            sampled = Need(frozenset(sample_times(key_result.period, at, more.samples)))
            for signal in (name for name, kind in key_result.kinds.items() if not kind.is_flow):
                asked[signal] = _joined(asked.get(signal), sampled)
    series = load(reader, frame, asked, at, begins, then.known_at)
    return {
        name: Evidence(
            key_result,
            then.frozen(name),
            then.configured_at(name),
            then.known_at,
            {
                signal: series[signal]
                for signal, kind in key_result.kinds.items()
                if signal in series and series[signal].kind is kind
            },
        )
        for name, key_result in key_results.items()
    }


def sample_times(period: Period, at: Instant, count: int) -> tuple[Instant, ...]:
    """So many times from a period's start to `at` or its end, evenly apart, both included; none before the period."""
    last = min(at, period.end)
    if last < period.start:
        return ()
    return tuple(period.start + (last - period.start) * place // (count - 1) for place in range(count))


def load(
    reader: Reader,
    frame: Frame,
    asked: Mapping[str, Need],
    at: Instant,
    begins: Mapping[str, Instant],
    known_at: Instant | None,
) -> dict[str, Series]:
    """The measurements that are needed, with the coverage of what is kept by hand. Unknown signals are left out."""
    if not all(signal in frame.signals for signal in asked):
        registered = reader.signals()
        asked = {signal: need for signal, need in asked.items() if signal in registered}
    first = Need(frozenset({BEGINNING}))
    pulled = frame.signals.keys() - frame.by_hand.keys()
    wanted = {name: need if name in pulled else _joined(need, first) for name, need in asked.items()}
    return {
        name: _dressed(frame, name, series, at, begins.get(name))
        for name, series in reader.series(wanted, known_at=known_at).items()
    }


def _dressed(frame: Frame, name: str, series: Series, at: Instant, begins: Instant | None) -> Series:
    """The series with what the configuration says of its staleness and, where it is kept by hand, of its coverage."""
    stale_after = frame.stale_after.get(name)
    # Of what is configured no more a source that was ever asked has left a span; else it was kept by hand.
    by_hand = name in frame.by_hand or (name not in frame.signals and series.covered_from is None)
    if not by_hand:
        return series if stale_after is None else replace(series, stale_after=stale_after)
    start = covered_by_hand(frame.by_hand.get(name), begins, series.times[0] if series.times else None)
    until: Instant | None = FOREVER
    if stale_after is not None:
        # Nobody is asked, so what was last told says how fresh it is.
        until = max((time for time in series.times if time <= at), default=start)
    return replace(series, covered_from=start, covered_until=until, holes=(), stale_after=stale_after, by_hand=True)


def covered_by_hand(since: Instant | None, begins: Instant | None, first: Instant | None) -> Instant | None:
    """From when a signal that nobody is asked for is covered: as written, else from the earliest known of it."""
    if since is not None:
        return since
    return min((at for at in (begins, first) if at is not None), default=None)


def _joined(one: Need | None, other: Need) -> Need:
    if one is None:
        return other
    return Need(one.points | other.points, tuple(dict.fromkeys((*one.spans, *other.spans))))


def _widened(need: Need, key_result: KeyResult) -> Need:
    period = key_result.period
    return Need(need.points, (*need.spans, (period.start, period.end)))
