"""When a baseline becomes known, and as what it is kept. Semantics §4."""

from datetime import date

from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.signal import Kind
from tests.oracle.case import Case, baseline
from tests.oracle.days import end_of_day, period_before, window
from tests.oracle.value import AllSeries, names_in


def freeze(key_result: KeyResult, series: AllSeries, now: Instant) -> Frozen | None:
    """§4: "b is frozen in the transaction that makes it known". Only what was measured is: a number written stands in
    the definition, and a 0 that is assumed is no fact."""
    case, written = Case(key_result, series, now), key_result.baseline
    if now < case.period.start or (written is not None and not isinstance(written, date)):
        return None
    b = baseline(case)
    if b is None or b.assumed:
        return None
    measured_at = b.late_at if b.late_at is not None else newest_under(case)
    return Frozen(float(b.value), b.late_at is not None, measured_at, "found")


def newest_under(case: Case) -> Instant:
    """`observed_at` of the newest measurement under a baseline that is not late; the period's start where none is."""
    written, start, zone = case.key_result.baseline, case.period.start, case.key_result.period.zone
    if isinstance(written, date):
        return newest_read(case, end_of_day(written, zone))
    if case.only_levels:
        return newest_read(case, start)
    return newest_read(case, start, window(period_before(case.key_result.period), zone).start)


def newest_read(case: Case, at: Instant, flows_from: Instant | None = None) -> Instant:
    """The newest of: levels read up to `at`; counters read after `flows_from`, events since, up to `at`."""
    times = []
    for name in names_in(case.key_result.value):
        series = case.series[name]
        for time in series.times:
            if series.kind is Kind.LEVEL:
                counts = time <= at
            elif series.kind is Kind.COUNTER:
                counts = flows_from is not None and flows_from < time <= at
            else:
                counts = flows_from is not None and flows_from <= time < at
            if counts:
                times.append(time)
    return max(times, default=case.period.start)
