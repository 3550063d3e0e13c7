"""The rules of good key results over a configuration and what was measured."""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from ingest.config.model import Config, Source
from ingest.connector.settings import Named
from ingest.okr.lint.case import Case, Origin
from ingest.okr.lint.lint import lint
from ingest.okr.lint.rule import Finding
from ingest.run.card import Card

BY_HAND = "manual"


class Placed(NamedTuple):
    place: str
    """`okr.yaml:12:9`; of all objectives together the file."""
    finding: Finding


def findings(config: Config, card: Card) -> tuple[Placed, ...]:
    """What could be better, each with its place; `card` has scores and forecasts."""
    origins = _origins(config.sources)
    cases = [
        Case(
            one.key_result,
            scored.objective,
            {name: origins[name] for name in one.key_result.kinds if name in origins},
            one.score,
            one.forecast,
            card.at,
        )
        for scored in card.objectives
        for one in scored.key_results
    ]
    return tuple(Placed(config.places.get(one.about, config.path.name), one) for one in lint(config.objectives, cases))


def _origins(sources: Mapping[str, Source]) -> dict[str, Origin]:
    """By the full name of each signal. What is recorded or sent under two names is two things."""
    numbers: dict[Hashable, int] = {}
    found: dict[str, Origin] = {}
    for source in sources.values():
        for name in source.signals:
            reads = (source.id, name) if source.schedule is None else _settings(source, name)
            found[f"{source.id}.{name}"] = Origin(source.kind == BY_HAND, numbers.setdefault(reads, len(numbers)))
    return found


def _settings(source: Source, name: str) -> Hashable:
    """What decides which measurements a signal brings. Secrets are compared, never shown."""
    connector = source.connector
    named = connector.named if isinstance(connector, Named) else {}
    filters = named[name].model_dump(exclude={"unit", "description", "max_step"}) if name in named else name
    return source.kind, _hashable(connector.model_dump(exclude={"named"})), _hashable(filters)


def _hashable(value: Any) -> Hashable:
    """Settings as something that is found in a table: there may be thousands of sources."""
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), _hashable(one)) for key, one in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_hashable, value))
    return value if isinstance(value, Hashable) else repr(value)
