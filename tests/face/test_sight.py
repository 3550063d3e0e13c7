"""What `okr check --live` says of a source that answered."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.connector import Seen, Signal, counter, events, level
from ingest.connector.outcome import Ending, Outcome
from ingest.face.sight import sight
from ingest.okr.instant import Instant, instant
from ingest.store.unit import By, Measured, Unit

BERLIN = ZoneInfo("Europe/Berlin")
SIGNALS = {
    "subscribers": level("people"),
    "new_subscribers": events("people"),
    "views": counter("views"),
    "open_rate": level(),
    "revenue": level("EUR"),
}


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


NOTHING = Seen()
NOW = at("2026-11-22T12:00")


def told(
    *measured: tuple[str, str, float],
    seen: Seen = NOTHING,
    signals: dict[str, Signal] | None = None,
    ends: Instant | None = None,
) -> str:
    ones = [Measured(f"it.{signal}", at(when), value) for signal, when, value in measured]
    unit = Unit("it", By.PULL, NOW, NOW, Ending(Outcome.OK, "ok"), ones, credential_expires_at=ends)
    return sight(unit, signals or SIGNALS, seen, BERLIN)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([], "nothing measured yet"),
        ([("subscribers", "2026-11-22T12:00", 1204)], "1,204 subscribers"),
        ([("subscribers", "2026-11-22T12:00", 0)], "0 subscribers"),
        (
            [("subscribers", "2026-11-22T12:00", 1204), ("subscribers", "2026-05-25T22:00", 1000)],
            "1,204 subscribers; history back to 2026-05-26",
        ),
        (
            [("new_subscribers", "2026-11-20T00:00", 3), ("new_subscribers", "2026-11-21T00:00", 4)],
            "7 new subscribers; history back to 2026-11-20",
        ),
        ([("views", "2026-11-22T11:00", 10_052), ("views", "2026-11-22T10:00", 9_000)], "10,052 views"),
        ([("open_rate", "2026-11-22T12:00", 0.415)], "open rate 0.41"),
        ([("revenue", "2026-11-22T12:00", 1204)], "revenue 1,204 EUR"),
        ([("new_subscribers", "2026-11-22T10:00", 3), ("new_subscribers", "2026-11-30T00:00", 4)], "3 new subscribers"),
    ],
)
def test_the_newest_number_of_each_signal_is_told(measured: list[tuple[str, str, float]], expected: str) -> None:
    assert told(*measured) == expected


def test_whose_they_are_and_what_the_key_can_do_is_told() -> None:
    seen = Seen("News", ("the key can also write: a read-only one is enough",))
    one = ("subscribers", "2026-05-26T12:00", 1204)
    assert told(one, seen=seen, ends=at("2026-12-01T00:00")) == (
        "1,204 subscribers on 'News'; history back to 2026-05-26; the credential ends on 2026-12-01; "
        "the key can also write: a read-only one is enough"
    )


def test_a_third_partys_name_is_one_short_line() -> None:
    line = told(seen=Seen("[red]N\new\x1b[31ms\u202e " + "x" * 500))
    assert line.startswith("nothing measured yet on '[red]N ew [31ms xxx")
    assert len(line) < 90
    assert line.isprintable()


def test_of_many_signals_a_few_are_told() -> None:
    signals = {f"{letter}s": level() for letter in "abcdefghi"}
    line = told(*((name, "2026-11-22T12:00", 1) for name in signals), signals=signals)
    assert line == "1 as, 1 bs, 1 cs, 1 ds, 1 es, 1 fs and 3 more signals"
