"""The rules: what each is called, why it matters, and how to mend it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    why: str
    how: str


class Finding(NamedTuple):
    """What one rule says of an objective, a key result or the whole."""

    about: str
    """`objective.key_result`, the id of an objective, or nothing: all objectives together."""
    rule: Rule
    what: str
    severity: Severity = "warning"


RULES = {
    rule.id: rule
    for rule in (
        Rule(
            "task",
            "a task or an output can be done without anything getting better",
            "name what somebody does differently once it is done, and keep the task as a tactic",
        ),
        Rule(
            "yes-no",
            "what is either so or not shows no progress until it is over",
            "count something that grows on the way there",
        ),
        Rule(
            "own-hand",
            "who is measured decides the number, which invites gaming: fewer bugs are shipped by shipping less",
            "measure what others do because of it: customers who report a fault, come back, or recommend it",
        ),
        Rule(
            "no-number",
            "without a target nobody can tell whether it was reached",
            "write a `target` as soon as you know what is usual: +20%, or a number",
        ),
        Rule(
            "no-deadline",
            "what is due at no time is put off",
            "leave such words out of the title; the `period` is the deadline",
        ),
        Rule(
            "no-customer",
            "without a customer it is easily one's own output that is counted",
            "write a `customer`: the third party whose behaviour moves the number",
        ),
        Rule(
            "own-customer",
            "who records the number by hand and is its customer too can make it what it should be",
            "let a source tell the number, or name a customer who is somebody else",
        ),
        Rule(
            "counted-twice",
            "one request that is counted twice makes half the effort look like all of it",
            "leave one of the two out of `value`, or let their settings tell different things",
        ),
        Rule(
            "met-at-start",
            "a target that was met before it began asks for nothing",
            "set a target that takes an effort, or `stay` inside a bound if keeping it is what you want",
        ),
        Rule(
            "certain",
            "a target that is certain to be met early on was set too low",
            "raise the target, and tell the others that you did",
        ),
        Rule(
            "out-of-reach",
            "a target that no trend could reach discourages, and says nothing of what was achieved",
            "lower it and say so, or try a tactic that changes the trend",
        ),
        Rule(
            "too-many-objectives",
            "with more than five nothing is important",
            "keep the five that matter most, and give the others a later period",
        ),
        Rule(
            "few-key-results",
            "one number alone is easily reached at the cost of what it stands for",
            "add a key result for another side of the objective: two to five",
        ),
        Rule(
            "many-key-results",
            "with more than five nobody knows what to look at",
            "keep the five that tell most: two to five",
        ),
        Rule(
            "period-length",
            "30 to 90 days are near enough to act and long enough to see a change",
            "take a month to a quarter; where a year is meant, look at it every month",
        ),
        Rule(
            "individual-scope",
            "at work the goals of one person are read as a review of that person: they get safe, and are gamed",
            "give the objective to a team (`scope: team`); `personal` is for your own life",
        ),
        Rule(
            "objective-number",
            "an objective says what for; a number in it makes it a key result",
            "say the aim in words and move the number to a key result",
        ),
        Rule(
            "objective-vague",
            "an objective of a word or two tells nobody what to do",
            "begin with a verb and say what becomes of whom",
        ),
    )
}
"""By id, in the order in which they are explained."""


def finding(about: str, rule: str, what: str, severity: Severity = "warning") -> Finding:
    return Finding(about, RULES[rule], what, severity)
