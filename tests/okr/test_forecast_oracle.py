"""The parts of a forecast against slow and obvious ways to work out the same."""

from math import erf, exp, inf, isclose, lgamma, log, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.okr.forecast.filter import SHAPES, TABLE, filter_of, shapes_at, shapes_over
from ingest.okr.forecast.model import model_of, pass_through
from ingest.okr.forecast.passage import Passage, kept
from ingest.okr.forecast.path import Bounds
from ingest.okr.forecast.spread import TENTH, Amount, Bell, Count, student_quantile, student_score


def counted(shape: float, rate: float, number: int) -> float:
    """The chance of so many events at a rate that is gamma: by adding up Poisson chances over many rates."""
    widest = (shape + 12 * sqrt(shape) + 12) / rate
    rates = (np.arange(200_000) + 0.5) * widest / 200_000
    density = np.exp(shape * log(rate) + (shape - 1) * np.log(rates) - rate * rates - lgamma(shape))
    poisson = np.exp(number * np.log(rates) - rates - lgamma(number + 1))
    return float(np.sum(density * poisson) * widest / 200_000)


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 20), st.floats(0.2, 5))
def test_counts_are_a_gamma_mixture_of_poisson_counts(shape: float, rate: float) -> None:
    mean = shape / rate
    count = Count(mean, mean + mean * mean / shape)
    chances = [counted(shape, rate, number) for number in range(30)]
    for number in (0, 1, 5, 29):
        assert isclose(count.at_least(number), 1 - sum(chances[:number]), abs_tol=1e-4)
        assert isclose(count.at_least(number) + count.at_most(number - 1), 1)
    low = next((number for number in range(30) if sum(chances[: number + 1]) >= 0.1), 30)
    assert count.quantile(-TENTH) in (low, low - 1, low + 1) or low == 30


@pytest.mark.parametrize(
    ("freedom", "tenth"), [(2, 1.886), (3, 1.638), (5, 1.476), (9, 1.383), (20, 1.325), (60, 1.296), (inf, 1.2816)]
)
def test_student_is_as_in_the_tables(freedom: float, tenth: float) -> None:
    assert student_quantile(TENTH, freedom) == pytest.approx(tenth, rel=0.01)
    assert student_score(tenth, freedom) == pytest.approx(TENTH, rel=0.01)
    assert student_score(student_quantile(-0.7, freedom), freedom) == pytest.approx(-0.7)


def test_bells_and_amounts_are_consistent_with_themselves() -> None:
    for one in (Bell(10, 2, 5), Bell(10, 2), Amount(10, 4), Amount(3, 9), Count(300, 900)):
        for z in (-TENTH, 0.5, TENTH):
            share = 0.5 * (1 + erf(z / sqrt(2)))
            slack = 0.04 if isinstance(one, Count) else 1e-6
            if one.quantile(z) > 0:
                assert one.at_most(one.quantile(z)) == pytest.approx(share, abs=slack)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-10, 10), min_size=3, max_size=12),
    st.sampled_from([0.0, 0.003, 0.3, 1.0]),
    st.sampled_from([1, SHAPES]),
    st.floats(0.5, 9),
)
def test_a_model_is_the_regression_that_a_whole_matrix_gives(
    numbers: list[float], walk: float, shapes: int, steps: float
) -> None:
    """Of y − y₀: its covariance is known to within its size, the shapes have normal priors."""
    year, priors = 5.0, (0.3**-2, *(3.0**-2,) * (shapes - 1))
    if shapes == 1:
        year = inf
    model = model_of(pass_through(filter_of(walk, year, TABLE), numbers, shapes), priors, 1e-6)
    count = len(numbers) - 1
    places = np.arange(1, count + 1)
    design = np.array([shapes_at(place, year)[:shapes] for place in places]) - np.array(shapes_at(0, year)[:shapes])
    covariance = walk * np.minimum.outer(places, places) + (1 - walk) * (np.eye(count) + 1)
    covariance = covariance + design @ np.diag([1 / prior for prior in priors]) @ design.T
    seen = np.array(numbers[1:]) - numbers[0]
    spread = (seen @ np.linalg.solve(covariance, seen) + 1e-6) / count
    ahead = np.array(shapes_at(count + steps, year)[:shapes]) - np.array(shapes_at(0, year)[:shapes])
    shared = design @ np.diag([1 / prior for prior in priors]) @ ahead + walk * places + 1 - walk
    alone = ahead @ np.diag([1 / prior for prior in priors]) @ ahead + walk * (count + steps) + 2 * (1 - walk)
    mean = numbers[0] + shared @ np.linalg.solve(covariance, seen)
    variance = spread * (alone - shared @ np.linalg.solve(covariance, shared))
    told, scatter = model.ending(steps)
    assert told == pytest.approx(mean, rel=1e-6, abs=1e-6)
    assert scatter == pytest.approx(variance, rel=1e-6, abs=1e-9)
    score = -0.5 * (np.linalg.slogdet(covariance)[1] + count * log(spread * count))
    assert model.score == pytest.approx(score, rel=1e-6, abs=1e-6)


