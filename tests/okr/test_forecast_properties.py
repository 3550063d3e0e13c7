"""What every forecast promises, of any key result and any measurements."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.okr.forecast import NoForecast, forecast, forecast_needs
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.okr.period import local_day, midnight
from ingest.okr.scoring import freeze
from ingest.okr.signal import Kind, Series
from tests.okr.test_scoring_properties import key_results, moments, trimmed

Case = tuple[KeyResult, Mapping[str, Series], Instant]


@st.composite
def long_series(draw: st.DrawFn, kind: Kind, start: Instant, end: Instant) -> Series:
    """More readings than the scores' own cases have: enough for a forecast, with gaps, outliers and restarts."""
    at = moments(start, end)
    times = sorted(draw(st.lists(at, min_size=3, max_size=40, unique=kind is not Kind.EVENTS)))
    number = st.integers(-2, 12).map(float) | st.floats(-1e9, 1e9, allow_nan=False) | st.sampled_from([1e300, 1e-300])
    plain = draw(st.booleans())
    values = [draw(st.integers(0, 12).map(float) if plain else number) for _ in times]
    covered_from = draw(st.sampled_from([start - 400 * 86_400_000_000, start, None]) | at)
    hole = sorted((draw(at), draw(at)))
    return Series(kind, times, values, covered_from, draw(st.none() | at), ((hole[0], hole[1]),))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    one = draw(key_results())
    start, end = one.period.start, one.period.end
    data = {name: draw(long_series(kind, start, end)) for name, kind in one.kinds.items()}
    return one, data, draw(moments(start, end))


@settings(max_examples=500)
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


@settings(max_examples=300)
@given(cases())
def test_what_a_forecast_needs_is_enough_for_it(case: Case) -> None:
    one, data, at = case
    wanted = forecast_needs(one, at)
    assert list(wanted) == list(one.kinds)
    part = {name: trimmed(series, wanted[name]) for name, series in data.items()}
    assert forecast(one, part, at) == forecast(one, data, at)


@settings(max_examples=300)
@given(cases())
def test_what_is_measured_later_changes_nothing(case: Case) -> None:
    one, data, at = case
    kept = {name: cut(series, at) for name, series in data.items()}
    assert forecast(one, kept, at) == forecast(one, data, at)


@settings(max_examples=300)
@given(cases(), st.data())
def test_it_stays_the_same_until_something_is_measured_or_the_day_ends(case: Case, more: st.DataObject) -> None:
    one, data, at = case
    zone = one.period.zone
    newest = max((time for series in data.values() for time in series.times if time <= at), default=at)
    begins = max(midnight(local_day(at, zone), zone), newest)
    then = more.draw(st.integers(begins, at)) if begins <= at else at
    if then >= one.period.start:
        assert forecast(one, data, then) == forecast(one, data, at)


def cut(series: Series, at: Instant) -> Series:
    """What was measured by a time."""
    pairs = [(time, value) for time, value in zip(series.times, series.values, strict=True) if time <= at]
    return replace(series, times=[time for time, _ in pairs], values=[value for _, value in pairs])
