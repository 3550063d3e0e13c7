"""`python -m tests.backtest [choose]`: the table of the README, from the series that are kept apart to judge by.

`choose` shows the same of the other side, which the method was chosen on.
"""

import sys
from collections.abc import Iterator
from itertools import chain
from statistics import mean
from typing import Literal

from tests.backtest import catalogue, simulated
from tests.backtest.cost import cost
from tests.backtest.judgement import HEADER, Figures, figures, results
from tests.backtest.trial import Trial, trials

Side = Literal["choose", "judge"]


def judged(side: Side) -> tuple[list[Figures], list[Trial]]:
    """The figures of a side, with its trials. The base rate is always that of *choose*."""
    every = list(chain(catalogue.recordings(), simulated.recordings()))

    def of(one: Side) -> Iterator[Trial]:
        return chain.from_iterable(trials(recording) for recording in every if recording.side == one)

    base_rate = mean(trial.attained for trial in of("choose"))
    tried = list(of(side))
    return figures(results(tried), base_rate), tried


def main(names: list[str]) -> int:
    rows, tried = judged("choose" if "choose" in names else "judge")
    sys.stdout.write("\n".join([HEADER, *(row.row() for row in rows)]) + "\n\n")
    milliseconds, ratio = cost(tried)
    sys.stdout.write(
        f"{len(tried)} trials, {len(tried) - rows[-1].trials} without a forecast. A forecast: {milliseconds:.2f} ms of "
        f"CPU, {ratio:.2f} × statistics.linear_regression of the same points.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
