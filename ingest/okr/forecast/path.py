"""The chance that what an outlook leaves open stays inside bounds, stretch after stretch."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from ingest.okr.forecast.filter import shapes_at, shapes_over
from ingest.okr.forecast.model import Model
from ingest.okr.forecast.outlook import Outlook
from ingest.okr.forecast.passage import Passage
from ingest.okr.forecast.spread import TENTH, student_quantile

MOST = 3
"""Models that are followed, the best first; of many stretches the best alone."""
MANY = 40
HOPELESS = 1e-9


class Stretch(NamedTuple):
    """A stretch of time ahead, in steps: v is its offset and its total, or of levels the level at its end."""

    begins: float
    ends: float
    offset: float = 0.0
    noise: float = 0.0
    """The variance of what else is in v."""


class Bounds(NamedTuple):
    """Between which v − `share` · (the v before it) must lie. `seen`: v before the first stretch."""

    low: float = -inf
    high: float = inf
    share: float = 0.0
    seen: float = 0.0


def stays_inside(outlook: Outlook, stretches: Sequence[Stretch], bounds: Bounds) -> float:
    """The chance that v is inside in all stretches, which follow each other in time."""
    models = outlook.models[: MOST if len(stretches) < MANY else 1]
    whole = sum(weight for weight, _ in models)
    return sum(weight * _followed(outlook, model, stretches, bounds) for weight, model in models) / whole


def _followed(outlook: Outlook, model: Model, stretches: Sequence[Stretch], bounds: Bounds) -> float:
    """By one model. What is followed is how far level and line are from what is expected of them."""
    one, count, total = model.filter, model.length, outlook.sort.total
    heavy = (student_quantile(TENTH, outlook.freedom) / TENTH) ** 2 * outlook.widening
    spread, line = model.spread * heavy, model.line_variance
    doubt = (outlook.sort.share_doubt * model.level) ** 2
    path = Passage(spread * one.variances[count] + doubt, spread * line, bounds.seen)
    before = 0.0
    for stretch in stretches:
        if total:
            begins, ends, long = stretch.begins + 0.5, stretch.ends + 0.5, stretch.ends - stretch.begins
            shapes, now = shapes_over(count + begins, count + ends, one.year), (stretch.begins + stretch.ends) / 2
        else:
            shapes, now, long = shapes_at(count + stretch.ends, one.year), stretch.ends, 1.0
        mean, variance = model.level_with(shapes)
        lag = shapes[0] - one.reached[count][0]
        waves = max(variance - model.spread * (one.variances[count] + lag * lag * line), 0.0) * heavy
        noise = stretch.noise + long * long * waves + spread * (1 - one.walk) * long
        wander = spread * one.walk * max(now - before, 0.0)
        path.step(wander, stretch.offset + long * mean, long, lag, noise, bounds)
        before = now
        if path.chance < HOPELESS:
            return 0.0
    return path.chance
