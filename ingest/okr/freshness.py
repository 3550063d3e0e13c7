"""How long facts hold, and what is to be said of the sources behind them: stale ones, and holes."""

from collections.abc import Iterable

from ingest.okr.baseline import looks_up
from ingest.okr.book import Book
from ingest.okr.instant import Instant
from ingest.okr.need import needs
from ingest.okr.objective import Frozen
from ingest.okr.signal import Series


def stale_from(series: Series) -> Instant | None:
    """After which instant a signal counts as stale; None: never, or nothing was ever asked that could be."""
    if series.stale_after is None or series.covered_until is None:
        return None
    return series.covered_until + series.stale_after


def goes_stale(book: Book) -> tuple[Instant | None, str | None]:
    """After which instant a signal counts as stale, the first to be so, and what is said then."""
    first: Instant | None = None
    reason = None
    for name, tally in book.tallies.items():
        since = stale_from(tally.series)
        if since is not None and (first is None or since < first):
            until = book.said(tally.series.covered_until or since)
            first, reason = since, f"{name} was last {_renewed(name, until, tally.series.by_hand)}"
    return first, reason


def _renewed(name: str, until: str, by_hand: bool) -> str:
    """When it was last told anything of, and how that is done again."""
    if by_hand:
        return f"recorded {until}: run `okr record {name} VALUE`"
    source = name.partition(".")[0]
    return f"asked successfully {until}: run `okr pull {source}`, or `okr check --live` to see why"


def changes(book: Book, now: Instant, frozen: Frozen | None) -> Iterable[Instant]:
    """The instants after `now` at which facts may change though nothing is recorded."""
    yield book.key_result.period.end
    baseline_at = looks_up(book.key_result)
    candidates = [baseline_at, frozen.measured_at if frozen else None]
    for tally in book.tallies.values():
        series = tally.series
        candidates += [tally.next_after(now), series.covered_from, *(at for hole in series.holes for at in hole)]
    yield from (at for at in candidates if at is not None and at > now)


def holes(book: Book, now: Instant, frozen: Frozen | None) -> Iterable[str]:
    """A notice for each span that no pull covered and that a flow is counted over."""
    if not any(tally.series.holes for tally in book.tallies.values()):
        return
    for name, need in needs(book.key_result, now, frozen).items():
        if not book.key_result.kinds[name].is_flow:
            continue
        source = name.partition(".")[0]
        for start, end in book.tallies[name].series.holes:
            if start <= now and any(start < last and end > first for first, last in need.spans):
                yield (
                    f"hole: {name} was not asked from {book.said(start)} to {book.said(end)}, and events then may be "
                    f"missing: run `okr pull {source} --since {book.said(start)[:10]}`"
                )
