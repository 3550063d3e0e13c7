"""The rules of good key results over a configuration and what was measured."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from ingest.config.model import Config, Source
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
    read: list[Any] = []
    found: dict[str, Origin] = {}
    for source in sources.values():
        for name in source.signals:
            settings = _settings(source, name)
            if settings not in read or source.schedule is None:
                read.append(settings)
                number = len(read) - 1
            else:
                number = read.index(settings)
            found[f"{source.id}.{name}"] = Origin(source.kind == BY_HAND, number)
    return found


def _settings(source: Source, name: str) -> Any:
    """What decides which measurements a signal brings. Secrets are compared, never shown."""
    connector: Any = source.connector
    if not isinstance(connector, BaseModel):
        return source.kind, source.fingerprint, name
    own = getattr(connector, "named", None)
    signal = own.get(name) if isinstance(own, Mapping) else None
    filters = signal.model_dump(exclude={"unit", "description", "max_step"}) if isinstance(signal, BaseModel) else name
    return source.kind, connector.model_dump(exclude={"named"}), filters
