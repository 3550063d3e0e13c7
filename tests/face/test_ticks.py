"""Numbers drawn with characters."""

from ingest.face.cli.ticks import bar, sparkline


def test_a_sparkline_ends_with_the_newest_value_and_leaves_gaps_blank() -> None:
    assert sparkline([1, 2, None, 8], 10) == "▁▂ █"
    assert sparkline([], 10) == ""
    assert sparkline([None], 10) == ""
    assert sparkline([5, 5], 10) == "▁▁"
    assert sparkline(list(range(100)), 10)[-1] == "█"
    assert sparkline([-1e308, 1e308], 4) == "▁▁"


def test_a_bar_is_full_only_at_the_target() -> None:
    assert bar(0.999, None, 10) == "█████████░"
    assert bar(1.0, None, 10) == "██████████"
    assert bar(0.2, 0.5, 10) == "██░░░│░░░░"
    assert bar(None, None, 4) == "····"
