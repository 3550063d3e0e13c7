"""All rules over all objectives."""

from collections.abc import Iterator, Sequence

from ingest.okr.lint.case import Case
from ingest.okr.lint.rule import Finding
from ingest.okr.lint.shape import of_all, of_customer, of_objective, of_target, of_title, of_value
from ingest.okr.lint.trend import of_forecast, of_start
from ingest.okr.objective import Objective

_OF_KEY_RESULTS = (of_title, of_target, of_customer, of_value, of_start, of_forecast)


def lint(objectives: Sequence[Objective], cases: Sequence[Case]) -> Iterator[Finding]:
    """What could be better, in the order of the configuration; first what concerns all together."""
    yield from of_all(objectives)
    together: dict[str, list[Case]] = {}
    for case in cases:
        together.setdefault(case.objective.id, []).append(case)
    for objective in objectives:
        yield from of_objective(objective)
        for case in together.get(objective.id, ()):
            for rule in _OF_KEY_RESULTS:
                yield from rule(case)
