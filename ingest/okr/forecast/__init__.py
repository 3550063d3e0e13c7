"""The forecast: x at the end with an 80 % interval, and the probability of being attained, from data up to t alone.

answer     what is said
past       the measurements up to t, as levels or amounts in steps of equal length
outlook    a model of such steps: where they lead and how far they scatter
ending     from the outlook to x at the end, for reach and change
stairs     the same for growth and hold: that each sub-period that is left stays inside
best       the same for `take: best`
passage    the chance that a path stays inside its bounds
spread     the few distributions in it
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from ingest.okr.book import open_book
from ingest.okr.facts import Phase
from ingest.okr.forecast.answer import Forecast, NoForecast, TooLittle
from ingest.okr.forecast.best import best_ending
from ingest.okr.forecast.ending import plain_ending
from ingest.okr.forecast.need import forecast_needs
from ingest.okr.forecast.past import open_past
from ingest.okr.forecast.stairs import stairs_ending
from ingest.okr.instant import Instant
from ingest.okr.measure import read_facts
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.signal import Series
from ingest.okr.target import Growth, Hold

__all__ = ["Forecast", "NoForecast", "forecast", "forecast_needs"]


def forecast(
    key_result: KeyResult, series: Mapping[str, Series], at: Instant, frozen: Frozen | None = None
) -> Forecast | NoForecast:
    """What the measurements observed up to `at` say of the end of the period.

    `series` hold at least what `forecast_needs` names. Of `at` it depends on the local day alone, apart from the
    measurements: what is said holds until the next measurement, change of coverage or local midnight.
    """
    period = key_result.period
    if at < period.start:
        return NoForecast("the period has not begun")
    if at >= period.end:
        return NoForecast("the period is over")
    book = open_book(key_result, {name: _known(one, at) for name, one in series.items()})
    past = open_past(book, at)
    facts = read_facts(book, past.as_of, frozen, None)
    if facts.phase is Phase.LEARNING:
        return NoForecast("no target yet: set one when you know what to aim at")
    if facts.phase is Phase.NO_DATA:
        return NoForecast(facts.reason or "no data yet")
    if facts.phase is Phase.SCHEDULED:
        return NoForecast("nothing is measured in the period yet")
    try:
        if isinstance(key_result.target, Growth | Hold):
            return stairs_ending(past, facts, key_result.target)
        if key_result.take == "best":
            return best_ending(past, facts)
        return plain_ending(past, facts)
    except TooLittle as why:
        return NoForecast(str(why))
    except (OverflowError, ZeroDivisionError):
        return NoForecast("the numbers are too large or too small to be computed with: check the measurements")


def _known(series: Series, at: Instant) -> Series:
    """What was observed by a time: what is dated later is in no window of the forecast, whichever it looks at."""
    after = bisect_right(series.times, at)
    if after == len(series.times):
        return series
    return replace(series, times=series.times[:after], values=series.values[:after])
