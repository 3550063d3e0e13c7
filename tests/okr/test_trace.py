"""What a number is made of, and how it came to be."""

from ingest.okr.scoring import history, trace, value_at
from ingest.okr.signal import Kind
from tests.okr.tables import at, events, key_result, levels

NOW = at("2026-07-01")


def test_each_signal_says_what_it_gives_in_which_window() -> None:
    one = key_result("a.b / c.d", "5", {"a.b": Kind.EVENTS, "c.d": Kind.LEVEL})
    data = {"a.b": events("2025-05-05", "2026-02-02", "2026-03-03"), "c.d": levels(("2026-05-01", 4))}
    count, level = trace(one, data, NOW)
    assert (count.signal, count.kind, count.number) == ("a.b", Kind.EVENTS, 2)
    assert (count.start, count.end, count.measured_at) == (at("2026-01-01"), NOW, at("2026-03-03"))
    assert (level.signal, level.number, level.start, level.measured_at) == ("c.d", 4, None, at("2026-05-01"))
    assert value_at(one, data, NOW) == 0.5


def test_an_unknown_part_has_no_number() -> None:
    one = key_result("a.b - c.d", "+5")
    data = {"a.b": events("2026-02-02"), "c.d": events("2026-02-02", covered_from=at("2026-02-01"))}
    known, unknown = trace(one, data, NOW)
    assert (known.number, unknown.number) == (1, None)
    assert value_at(one, data, NOW) is None


def test_a_flow_that_is_covered_in_part_says_from_when() -> None:
    (part,) = trace(key_result("a.b", "5"), {"a.b": events("2026-02-02", covered_from=at("2026-02-01"))}, NOW)
    assert (part.start, part.number) == (at("2026-02-01"), 1)


def test_growth_is_traced_in_the_running_month() -> None:
    one = key_result("a.b", "+10% per month", period="2026-06-15..2026-08-10")
    data = {"a.b": events("2026-06-20", "2026-07-02", "2026-07-03", "2026-08-01")}
    (part,) = trace(one, data, at("2026-07-02"))
    assert (part.start, part.end, part.number) == (at("2026-07-01"), at("2026-07-02"), 1)
    assert trace(one, data, at("2026-06-20")) == ()
    (last,) = trace(one, data, at("2026-09-01"))
    assert (last.start, last.end, last.number) == (at("2026-07-01"), at("2026-08-01"), 2)
    assert trace(one, data, at("2026-06-01")) == ()


def test_history_tells_value_and_progress_at_each_time() -> None:
    one = key_result("a.b", "4")
    data = {"a.b": events("2026-02-02", "2026-03-03", "2026-08-08")}
    points = history(one, data, [at("2025-12-31"), at("2026-02-02"), at("2026-06-01"), at("2027-02-02")])
    assert [(point.value, point.progress) for point in points] == [(None, None), (1, 0.25), (2, 0.5), (3, 0.75)]
