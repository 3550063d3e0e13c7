"""From evidence to what a key result says: its facts, where it leads, and both as a face reads them."""

from collections.abc import Mapping

from ingest.okr.facts import Facts
from ingest.okr.forecast import Forecast, NoForecast, forecast
from ingest.okr.instant import Instant
from ingest.okr.scoring import judge, measure
from ingest.run.card import Scored
from ingest.run.evidence import Evidence
from ingest.run.waiting import NO_DOUBTS, Doubts

Outlook = Forecast | NoForecast


def measured(evidence: Evidence, at: Instant, doubted: Mapping[str, Doubts]) -> Facts:
    """The facts at a time, with what waits as implausible among the notices."""
    facts = measure(evidence.key_result, evidence.series, at, evidence.frozen, evidence.configured_at)
    return doubted.get(evidence.key_result.name, NO_DOUBTS).on(facts)


def foreseen(evidence: Evidence, at: Instant) -> Outlook:
    """Where it leads; the evidence was gathered `ahead`."""
    return forecast(evidence.key_result, evidence.series, at, evidence.frozen)


def scored(evidence: Evidence, facts: Facts, at: Instant, outlook: Outlook | None = None) -> Scored:
    key_result = evidence.key_result
    return Scored(key_result, key_result.name.rpartition(".")[0], judge(facts, at), outlook)
