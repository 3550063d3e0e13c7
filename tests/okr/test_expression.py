"""Values as written: their shape, their kind, and where reading ended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.algebra import Unknown, evaluate, is_quotient, is_total, only_levels, written
from ingest.okr.expression import (
    Expression,
    ExpressionError,
    Negation,
    Number,
    Operation,
    SignalName,
    parse_expression,
    signals_of,
)
from ingest.okr.signal import Kind

A, B, C = SignalName("a.x"), SignalName("b.y"), SignalName("c.z")
KINDS = {"e.vents": Kind.EVENTS, "c.ount": Kind.COUNTER, "l.evel": Kind.LEVEL, "l.other": Kind.LEVEL}


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("a.x", A),
        (" a.x ", A),
        ("a.x + b.y + c.z", Operation("+", Operation("+", A, B), C)),
        ("a.x-b.y-c.z", Operation("-", Operation("-", A, B), C)),
        ("a.x + b.y * c.z", Operation("+", A, Operation("*", B, C))),
        ("a.x / b.y / c.z", Operation("/", Operation("/", A, B), C)),
        ("(a.x + b.y) * c.z", Operation("*", Operation("+", A, B), C)),
        ("a.x - -b.y", Operation("-", A, Negation(B))),
        ("-a.x * b.y", Operation("*", Negation(A), B)),
        ("a.x * 1.5", Operation("*", A, Number(1.5))),
        ("1e3*a.x", Operation("*", Number(1000), A)),
        ("a.x/100", Operation("/", A, Number(100))),
        ("((a.x))", A),
        ("a.x\n+ b.y", Operation("+", A, B)),
        ("linkedin_2.new_connections", SignalName("linkedin_2.new_connections")),
    ],
)
def test_an_expression_is_read_as_written(text: str, expression: Expression) -> None:
    assert parse_expression(text) == expression
    assert parse_expression(written(expression)) == expression


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "a value is missing"),
        ("a.x +", 5, "missing at the end"),
        ("(", 1, "missing at the end"),
        ("(a.x", 0, "never closed"),
        ("a.x)", 3, "not opened"),
        ("(a.x b.y)", 5, "where ) or one of"),
        ("a.x b.y", 4, "where one of + - * / or the end"),
        ("a.x × 3", 4, "write *"),
        ("a.x % 2", 4, "where one of"),
        ("+a.x", 0, "where a number, a signal"),
        ("a", 0, "newsletter.subscribers"),
        ("a.b.c", 0, "newsletter.subscribers"),
        ("a.", 0, "newsletter.subscribers"),
        ("a.x + subscribers", 6, "newsletter.subscribers"),
        ("{a.x}", 0, "write ("),
        ("a.x / 1,000", 6, "write 1000 or 1"),
        ("a.x * 1e400", 6, "too large"),
        ("(" * 50 + "a.x" + ")" * 50, 40, "nested too deep"),
        ("-" * 50 + "a.x", 40, "nested too deep"),
        ("a.x" + "+a.x" * 300, 1003, "at most 250 operations"),
        ("a" * 5000, 4000, "too long"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert refused.value.offset == offset
    assert message in str(refused.value)


@given(st.text(alphabet="ab. +-*/()0123456789,e\n", max_size=40))
def test_any_text_is_an_expression_or_refused_inside_it(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        offset = error.offset
    else:
        offset = len(written(expression)) and len(text)
    assert 0 <= offset <= len(text)


def test_the_longest_expression_is_walked_without_trouble() -> None:
    expression = parse_expression("a.x" + "+a.x" * 250)
    assert evaluate(expression, lambda _: 1.0) == 251
    assert is_total(expression, {"a.x": Kind.EVENTS})
    assert len(written(expression)) > 1000


def test_signals_come_once_in_the_order_in_which_they_are_written() -> None:
    assert list(signals_of(parse_expression("b.y / (a.x + b.y) - c.z * 2"))) == ["b.y", "a.x", "c.z"]
    assert list(signals_of(Number(1))) == []


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("e.vents", True),
        ("c.ount", True),
        ("l.evel", False),
        ("-e.vents", True),
        ("e.vents + c.ount", True),
        ("e.vents - c.ount", True),
        ("e.vents + l.evel", False),
        ("e.vents + 5", False),
        ("e.vents * 2", True),
        ("2 * e.vents", True),
        ("e.vents * l.evel", True),
        ("e.vents / l.evel", True),
        ("e.vents / 2", True),
        ("l.evel / e.vents", False),
        ("e.vents / c.ount", False),
        ("e.vents * c.ount", False),
        ("e.vents * (c.ount / e.vents)", True),
        ("(e.vents + c.ount) / 2 - e.vents", True),
        ("5", False),
    ],
)
def test_a_total_is_a_flow_or_a_sum_of_totals_or_a_scaled_one(text: str, total: bool) -> None:
    assert is_total(parse_expression(text), KINDS) is total


@pytest.mark.parametrize(("text", "only"), [("l.evel / l.other", True), ("l.evel + e.vents", False), ("c.ount", False)])
def test_a_value_of_levels_alone_has_no_flow(text: str, only: bool) -> None:
    assert only_levels(parse_expression(text), KINDS) is only


@pytest.mark.parametrize(
    ("text", "quotient"),
    [("a.x / b.y", True), ("1 - a.x / b.y", True), ("-(a.x / b.y)", True), ("a.x * b.y", False), ("a.x", False)],
)
def test_a_quotient_divides_something(text: str, quotient: bool) -> None:
    assert is_quotient(parse_expression(text)) is quotient


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(Unknown, match=r"b\.y - c\.z is 0"):
        evaluate(parse_expression("a.x / (b.y - c.z)"), lambda _: 3.0)
