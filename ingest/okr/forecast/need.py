"""How far back a forecast looks."""

from collections.abc import Mapping

from ingest.okr.instant import DAY, Duration, Instant
from ingest.okr.need import needs
from ingest.okr.objective import KeyResult
from ingest.okr.signal import Need

LOOKS_BACK: Duration = 800 * DAY
"""Two years, so that the same season of the year before and the one before that are seen, and a little more."""


def forecast_needs(key_result: KeyResult, at: Instant) -> Mapping[str, Need]:
    """For each signal of the value what suffices for `forecast` at `at`: what its score needs, and the past.

    The past is what lies up to `LOOKS_BACK` before the local midnight of `at`, or the newest measurement if that is
    later: two days more are enough on every day of the year.
    """
    scored, period = needs(key_result, at), key_result.period
    if not period.start <= at < period.end:
        return scored
    span = (at - LOOKS_BACK - 2 * DAY, at)
    return {name: Need(need.points, (*need.spans, span)) for name, need in scored.items()}