def test_shapes_over_a_stretch_are_their_mean() -> None:
    fine = np.array([shapes_at(place, 12.0) for place in np.linspace(3, 8, 20_001)]).mean(axis=0)
    assert shapes_over(3, 8, 12.0) == pytest.approx(tuple(fine), abs=1e-4)


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (0.5, inf), (-inf, -3), (4, 5), (-5, -4.5), (-inf, inf)])
def test_what_is_kept_of_a_normal_number(low: float, high: float) -> None:
    x = np.linspace(max(low, -12), min(high, 12), 400_001)
    density = np.exp(-x * x / 2) / sqrt(2 * np.pi)
    whole = float(np.trapezoid(density, x))
    mean = float(np.trapezoid(density * x, x)) / whole
    variance = float(np.trapezoid(density * (x - mean) ** 2, x)) / whole
    assert kept(low, high) == pytest.approx((whole, mean, variance), rel=1e-4, abs=1e-7)


def test_independent_steps_have_the_product_of_their_chances() -> None:
    path = Passage(0.0, 0.0)
    for _ in range(4):
        path.step(0.0, 1.0, 1.0, 0.0, 1.0, Bounds(low=0.0))
    assert path.chance == pytest.approx((0.5 * (1 + erf(1 / sqrt(2)))) ** 4)


@pytest.mark.parametrize(
    ("wander", "slopes", "noise", "share"), [(1.0, 0.0, 0.0, 0.0), (0.3, 0.05, 0.5, 0.0), (0.2, 0.1, 0.3, 1.1)]
)
def test_a_path_stays_inside_about_as_often_as_simulated_ones(
    wander: float, slopes: float, noise: float, share: float
) -> None:
    """Within 0.03, which is what the approximation is good for."""
    path, bounds = Passage(0.5, slopes, 2.0), Bounds(low=-1.0, high=inf, share=share, seen=2.0)
    for step in range(1, 9):
        path.step(wander, 3.0 + step, 1.0, float(step), noise, bounds)
    rng, inside = Random(1), 0
    for _ in range(20_000):
        level, slope, seen, stays = rng.gauss(0, sqrt(0.5)), rng.gauss(0, sqrt(slopes)), 2.0, True
        for step in range(1, 9):
            level += rng.gauss(0, sqrt(wander))
            now = 3.0 + step + level + slope * step + rng.gauss(0, sqrt(noise))
            stays, seen = stays and now - share * seen >= -1.0, now
        inside += stays
    assert path.chance == pytest.approx(inside / 20_000, abs=0.03)


def test_the_chances_of_a_count_add_up() -> None:
    chances = Count(4.0, 9.0).chances()
    assert sum(next(chances) for _ in range(400)) == pytest.approx(1)
    assert exp(0) == 1
