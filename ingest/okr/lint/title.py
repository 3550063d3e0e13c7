"""What the words of a title say: English alone is read. Of other languages, and in doubt, nothing is said.

A title is cut into an amount (`at least 30% of`, `a 20% increase in`), a head and a rest. The head says what is counted
or done; who is behind `by` and `from` says whose behaviour it is.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from ingest.okr.lint.words import (
    ACQUIRE,
    CREDENTIALS,
    DOINGS,
    DONE,
    ENDLESS,
    FAULTS,
    FEWER,
    NOT_ENGLISH,
    NOUN_VERBS,
    OPEN_VERBS,
    OTHERS,
    OUTCOMES,
    OUTPUTS,
    OWN,
    PASSES,
    PUNCTUAL,
    STATES,
    TASK_VERBS,
    UNIVERSAL,
    words_of,
)

LONGEST = 400
"""Characters of a title that are read."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d[\d.,:]*%?|%")
_SOON = re.compile(r"\bwithin (a|an|one|two|three|\d+) (business |working )?(hour|day|week|minute)")
_STATE = re.compile(r"\b(is|are|has been|have been) \w+( \w+)?$")
_FRONT = words_of("i we you to will shall must should our my team the a an let's please personally")
_AMOUNT = words_of(
    """
    at least most more than about over up another extra additional further increase rise growth increased growing
    number count amount total share percentage percent twice double triple half dozen hundred thousand one two three
    four five six seven eight nine ten twelve twenty fifty many of in the a an grow increase raise boost new to by
    fewer less reduce cut lower decrease only some several % first our my own each every all per month quarter
    week year
    """
)
_JOINTS = words_of(
    """
    i we of in for to from at with by across on that which who whose use uses using per under over within between before
    until after about into as than and or through during
    """
)
_DETERMINERS = words_of("a an the our my all every each more new some on at about to with in another this through")
_CLAUSE = words_of("a an the me us our my we i")
_PARTICLES = words_of("out in up off over down away")
_ADVERBS = words_of("successfully finally personally fully regularly actively")
_NUMBERS = words_of(
    "one two three four five six seven eight nine ten twelve dozen twenty fifty hundred thousand double twice triple "
    "half halve every all most more fewer less another percent increase"
)


