"""What every forecast promises, of any key result and any measurements."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate, pairwise
from math import isclose, isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.okr.day import local_day, midnight
from ingest.okr.forecast import Forecast, NoForecast, forecast, forecast_needs
from ingest.okr.instant import DAY, HOUR, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.scoring import freeze
from ingest.okr.signal import Kind, Series
from ingest.okr.target import Reach
from tests.okr.tables import key_result
from tests.okr.test_scoring_properties import key_results, trimmed

Case = tuple[KeyResult, Mapping[str, Series], Instant]
EARLY = 500 * DAY


def sized(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers as people have them: none vanishes."""
    return st.floats(low, high).map(lambda number: round(number, 6))


@st.composite
def long_series(draw: st.DrawFn, kind: Kind, start: Instant, end: Instant) -> Series:
    """Enough for a forecast, as a rule, with gaps, outliers, restarts, holes, and measurements of the time to come."""
    gap = st.sampled_from([HOUR, DAY, DAY, 7 * DAY, 30 * DAY]) | st.integers(1, 40 * DAY)
    gaps = draw(st.lists(gap, min_size=2, max_size=30)) * draw(st.sampled_from([1, 3]))
    first = draw(st.integers(start - EARLY, start))
    times = list(accumulate(gaps, initial=first))
    plain = st.integers(0, 12).map(float)
    number = draw(
        st.sampled_from([plain, plain, plain | st.floats(-1e9, 1e9), plain | st.sampled_from([1e300, 1e-300])])
    )
    values = draw(st.lists(number, min_size=len(times), max_size=len(times)))
    covered_from = draw(st.sampled_from([start - 2 * EARLY, start - 2 * EARLY, start, start + 5 * DAY, None]))
    covered_until = draw(st.sampled_from([None, end, start + 8 * DAY]))
    hole = draw(st.sampled_from([(), ((start - 20 * DAY, start - 9 * DAY),)]))
    return Series(kind, times, values, covered_from, covered_until, hole)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    one = draw(key_results())
    start, end = one.period.start, one.period.end
    data = {name: draw(long_series(kind, start, end)) for name, kind in one.kinds.items()}
    return one, data, draw(st.integers(start, end - 1))


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_forecast_is_in_order_and_finite_or_says_why_there_is_none(case: Case) -> None:
    one, data, at = case
    said = forecast(one, data, at, freeze(one, data, at))
    if isinstance(said, NoForecast):
        assert said.reason
        return
    assert all(map(isfinite, (said.at_end, said.low, said.high)))
    assert said.low <= said.at_end <= said.high
    assert 0 <= said.probability <= 1


@settings(max_examples=150, deadline=None)
@given(cases())
def test_what_a_forecast_needs_is_enough_for_it(case: Case) -> None:
    one, data, at = case
    wanted = forecast_needs(one, at)
    assert list(wanted) == list(one.kinds)
    part = {name: trimmed(series, wanted[name]) for name, series in data.items()}
    assert forecast(one, part, at) == forecast(one, data, at)


@settings(max_examples=150, deadline=None)
@given(cases(), sized(-1e6, 1e6))
def test_what_is_measured_later_changes_nothing(case: Case, other: float) -> None:
    one, data, at = case
    changed = {
        name: replace(
            series,
            values=[value if time <= at else other for time, value in zip(series.times, series.values, strict=True)],
        )
        for name, series in data.items()
    }
    assert forecast(one, changed, at) == forecast(one, data, at)
    assert forecast(one, {name: cut(series, at) for name, series in data.items()}, at) == forecast(one, data, at)


@settings(max_examples=150, deadline=None)
@given(cases(), st.data())
def test_it_stays_the_same_until_something_is_measured_or_the_day_ends(case: Case, more: st.DataObject) -> None:
    one, data, at = case
    newest = max((time for series in data.values() for time in series.times if time <= at), default=0)
    begins = max(midnight(local_day(at, one.period.zone), one.period.zone), newest)
    then = more.draw(st.integers(begins, at))
    assert forecast(one, data, then) == forecast(one, data, at)


steady = st.lists(sized(-100, 100), min_size=6, max_size=60)


def of_levels(values: list[float], target: str = ">= 5") -> Forecast:
    said = forecast(key_result("a.b", target, Kind.LEVEL), {"a.b": daily(values)}, DAYS)
    assert isinstance(said, Forecast)
    return said


DAYS = key_result("a.b", "5").period.start + 100 * DAY


def daily(values: list[float], kind: Kind = Kind.LEVEL) -> Series:
    """One a day, the last at `DAYS`."""
    times = [DAYS - DAY * (len(values) - 1 - place) for place in range(len(values))]
    return Series(kind, times, values, DAYS - 900 * DAY, None)


@settings(max_examples=100, deadline=None)
@given(steady.filter(lambda values: len({round(value, 3) for value in values}) > 1))
def test_levels_in_another_unit_or_from_another_zero_have_the_same_forecast(values: list[float]) -> None:
    values = [round(value, 3) for value in values]
    plain, larger, moved = (
        of_levels([factor * value + more for value in values]) for factor, more in ((1, 0), (8, 0), (1, 64))
    )
    for one, scaled, shifted in zip(_numbers(plain), _numbers(larger), _numbers(moved), strict=True):
        assert isclose(8 * one, scaled, rel_tol=1e-6, abs_tol=1e-3)
        assert isclose(one + 64, shifted, rel_tol=1e-4, abs_tol=1e-2)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([Kind.LEVEL, Kind.EVENTS]),
    st.lists(st.integers(0, 9).map(float) | sized(0, 50), min_size=6, max_size=60),
    st.lists(sized(-500, 5000), min_size=2, max_size=6).map(sorted),
)
def test_more_is_never_more_probable(kind: Kind, values: list[float], targets: list[float]) -> None:
    one = key_result("a.b", "5", kind)
    chances = []
    for target in targets:
        said = forecast(replace(one, target=Reach(target, at_most=False)), {"a.b": daily(values, kind)}, DAYS)
        assert isinstance(said, Forecast)
        chances.append(said.probability)
        opposite = forecast(replace(one, target=Reach(target, at_most=True)), {"a.b": daily(values, kind)}, DAYS)
        assert isinstance(opposite, Forecast)
        assert said.probability + opposite.probability >= 1 - 1e-6
    for easier, harder in pairwise(chances):
        assert harder <= easier + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9).map(float) | sized(1e-6, 1e6), min_size=6, max_size=60))
def test_what_is_counted_is_never_lost(values: list[float]) -> None:
    said = forecast(key_result("a.b", "5"), {"a.b": daily(values, Kind.EVENTS)}, DAYS)
    assert isinstance(said, Forecast)
    assert said.low >= sum(values) * (1 - 1e-12)
    if sum(values) >= 5:
        assert said.probability == 1


def test_amounts_that_vanish_have_no_forecast_and_a_reason() -> None:
    said = forecast(key_result("a.b", "5"), {"a.b": daily([0.0] * 5 + [5e-324], Kind.EVENTS)}, DAYS)
    assert isinstance(said, NoForecast)
    assert "too small" in said.reason


def cut(series: Series, at: Instant) -> Series:
    """What was measured by a time."""
    pairs = [(time, value) for time, value in zip(series.times, series.values, strict=True) if time <= at]
    return replace(series, times=[time for time, _ in pairs], values=[value for _, value in pairs])


def _numbers(said: Forecast) -> tuple[float, float, float]:
    return said.at_end, said.low, said.high
