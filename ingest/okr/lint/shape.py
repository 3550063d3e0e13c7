"""Rules of what is written: words, customers, sources, periods and how many there are."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.okr.algebra import is_quotient
from ingest.okr.expression import Expression, Negation, Operation, SignalName
from ingest.okr.lint.case import Case
from ingest.okr.lint.rule import Finding, finding
from ingest.okr.lint.title import Title, counts, is_endless, is_own_hand, is_task, is_yes_no
from ingest.okr.lint.words import words_of
from ingest.okr.objective import Objective
from ingest.okr.target import Learn, Reach

MOST = 5
"""Objectives, and key results of each."""
FEWEST = 2
SHORTEST, QUARTER, YEAR = 28, 92, 366
"""Days of a February, of the longest quarter and of a leap year."""
_SELF = words_of("me i myself us we ourselves self ich wir") | {"our team", "the team", "my team"}


def of_title(case: Case) -> Iterator[Finding]:
    title = Title(case.key_result.title)
    if not title.is_read:
        return
    if is_own_hand(title):
        yield finding(case.name, "own-hand", f"'{title.text}' is in your own hand")
    elif is_task(title):
        yield finding(case.name, "task", f"'{title.text}' is something that you do or make")
    elif is_yes_no(title):
        yield finding(case.name, "yes-no", f"'{title.text}' is either so or not")
    if is_endless(title):
        yield finding(case.name, "no-deadline", f"'{title.text}' is due at no time")


def of_target(case: Case) -> Iterator[Finding]:
    key_result = case.key_result
    if isinstance(key_result.target, Learn):
        late = case.elapsed >= 0.5
        told = "half of its period is over and there is no target" if late else "it has no target yet"
        yield finding(case.name, "no-number", told, "warning" if late else "note")
    match key_result.target:
        case Reach(1.0, at_most, False) if at_most is not True and not is_quotient(key_result.value):
            if not key_result.unit:
                yield finding(case.name, "yes-no", f"its target is {key_result.target_text}: all or nothing", "note")


def of_customer(case: Case) -> Iterator[Finding]:
    customer = " ".join((case.key_result.customer or "").lower().split())
    if not customer:
        yield finding(case.name, "no-customer", "names no customer")
        return
    owner = " ".join((case.objective.owner or "").lower().replace("_", " ").split())
    if customer.replace("_", " ") in _SELF | {owner} and any(one.by_hand for one in case.origins.values()):
        yield finding(case.name, "own-customer", f"its customer '{customer}' records it by hand")


def of_value(case: Case) -> Iterator[Finding]:
    """What is added twice, whatever it is divided by."""
    for names in _sums(case.key_result.value):
        seen: dict[int, str] = {}
        for name, times in Counter(names).items():
            if times > 1:
                yield finding(case.name, "counted-twice", f"{name} is added {times} times")
            origin = case.origins.get(name)
            if origin is None:
                continue
            first = seen.setdefault(origin.reads, name)
            if first != name:
                yield finding(case.name, "counted-twice", f"{first} and {name} read the same")


def _sums(expression: Expression) -> Iterator[list[str]]:
    """The signals of each sum in a value, those that are taken away left out."""
    match expression:
        case Operation("*" | "/", left, right):
            yield from _sums(left)
            yield from _sums(right)
        case _:
            names: list[str] = []
            inner: list[Expression] = []
            _gather(expression, True, names, inner)
            yield names
            for one in inner:
                yield from _sums(one)


def _gather(expression: Expression, added: bool, names: list[str], inner: list[Expression]) -> None:
    match expression:
        case SignalName(name) if added:
            names.append(name)
        case Negation(part):
            _gather(part, not added, names, inner)
        case Operation("+" | "-" as sign, left, right):
            _gather(left, added, names, inner)
            _gather(right, added == (sign == "+"), names, inner)
        case Operation():
            inner.append(expression)


def of_objective(objective: Objective) -> Iterator[Finding]:
    title, count = Title(objective.title), len(objective.key_results)
    if counts(title):
        yield finding(objective.id, "objective-number", f"'{title.text}' holds a number")
    if title.is_read and len(title.words) < 3:
        yield finding(objective.id, "objective-vague", f"'{title.text}' is no more than a heading")
    if count < FEWEST:
        yield finding(objective.id, "few-key-results", f"has {count or 'no'} key result{'' if count == 1 else 's'}")
    if count > MOST:
        yield finding(objective.id, "many-key-results", f"has {count} key results")
    if objective.scope == "individual":
        yield finding(objective.id, "individual-scope", "is the goal of one person at work")
    days = (objective.period.last - objective.period.first).days + 1
    if not SHORTEST <= days <= QUARTER:
        allowed = QUARTER < days <= YEAR
        yield finding(objective.id, "period-length", f"its period has {days:,} days", "note" if allowed else "warning")


def of_all(objectives: Sequence[Objective]) -> Iterator[Finding]:
    """Objectives of one owner whose periods overlap count together."""
    told: set[str | None] = set()
    for one in objectives:
        together = [
            other
            for other in objectives
            if other.owner == one.owner and other.period.start <= one.period.start < other.period.end
        ]
        if len(together) > MOST and one.owner not in told:
            told.add(one.owner)
            whose = f" of {one.owner}" if one.owner else ""
            yield finding("", "too-many-objectives", f"{len(together)} objectives{whose} run at the same time")
