"""Targets as the product reads them, against how semantics §5 writes them. Spaces are free."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.target import Change, Growth, Hold, Reach, Target, parse_target
from ingest.okr.unit import Per
from tests.oracle.effort import cases

Written = tuple[str, Target]
LIKELY = cases(200)
spaces = st.sampled_from(["", " ", "  "])
hundredths = st.integers(1, 40_000)


@st.composite
def figures(draw: st.DrawFn) -> tuple[str, float]:
    """A number as written, and what it is; with % it is a share."""
    cents = draw(hundredths)
    whole, rest = divmod(cents, 100)
    text = f"{whole}.{rest:02}" if rest else str(whole)
    percent = draw(st.booleans())
    return (f"{text}{draw(spaces)}%", float(Decimal(text) / 100)) if percent else (text, float(text))


@st.composite
def reach(draw: st.DrawFn) -> Written:
    text, number = draw(figures())
    sign, at_most = draw(
        st.sampled_from([("", None), (">=", False), ("at least ", False), ("<=", True), ("at most ", True)])
    )
    return f"{sign}{draw(spaces)}{text}", Reach(number, at_most, bare_percent=sign == "" and text.endswith("%"))


@st.composite
def change(draw: st.DrawFn) -> Written:
    text, number = draw(figures())
    sign = draw(st.sampled_from("+-"))
    return f"{sign}{draw(spaces)}{text}", Change(float(f"{sign}1") * number, relative=text.endswith("%"))


@st.composite
def growth(draw: st.DrawFn) -> Written:
    percent, per = draw(st.integers(1, 300)), draw(st.sampled_from([Per.WEEK, Per.MONTH, Per.QUARTER]))
    return f"+{percent}%{draw(spaces)}per {per}", Growth(percent / 100, per)


@st.composite
def hold(draw: st.DrawFn) -> Written:
    text, number = draw(figures())
    per = draw(st.sampled_from([*Per, None]))
    ending = "" if per is None else f" per {per}"
    sign = draw(st.sampled_from([">=", "<=", "at least", "at most"]))
    low, high = (None, number) if sign in ("<=", "at most") else (number, None)
    return f"stay {sign} {text}{ending}", Hold(low, high, per or Per.MONTH)


@st.composite
def band(draw: st.DrawFn) -> Written:
    low, more, percent = draw(st.integers(0, 90)), draw(st.integers(0, 90)), draw(st.booleans())
    size, sign = (100, "%") if percent else (1, "")
    return f"stay {low}{draw(spaces)}..{draw(spaces)}{low + more}{sign}", Hold(low / size, (low + more) / size)


@LIKELY
@given(st.one_of(reach(), change(), growth(), hold(), band()))
def test_a_target_is_read_as_it_is_written(written: Written) -> None:
    text, meant = written
    assert parse_target(text) == meant
