"""The statistics of tactics: worked examples, and a slow and obvious least squares beside them."""

from fractions import Fraction
from math import isfinite, sqrt
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.okr.tactic.contrast import Block, Contrast, Interval, beyond_growth, contrast
from ingest.okr.tactic.student import t_quantile
from tests.tactics.families import noise


@pytest.mark.parametrize(
    ("degrees", "share", "table"),
    [
        (2, 0.95, 2.920), (3, 0.95, 2.353), (4, 0.95, 2.132), (5, 0.95, 2.015), (10, 0.95, 1.812), (30, 0.95, 1.697),
        (120, 0.95, 1.658), (5, 0.9, 1.476), (10, 0.9, 1.372),
    ],
)  # fmt: skip
def test_quantiles_of_t_are_those_of_the_printed_tables(degrees: float, share: float, table: float) -> None:
    assert t_quantile(share, degrees) == pytest.approx(table, abs=0.01 if degrees == 2 else 0.0015)


def test_fewer_than_two_degrees_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        t_quantile(0.95, 1.9)


def test_a_step_worked_out_by_hand() -> None:
    """1 3 1 3 | 5 7 5 7: the means differ by 4. With a line the step is 2.4 and the line rises by 0.4 a block; what is
    left are -0.4 1.2 -1.2 0.4 twice, squares 6.4, five degrees of freedom, so s² is 1.28. They alternate: φ is 0.
    """
    found = contrast(list(enumerate([1, 3, 1, 3, 5, 7, 5, 7], start=-4)), 0)
    t = t_quantile(0.95, 5)
    assert found.step.difference == pytest.approx(4)
    assert found.step.reach == pytest.approx(t * sqrt(1.28 * (1 / 4 + 1 / 4)))
    assert found.beyond_trend.difference == pytest.approx(2.4)
    assert found.beyond_trend.reach == pytest.approx(t * sqrt(1.28 / (10 / 21)))
    assert (found.step.sign, found.beyond_trend.sign) == (1, 0)


def test_numbers_that_scatter_less_than_chance_allows_are_given_its_scatter() -> None:
    blocks: list[Block] = [(place, 4.0 if place < 0 else 6.0) for place in range(-6, 6)]
    sure, counted = contrast(blocks, 0), contrast(blocks, 0, least_variance=5.0)
    assert sure.step.reach < 1e-6
    assert counted.step.reach == pytest.approx(t_quantile(0.95, 9) * sqrt(5 * (1 / 6 + 1 / 6)))


def test_what_stays_on_a_line_has_no_step_beyond_it() -> None:
    blocks: list[Block] = [(place, 10 + 0.1 * place) for place in range(-12, 8)]
    found = contrast(blocks, 0)
    assert (found.step.sign, found.beyond_trend.sign) == (1, 0)


def test_what_grows_by_a_steady_share_has_no_step_beyond_it() -> None:
    growing: list[Block] = [(place, 100 * 1.05**place) for place in range(-24, 8)]
    assert contrast(growing, 0).step.sign == 1
    assert beyond_growth(growing, 0) == 0
    doubled: list[Block] = [(place, number * (2 if place >= 0 else 1)) for place, number in growing]
    assert beyond_growth(doubled, 0) == 1


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [(place, 1.0) for place in range(-4, 3)],
        [(place, 1.0) for place in range(-9, 0)],
        [(place, 1.0) for place in range(9)],
    ],
)
def test_too_few_blocks_are_refused(blocks: list[Block]) -> None:
    with pytest.raises(ValueError, match="too few"):
        contrast(blocks, 0)


@pytest.mark.parametrize("numbers", [[0.0] * 12, [-1.0, *[2.0] * 11]])
def test_only_what_is_above_zero_grows_in_per_cent(numbers: list[float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        beyond_growth(list(enumerate(numbers, start=-6)), 0)


@st.composite
def series(draw: st.DrawFn) -> list[Block]:
    """Blocks on both sides of 0, some missing, of whole numbers."""
    places = draw(st.sets(st.integers(-20, 20), min_size=8, max_size=30))
    assume(min(places) < 0 <= max(places))
    return [(place, float(draw(st.integers(-9, 9)))) for place in sorted(places)]


def least_squares(blocks: list[Block]) -> Fraction:
    """The coefficient of the step beside a mean and a line, by elimination in exact fractions."""
    rows = [[Fraction(1), Fraction(place), Fraction(place >= 0)] for place, _ in blocks]
    right = [Fraction(number) for _, number in blocks]
    matrix = [[sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(3)] for i in range(3)]
    for i, line in enumerate(matrix):
        line.append(sum((row[i] * one for row, one in zip(rows, right, strict=True)), Fraction(0)))
    for i in range(3):
        pivot = next(k for k in range(i, 3) if matrix[k][i] != 0)
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        for k in range(3):
            if k != i:
                ratio = matrix[k][i] / matrix[i][i]
                matrix[k] = [one - ratio * other for one, other in zip(matrix[k], matrix[i], strict=True)]
    return matrix[2][3] / matrix[2][2]


@given(series())
def test_differences_are_those_of_plain_least_squares(blocks: list[Block]) -> None:
    found = contrast(blocks, 0)
    before = [number for place, number in blocks if place < 0]
    during = [number for place, number in blocks if place >= 0]
    plain = sum(during) / len(during) - sum(before) / len(before)
    assert found.step.difference == pytest.approx(plain, abs=1e-9)
    assert found.beyond_trend.difference == pytest.approx(float(least_squares(blocks)), abs=1e-7)


@given(series(), st.integers(-5, 5), st.integers(-3, 3), st.sampled_from([-2.0, 0.5, 3.0]))
def test_a_line_is_no_step_and_a_factor_is_one(blocks: list[Block], up: int, slope: int, factor: float) -> None:
    plain = contrast(blocks, 0)
    moved = contrast([(place, number + up + slope * place) for place, number in blocks], 0)
    assert ends(moved.beyond_trend) == pytest.approx(ends(plain.beyond_trend), abs=1e-6)
    scaled = contrast([(place, number * factor) for place, number in blocks], 0)
    for one, other in both(scaled, plain):
        assert sorted(ends(one)) == pytest.approx(sorted(factor * end for end in ends(other)), abs=1e-6)


@given(series())
def test_intervals_are_finite_and_hold_their_difference(blocks: list[Block]) -> None:
    found = contrast(blocks, 0)
    for one in (found.step, found.beyond_trend):
        assert all(map(isfinite, ends(one)))
        assert one.low <= one.difference <= one.high


@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.6])
def test_nine_of_ten_intervals_hold_what_is_true_however_alike_neighbours_are(likeness: float) -> None:
    held = [0, 0]
    for seed in range(400):
        numbers = noise(Random(f"{likeness} {seed}"), likeness)
        blocks = [(place, 2 * (place >= 0) + next(numbers)) for place in range(-18, 10)]
        found = contrast(blocks, 0)
        for place, one in enumerate((found.step, found.beyond_trend)):
            held[place] += one.low <= 2 <= one.high
    assert min(held) >= 0.87 * 400


def ends(one: Interval) -> tuple[float, float, float]:
    return one.low, one.difference, one.high


def both(one: Contrast, other: Contrast) -> list[tuple[Interval, Interval]]:
    return [(one.step, other.step), (one.beyond_trend, other.beyond_trend)]
