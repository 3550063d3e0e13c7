"""Targets: what a key result wants of its value (reach, change, growth, hold, learn)."""

import re
from dataclasses import dataclass

from ingest.okr.number import amount
from ingest.okr.unit import Per

FORMS = "5000, >= 5, <= 45, +20%, -3, +10% per month, stay >= 99%, stay 40..60% per week, or learn"


@dataclass(frozen=True, slots=True)
class Reach:
    """Get to a number: `5000`, `30%` (0.3), `>= 5`, `at most 45`."""

    number: float
    at_most: bool | None = None
    """True for `<=`, False for `>=`; None for a bare number, whose direction follows a written baseline."""
    bare_percent: bool = False
    """Written as `20%`: a warning on a value that is no quotient."""


@dataclass(frozen=True, slots=True)
class Change:
    """Move from the baseline: `+20%` (0.2, relative), `-50%`, `+200`, `-3`."""

    amount: float
    relative: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """Grow by a share in each calendar sub-period: `+10% per month`."""

    rate: float
    per: Per


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay inside bounds in each sub-period: `stay >= 99%`, `stay <= 2% per day`, `stay 40..60%`."""

    low: float | None
    high: float | None
    per: Per = Per.MONTH


@dataclass(frozen=True, slots=True)
class Learn:
    """Collect only: no target yet."""


Target = Reach | Change | Growth | Hold | Learn

_BOUND = r"(?P<sign>>=|<=|at\s*least\b|at\s*most\b)"
_STAY = re.compile(r"stay\b\s*(?P<rest>.*)", re.DOTALL)
_PER = re.compile(r"(?P<rest>.*?)\s*(?<![a-z])per(?:\b|(?=day|week|month|quarter))\s*(?P<per>.*)", re.DOTALL)
_BOUNDED = re.compile(rf"{_BOUND}\s*(?P<rest>.*)", re.DOTALL)
_BAND = re.compile(r"(?P<low>.*?)\s*\.\.\s*(?P<high>.*)", re.DOTALL)
_STRAY = re.compile(r"(?P<sign>=>|=<|==|≥|≤|[><=])\s*(?P<rest>.*)", re.DOTALL)
_CURED = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", ">": ">=", "<": "<=", "=": "", "==": ""}


def parse_target(text: str) -> Target:
    """The target of a text as written; `ValueError` says what to write instead.

    Spaces are free, and upper or lower case is the same. `at least 5` is `>= 5`, `at most 45` is `<= 45`.
    """
    plain = text.strip().lower().replace("\u2212", "-")
    if not plain:
        raise ValueError(f"a target is missing: write {FORMS}")
    if plain == "learn":
        return Learn()
    if stay := _STAY.fullmatch(plain):
        return _hold(stay["rest"])
    if per := _PER.fullmatch(plain):
        return _growth(per["rest"], per["per"])
    if bounded := _BOUNDED.fullmatch(plain):
        return Reach(_signed(bounded["rest"]), at_most=_is_upper(bounded["sign"]))
    if stray := _STRAY.fullmatch(plain):
        raise ValueError(f"{text!r}: write {_cured(stray)}")
    if plain[0] in "+-":
        return _change(plain)
    if ".." in plain:
        raise ValueError(f"{text!r} is a band, which a value can only stay in: write stay {plain}")
    return Reach(_unsigned(plain), bare_percent=plain.endswith("%"))


def _hold(rest: str) -> Hold:
    """`>= 99%`, `at most 2% per day`, `40..60% per week`, with a month where no `per` is written."""
    unit = Per.MONTH
    if per := _PER.fullmatch(rest):
        rest, unit = per["rest"], _per(per["per"], tuple(Per))
    rest = rest.strip()
    if bounded := _BOUNDED.fullmatch(rest):
        number = _signed(bounded["rest"])
        return Hold(None, number, unit) if _is_upper(bounded["sign"]) else Hold(number, None, unit)
    if band := _BAND.fullmatch(rest):
        return Hold(*_band(band["low"], band["high"]), unit)
    if stray := _STRAY.fullmatch(rest):
        raise ValueError(f"'stay {rest}': write stay {_cured(stray)}")
    raise ValueError(f"'stay {rest}' has no bound: write stay >= 99%, stay <= 2% or stay 40..60%")


def _band(low: str, high: str) -> tuple[float, float]:
    """Both bounds of `40..60%`; a % at the end counts for both."""
    if low.endswith("%") and not high.endswith("%"):
        raise ValueError(f"'{low}..{high}' mixes a share with a number: write {low}..{high}%")
    if high.endswith("%"):
        low = low.removesuffix("%").rstrip() + "%"
    bounds = _signed(low), _signed(high)
    if bounds[0] > bounds[1]:
        raise ValueError(f"'{low}..{high}': the lower bound comes first")
    return bounds


def _growth(rest: str, unit: str) -> Growth:
    """`+10%` of `+10% per month`."""
    rest, written = rest.strip(), f"'{rest.strip()} per {unit}'"
    if bounded := _BOUNDED.fullmatch(rest) or _STRAY.fullmatch(rest):
        raise ValueError(f"{written}: to stay inside a bound in each {unit} write stay {_cured(bounded)} per {unit}")
    per = _per(unit, (Per.WEEK, Per.MONTH, Per.QUARTER))
    size = rest.lstrip("+").strip()
    if rest.startswith("-"):
        raise ValueError(f"{written}: growth is upward; to go down write {rest}, or stay <= a number per {per}")
    if not rest.endswith("%"):
        raise ValueError(f"{written}: growth is a share, +10% per {per}; for a count write stay >= {size} per {per}")
    if not rest.startswith("+"):
        raise ValueError(f"{written}: write +{size} per {per} for growth, or stay >= {size} per {per}")
    rate = _unsigned(size)
    if rate == 0:
        raise ValueError(f"{written} asks for no growth: write a share above 0")
    return Growth(rate, per)


def _change(plain: str) -> Change:
    sign = -1.0 if plain[0] == "-" else 1.0
    size = _unsigned(plain[1:])
    if size == 0:
        raise ValueError(f"{plain!r} changes nothing: write how much to change, or stay >= a number to keep it")
    return Change(sign * size, relative=plain.endswith("%"))


def _per(text: str, allowed: tuple[Per, ...]) -> Per:
    names = ", ".join(allowed[:-1]) + f" or {allowed[-1]}"
    try:
        per = Per(text.strip())
    except ValueError:
        raise ValueError(f"'per {text.strip()}': write per {names}") from None
    if per not in allowed:
        raise ValueError(f"'per {per}': growth is measured per {names}")
    return per


def _cured(bound: re.Match[str]) -> str:
    """A bound as it should have been written: `>= 5` for `> 5`, `5` for `= 5`."""
    return f"{_CURED.get(bound['sign'], bound['sign'])} {bound['rest']}".strip()


def _is_upper(bound: str) -> bool:
    return bound == "<=" or bound.endswith("most")


def _signed(text: str) -> float:
    """A number or share that may carry a sign, with spaces before its %."""
    text = re.sub(r"^([+-])\s+", r"\1", text.strip())
    return amount(re.sub(r"\s+%$", "%", text))


def _unsigned(text: str) -> float:
    text = re.sub(r"\s+%$", "%", text.strip())
    if text[:1] in ("+", "-"):
        raise ValueError(f"{text!r} has a sign too many: write one of {FORMS}")
    try:
        return amount(text)
    except ValueError as error:
        if re.search(r"\d", text) and not re.search(r"[^\W\d_e]", text):  # a number, if a faulty one
            raise
        raise ValueError(f"{text!r} is no target: write {FORMS}") from error
