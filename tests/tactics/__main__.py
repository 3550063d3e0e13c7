"""`make tactics`: how often a tactic is called working where it changes nothing, and where it changes something."""

import sys

from ingest.okr.tactic.verdict import Verdict
from tests.tactics.families import FAMILIES, Family
from tests.tactics.trial import LENGTHS, SEED, Trial, upper

NOTHING = 2_500
"""Series of each family and length where nothing changes."""
SOMETHING = 500
"""Series of each family, length and effect."""
FACTORS = (1.25, 1.5, 2.0, 3.0)


def main() -> None:
    say = sys.stdout.write
    say(f"False verdicts where nothing changes, {NOTHING:,} series each ({NOTHING * len(LENGTHS):,} a family)\n\n")
    say("| series | " + " | ".join(f"{weeks} weeks" for weeks in LENGTHS) + " | all, at most (95 %) | worse |\n")
    say("| --- |" + " --- |" * (len(LENGTHS) + 2) + "\n")
    for family in FAMILIES:
        found = [Trial(family, weeks, 1.0).verdicts(NOTHING, SEED) for weeks in LENGTHS]
        working = [one[Verdict.WORKING] for one in found]
        worse = sum(one[Verdict.WORSE] for one in found) / NOTHING / len(LENGTHS)
        bound = upper(sum(working), NOTHING * len(LENGTHS))
        shares = " | ".join(f"{hits / NOTHING:.1%}" for hits in working)
        say(f"| {family.name} | {shares} | {bound:.1%} | {worse:.1%} |\n")
        sys.stdout.flush()
    say(f"\nPower: called working, {SOMETHING:,} series each; {', '.join(f'{one:+.0%}' for one in _more())}\n\n")
    say("| series | " + " | ".join(f"{weeks} weeks" for weeks in LENGTHS) + " |\n")
    say("| --- |" + " --- |" * len(LENGTHS) + "\n")
    for family in FAMILIES:
        if family.scales:
            say(f"| {family.name} | {' | '.join(_power(family, weeks) for weeks in LENGTHS)} |\n")
            sys.stdout.flush()


def _more() -> list[float]:
    return [factor - 1 for factor in FACTORS]


def _power(family: Family, weeks: int) -> str:
    found = [Trial(family, weeks, factor).verdicts(SOMETHING, SEED)[Verdict.WORKING] for factor in FACTORS]
    return ", ".join(f"{hits / SOMETHING:.0%}" for hits in found)


main()
