"""From trials to figures: coverage, width, error and Brier score of each family, and the bars they are held to."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, median
from typing import NamedTuple

from ingest.okr.forecast import Forecast, forecast
from tests.backtest.rival import drift, projection, theil_sen
from tests.backtest.trial import Trial

CONTINUOUS, COUNTS = (0.75, 0.85), (0.75, 0.95)
"""How often the interval of 80 % should cover x at the end."""
WORSE = 1.05
"""How much larger than that of the better rival the mean error of a family may be."""
ALL = "all"


class Result(NamedTuple):
    """Of one trial. Widths and errors in mean absolute steps up to t."""

    trial: Trial
    covered: bool
    width: float
    error: float
    drift: float
    theil_sen: float
    brier: float
    projected: float
    """1 where the linear projection was wrong about being attained: its Brier score."""


def results(trials: Iterable[Trial]) -> list[Result]:
    """Of all trials that have a forecast."""
    return [found for trial in trials if (found := result(trial)) is not None]


def result(trial: Trial) -> Result | None:
    said = forecast(trial.key_result, {"a.b": trial.series}, trial.at)
    if not isinstance(said, Forecast):
        return None
    truth, unit, slack = trial.truth, trial.unit, 1e-9 * abs(trial.truth)
    return Result(
        trial,
        said.low - slack <= truth <= said.high + slack,
        (said.high - said.low) / unit,
        abs(said.at_end - truth) / unit,
        abs(drift(trial) - truth) / unit,
        abs(theil_sen(trial) - truth) / unit,
        (said.probability - trial.attained) ** 2,
        float(trial.attains(projection(trial)) != trial.attained),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the trials of a family; of the width the median."""

    family: str
    series: int
    trials: int
    coverage: float
    width: float
    error: float
    drift: float
    theil_sen: float
    brier: float
    base: float
    """The Brier score of always saying how often targets of the *choose* side were attained."""
    projected: float

    @property
    def missed(self) -> list[str]:
        """The bars that are not held."""
        whole = self.family == ALL
        low, high = COUNTS if "counts" in self.family else CONTINUOUS
        rival = min(self.drift, self.theil_sen)
        held = {
            "coverage": whole or low <= self.coverage <= high,
            "error": self.error < rival if whole else self.error <= WORSE * rival,
            "Brier score": not whole or self.brier < min(self.base, self.projected),
        }
        return [name for name, holds in held.items() if not holds]

    def row(self) -> str:
        cells = (
            self.family,
            self.series,
            self.trials,
            f"{self.coverage:.1%}",
            f"{self.width:.1f}",
            *(f"{error:.2f}" for error in (self.error, self.drift, self.theil_sen)),
            *(f"{score:.3f}" for score in (self.brier, self.base, self.projected)),
            ", ".join(self.missed) or "–",
        )
        return f"| {' | '.join(map(str, cells))} |"


HEADER = (
    "| family | series | trials | 80 % interval covers | its width | error of at_end | of drift | of Theil–Sen "
    "| Brier score | of the base rate | of a projection | bars missed |\n" + "| --- " * 12 + "|"
)


def figures(found: list[Result], base_rate: float) -> list[Figures]:
    """Of each family, and of all trials together."""
    families = dict.fromkeys(one.trial.recording.family for one in found)
    rows = [
        _figures(name, [one for one in found if one.trial.recording.family == name], base_rate) for name in families
    ]
    return [*rows, _figures(ALL, found, base_rate)]


def _figures(family: str, found: list[Result], base_rate: float) -> Figures:
    return Figures(
        family,
        len({one.trial.recording.name for one in found}),
        len(found),
        mean(one.covered for one in found),
        median(one.width for one in found),
        mean(one.error for one in found),
        mean(one.drift for one in found),
        mean(one.theil_sen for one in found),
        mean(one.brier for one in found),
        mean((base_rate - one.trial.attained) ** 2 for one in found),
        mean(one.projected for one in found),
    )