@dataclass(frozen=True)
class Title:
    """A title in small letters, as words."""

    text: str

    @cached_property
    def plain(self) -> str:
        return " ".join(self.words)

    @cached_property
    def words(self) -> tuple[str, ...]:
        # a pull request is work of one's own, and no request of others
        return tuple(_WORD.findall(self.text[:LONGEST].lower().replace("pull request", "pull-request")))

    @cached_property
    def is_read(self) -> bool:
        """Whether it may be English: no letter beyond it, and none of the small words of its neighbours."""
        return self.text[:LONGEST].replace("’", "'").isascii() and not NOT_ENGLISH & {*self.words}

    @cached_property
    def has_number(self) -> bool:
        return any(word[0].isdigit() or word in _NUMBERS for word in self.words)

    @cached_property
    def start(self) -> tuple[str, ...]:
        """From the first word that is no `we will`, `our team` or `successfully`."""
        return _after(self.words, _FRONT | _ADVERBS)

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The words of what is counted: behind the amount, up to the next preposition."""
        return _until_joint(_after(self.words, _AMOUNT))

    @cached_property
    def of_others(self) -> bool:
        """Whether `by` or `from` names somebody else, or others are the subject of what happens."""
        for at, word in enumerate(self.words[:-1]):
            after = self.words[at + 1 : at + 5]
            if word in ("by", "from") and (OTHERS & {*after}) and after[0] not in ("me", "us", "myself"):
                return True
        return bool(self.counted) and bool({*self.counted} & OTHERS)


def _after(words: tuple[str, ...], skipped: frozenset[str]) -> tuple[str, ...]:
    return words[
        next((at for at, one in enumerate(words) if one not in skipped and not one[0].isdigit()), len(words)) :
    ]


def _until_joint(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[: next((at for at, word in enumerate(words) if word in _JOINTS), len(words))]


def is_own_hand(title: Title) -> bool:
    """`Ship 50% fewer bugs`, `every campaign passes review the first time`: whoever is measured decides it."""
    words = {*title.words}
    if title.of_others:
        return False
    if FAULTS & words and (FEWER & words or words & {"ship", "introduce", "produce", "write"}):
        return True
    if words & {"deadline", "deadlines"} and words & {"meet", "meets", "met", "keep", "keeps", "kept", "hit"}:
        return True
    padded = f" {title.plain} "
    if any(f" {one} " in padded for one in PUNCTUAL):
        return True
    everything = UNIVERSAL & words or "%" in title.plain
    if everything and _SOON.search(title.plain) and not OUTCOMES & {*title.counted}:
        return True
    return bool(everything and PASSES & words and not OUTCOMES & {*title.counted})


def is_task(title: Title) -> bool:
    """Something that one does or makes oneself, as a verb, a participle or the thing that is counted."""
    return _begins_with_a_task(title) or _is_a_credential(title) or _is_done(title) or _counts_outputs(title)


def _begins_with_a_task(title: Title) -> bool:
    start = title.start
    if title.words[1:2] == ("team",) and start and (verb := _infinitive(start[0])):
        start = (verb, *start[1:])  # `our team completes the migration`
    if not start or start[0] not in TASK_VERBS or start[1:2] == ("of",):
        return False
    after = start[1] if len(start) > 1 else ""
    if start[0] in NOUN_VERBS and not (after in _DETERMINERS | _NUMBERS or after[:1].isdigit()):
        return False
    if start[0] in OPEN_VERBS:
        return not OUTCOMES & {*_until_joint(_after(start[1:], _AMOUNT))} and not re.search(
            r"\b(km|miles?|marathon|kilomet\w+)\b", title.plain
        )
    # `call volume`, `test score`, `open rate`: a noun follows at once, and it is what counts
    return after not in {"volume", "score", "scores", "rate", "ratio", "time", "precision"}


def _infinitive(word: str) -> str | None:
    return next((one for one in (word.removesuffix("es"), word.removesuffix("s")) if one in TASK_VERBS), None)


def _is_a_credential(title: Title) -> bool:
    words = {*title.words}
    return bool(CREDENTIALS & words) and not title.of_others and (bool(ACQUIRE & words) or not OUTCOMES & words)


def _is_done(title: Title) -> bool:
    """`10 books read by June`, `certificate obtained`; not `articles read by subscribers`."""
    if title.of_others:
        return False
    for at, word in enumerate(title.words):
        if at == 0 or word not in DONE:
            continue
        after = title.words[at + 1 : at + 4]
        if after[:1] and after[0] in _PARTICLES:  # `5 press releases sent out`
            after = after[1:]
        if after[:1] == ("by",) and len(after) > 1 and not (after[1] in OWN or after[1][0].isdigit()):
            continue
        if not after or after[0] in _JOINTS or after[0] in {"this", "each", "every", "a", "again"}:
            return not OUTCOMES & {*title.words[:at]}
    return False


def _counts_outputs(title: Title) -> bool:
    counted = title.counted
    if not counted or title.of_others or _CLAUSE & {*counted} or len(title.words) == len(counted) == 1:
        return False
    if DOINGS & {counted[0], counted[-1]} and "%" not in title.plain:
        return not OUTCOMES & {*title.words}
    return counted[-1] in OUTPUTS and title.has_number and not OUTCOMES & {*title.words}


def is_yes_no(title: Title) -> bool:
    """Either so or not, with nothing in between: `the new website is live`."""
    if title.has_number or title.of_others:
        return False
    if _STATE.search(title.plain) and not OUTCOMES & {*title.words}:
        return True
    return any(title.plain == one or title.plain.endswith(f" {one}") for one in STATES) or bool(
        re.match(r"(have|be|become|decide|there is|there are|whether)\b", " ".join(title.start))
    )


def is_endless(title: Title) -> bool:
    """It says itself that it has no day by which it is due."""
    return any(f" {one} " in f" {title.plain} " for one in ENDLESS)


def counts(title: Title) -> bool:
    """Whether an objective's title holds a number, other than a year's."""
    return (
        any(word[0].isdigit() and not re.fullmatch(r"(19|20)\d\d", word) for word in title.words) or "%" in title.text
    )
