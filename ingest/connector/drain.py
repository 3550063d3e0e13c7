"""One pull, drained: everything that a connector yields, checked against what it declares."""

import asyncio
import json
import math
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from ingest.connector.ask import Ask
from ingest.connector.connector import Connector, Signal
from ingest.connector.outcome import Broken, Ending, Unavailable, as_source_error
from ingest.connector.reading import Cursor, Expiry, Reading, Span
from ingest.okr.instant import instant
from ingest.okr.signal import Kind

_BREATH = 500
"""After so many readings the loop gets its turn: a file with a million rows stops nobody else."""


@dataclass(frozen=True, slots=True)
class Drained:
    """All that one pull yielded, in its order. Readings are as the connector gave them: an event may lack a key."""

    readings: tuple[Reading, ...] = ()
    spans: tuple[Span, ...] = ()
    cursor: Cursor | None = None
    """The last one; None: keep the one from before."""
    expiry: Expiry | None = None
    trouble: Ending | None = None
    """What is to be told although all is well, and what to do about it: a credential that could not be renewed."""


async def drain(connector: Connector, ask: Ask) -> Drained:
    """Pull once. All or nothing: whatever is raised, nothing that came before counts (see `outcome.ending_of`).

    Raises what the connector raises; `Unavailable` where the pull takes longer than `ask.limits.pull`; `Broken` where
    it yields what it did not declare, or what is no number or no time.
    """
    signals = connector.offered()
    readings: list[Reading] = []
    spans: list[Span] = []
    cursor: Cursor | None = None
    expiry: Expiry | None = None
    try:
        async with asyncio.timeout(ask.limits.pull), aclosing(_begun(connector, ask)) as yields:
            async for item in yields:
                if isinstance(item, Reading):
                    readings.append(_checked(item, signals))
                    if len(readings) % _BREATH == 0:
                        await asyncio.sleep(0)
                elif isinstance(item, Span):
                    spans.append(_checked_span(item, signals))
                elif isinstance(item, Cursor):
                    cursor = _checked_cursor(item)
                elif isinstance(item, Expiry):
                    expiry = _checked_expiry(item)
                else:
                    raise Broken(f"a bug in the connector: it yields a {type(item).__name__}")
    except SystemExit as error:  # would end the service, were it to leave a task
        raise as_source_error(error, "the source", instant(ask.now)) from error
    except TimeoutError:
        raise Unavailable(f"the pull took longer than {ask.limits.pull:g} s") from None
    if expiry is None and ask.expiry is not None:
        expiry = Expiry(ask.expiry)
    return Drained(tuple(readings), tuple(spans), cursor, expiry, ask.trouble)


def _begun(connector: Connector, ask: Ask) -> Any:
    yields: Any = connector.pull(ask)
    if not hasattr(yields, "__aiter__") or not hasattr(yields, "aclose"):
        if asyncio.iscoroutine(yields):
            yields.close()
        raise Broken("a bug in the connector: `pull` must be `async def` and `yield` its readings")
    return yields


def _checked(reading: Reading, signals: Mapping[str, Signal]) -> Reading:
    signal = signals.get(reading.signal)
    if signal is None:
        raise Broken("a bug in the connector: it yields a signal that it does not declare", reading.signal)
    value = reading.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"a bug in the connector: a {type(value).__name__} is no number", reading.signal)
    if not _is_finite(value):
        raise Broken("not a finite number", reading.signal)
    if reading.at is not None and reading.at.tzinfo is None:
        raise Broken("a bug in the connector: a time without a zone", reading.signal)
    if reading.key is not None and not _is_key(reading.key, signal.kind):
        raise Broken("a bug in the connector: only an event has a key, and it is text", reading.signal)
    return reading


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is_key(key: object, kind: Kind) -> bool:
    return kind is Kind.EVENTS and isinstance(key, str) and key != "" and "\0" not in key and key.isprintable()


def _checked_span(span: Span, signals: Mapping[str, Signal]) -> Span:
    if span.signal is not None and span.signal not in signals:
        raise Broken("a bug in the connector: it covers a signal that it does not declare", span.signal)
    if any(bound is not None and bound.tzinfo is None for bound in (span.start, span.end)):
        raise Broken("a bug in the connector: a span without a zone", span.signal)
    if span.start is not None and span.end is not None and span.start > span.end:
        raise Broken("a bug in the connector: a span that ends before it starts", span.signal)
    return span


def _checked_expiry(expiry: Expiry) -> Expiry:
    if expiry.at.tzinfo is None:
        raise Broken("a bug in the connector: a credential's end without a zone")
    return expiry


def _checked_cursor(cursor: Cursor) -> Cursor:
    try:
        json.dumps(cursor.value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise Broken("a bug in the connector: the cursor is not JSON") from None
    return cursor
