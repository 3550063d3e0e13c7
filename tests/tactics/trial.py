"""One family, one length, one size of effect: how often each verdict is given."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from random import Random
from statistics import NormalDist
from zoneinfo import ZoneInfo

from ingest.okr.instant import DAY, Instant, moment
from ingest.okr.objective import KeyResult, Tactic
from ingest.okr.signal import Series
from ingest.okr.tactic.effect import effect
from ingest.okr.tactic.verdict import Verdict
from tests.okr.tables import key_result
from tests.tactics.families import START, Family

UTC = ZoneInfo("UTC")
LENGTHS = (6, 12, 26)
"""Weeks for which tactics ran."""
SEED = "report"
"""What is reported comes of these series; what was chosen, the shares and lengths in `ingest.okr.tactic`, of others."""
BEFORE = 26
"""Weeks of every signal before the tactic: as many as are looked at, and never more."""


@dataclass(frozen=True)
class Trial:
    family: Family
    weeks: int
    """How long the tactic has run."""
    factor: float
    """What it multiplies by; 1: nothing."""

    def verdicts(self, number: int, seed: str) -> Counter[Verdict]:
        return Counter(self.verdict(f"{seed} {at}") for at in range(number))

    def verdict(self, seed: str) -> Verdict:
        chance = Random(f"{self.family.name} {self.weeks} {seed}")
        days = [1.0] * (7 * BEFORE) + [self.factor] * (7 * self.weeks)
        return self.effect(self.family.draw(chance, days))

    def effect(self, series: Mapping[str, Series]) -> Verdict:
        started = moment(START).date() + timedelta(weeks=BEFORE)
        tactic = Tactic("t", "A tactic", started, None, ("o.k",))
        until: Instant = START + 7 * (BEFORE + self.weeks) * DAY
        return effect(tactic, self.key_result(series), series, until).verdict

    def key_result(self, series: Mapping[str, Series]) -> KeyResult:
        kinds = {name: one.kind for name, one in series.items()}
        return key_result(self.family.value, ">= 1000000", kinds, "2024-01-01..2030-12-31", UTC)


def upper(hits: int, number: int, confidence: float = 0.95) -> float:
    """What a share lies below with this confidence, by Wilson's score bound: the binomial bound of the tables."""
    z, share = NormalDist().inv_cdf(confidence), hits / number
    middle = share + z * z / (2 * number)
    return (middle + z * sqrt(share * (1 - share) / number + z * z / (4 * number * number))) / (1 + z * z / number)
