"""Values as the product reads them: what is written of an expression reads as that expression."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName, parse_expression
from tests.oracle.effort import cases
from tests.oracle.value import evaluate

leaves: st.SearchStrategy[Expression] = st.one_of(
    st.sampled_from([SignalName("s.a"), SignalName("s.b"), SignalName("long_source.c_2")]),
    st.integers(0, 1000).map(lambda n: Number(n / 4)),
)


def grown(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    signs: st.SearchStrategy[str] = st.sampled_from("+-*/")
    return st.builds(Operation, signs, parts, parts) | st.builds(Negation, parts)


expressions = st.recursive(leaves, grown, max_leaves=8)


def written(expression: Expression, spare: bool) -> str:
    """The text of an expression, with brackets everywhere, or `spare` where they are not needed on a left side."""
    if isinstance(expression, Number):
        return str(expression.value)
    if isinstance(expression, SignalName):
        return expression.name
    if isinstance(expression, Negation):
        return f"(-({written(expression.part, spare)}))"
    left, right = written(expression.left, spare), written(expression.right, spare)
    sums = isinstance(expression.left, Operation) and expression.left.operator in "+-"
    needed = not spare or (sums and expression.operator in "*/")
    return f"({left})" * needed + left * (not needed) + f" {expression.operator} ({right})"


@cases(300)
@given(expressions, st.booleans())
def test_an_expression_is_read_as_it_is_written(expression: Expression, spare: bool) -> None:
    assert parse_expression(written(expression, spare)) == expression


@cases(200)
@given(st.lists(st.sampled_from("+-*/"), max_size=6))
def test_products_come_before_sums_and_both_from_the_left(signs: list[str]) -> None:
    text = "7" + "".join(f" {sign} {number}" for sign, number in zip(signs, (2, 3, 5, 11, 13, 17), strict=False))
    told = evaluate(parse_expression(text), lambda name: None)
    assert told is not None
    assert abs(float(told) - eval(text)) < 1e-9 * max(1, abs(float(told)))  # noqa: S307 - digits and signs alone
