"""The text of a file: scalars as they are written, and what YAML cannot or must not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config.compose import EXPANSION, compose
from ingest.config.model import ConfigError
from ingest.config.node import Node, Scalar, Section, texts
from ingest.config.report import Report


def composed(text: str) -> Node | None:
    report = Report()
    node = compose("okr.yaml", text, report)
    report.raise_problems((), ())
    return node


def said(text: str) -> list[str]:
    report = Report()
    compose("okr.yaml", text, report)
    try:
        report.raise_problems((), ())
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    return []


def warned(text: str) -> list[str]:
    report = Report()
    compose("okr.yaml", text, report)
    return [str(warning) for warning in report.warnings((), ())]


def value(text: str) -> Scalar:
    node = composed(text)
    assert isinstance(node, Section)
    scalar = node.values["a"]
    assert isinstance(scalar, Scalar)
    return scalar


@pytest.mark.parametrize(
    "written",
    ["+200", "on", "no", "012345", "1:30", "2026-01-01", "5,000", "~", "null", "1e3", ".5", "0x1F", "+20%", "-3", "=5"],
)
def test_every_plain_text_is_what_it_shows(written: str) -> None:
    assert value(f"a: {written}").text == written
    assert value(f"a: '{written}'").text == written


def test_nothing_behind_a_key_is_absent_and_quotes_around_nothing_are_not() -> None:
    assert value("a:").absent
    assert value("a:   # later").absent
    assert not value('a: ""').absent


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: >= 5", '1:5: a text that begins with > must be in quotes: ">= 5"'),
        ("a: > 5\nb: 1", '1:6: a text that begins with > must be in quotes: ">= 5"'),
        ("- {a: >= 5}", '1:7: a text that begins with > must be in quotes: ">= 5"'),
        ("a: >5\nb: 1", '1:4: a: > begins a block of text, which is empty; write quotes: ">= 5"'),
        ("a: |\n\n", '1:4: a: | begins a block of text, which is empty; write quotes: ">= 5"'),
        ("a: {url: ${X}}", '1:11: inside {…} and […] a ${…} must be in quotes: "${NAME}"'),
        ("a: [b, ${X}]", '1:9: inside {…} and […] a ${…} must be in quotes: "${NAME}"'),
        ("a: {b: c,\n  d: ${X}}", '2:7: inside {…} and […] a ${…} must be in quotes: "${NAME}"'),
        (
            "a: {title: Grow: more}",
            "1:16: inside {…} and […] a text with a colon, a comma, a quote or a bracket must be in quotes",
        ),
        (
            "a: {listen: [::1]:80}",
            "1:14: inside {…} and […] a text with a colon, a comma, a quote or a bracket must be in quotes",
        ),
        ("a: {b: 1", "1:9: the bracket that opens in line 1 is not closed, or a text in it must be in quotes"),
        ("a: [b\nc: d", "2:2: the bracket that opens in line 1 is not closed, or a text in it must be in quotes"),
        ("title: Grow: more", "1:12: a text with a colon and a blank must be in quotes"),
        ("cron: */5 * * * *", '1:8: a text that begins with * or & must be in quotes: "*/15 * * * *"'),
        ("a: *b", "1:4: *b stands for nothing above; a text that begins with * must be in quotes"),
        ("a: &b\n  - *b", "2:5: *b stands for nothing above; a text that begins with * must be in quotes"),
        ("a: @daily", "1:4: a text that begins with @ must be in quotes"),
        ("a: %x", "1:4: a text that begins with % must be in quotes"),
        ("a: `x`", "1:4: a text that begins with ` must be in quotes"),
        ("a: !x y", "1:4: a: a text that begins with ! must be in quotes (tags are not used)"),
        ("a: - 5", '1:4: a text that begins with "- " must be in quotes; a list begins in the next line'),
        ('a: "C:\\data"', "1:7: in \"…\" a backslash starts an escape; write the text in '…', or the path with /"),
        ('a: 1\nb: "x', "2:6: the quote that opens in line 2 is never closed"),
        (
            "a: 'don't'",
            "1:9: the text goes on after its closing quote; write ' inside '…' as '' and \" inside \"…\" as \\\"",
        ),
        ("title: [Talk] Foo", '1:15: a text with [ ] { } must be in quotes: "[Talk] …"'),
        ("a: ]", '1:4: a text with [ ] { } must be in quotes: "[Talk] …"'),
        ("a:b\nc: d", "2:2: after the colon of the line above a blank is missing"),
        ("foo\nbar: 1", "2:4: the line above is no `key: value`; a colon is missing"),
        ("a: 1\n b: 2", "2:3: this line is indented deeper than the one above allows; line it up with its neighbours"),
        ("a:\n  b: 1\n c: 2", "3:2: this line does not line up with those above; check how far it is indented"),
        ("a:\n  - b: 1\n   c: 2", "3:4: this line does not line up with those above; check how far it is indented"),
        ("a:\n\tb: 1", "2:1: a tab indents this line; YAML wants spaces"),
        ("a:\n  b: 1\n\tc: 2", "3:1: a tab indents this line; YAML wants spaces"),
        ("a: 1\na: 2", "2:1: a: doubled key; the first is in line 1"),
        ("x:\n  a: 1\n  b: 2\n  a: 3", "4:3: x.a: doubled key; the first is in line 2"),
        ("x:\n  <<: y", "2:3: x: merging with << is not supported; write the keys out"),
        ("? [a]\n: b", "1:3: a key must be a word; a text with brackets must be in quotes"),
        ("'': b", "1:1: there is no key before the colon"),
        ("a: 1\n--- \nb: 2", "2:1: a second document begins here; put it into a file of its own, or delete the `---`"),
        ("a: x\x00", "1:5: the character U+0000 cannot be in a YAML file; delete it"),
        ("a: 1\nbü: \x1b[0m", "2:5: the character U+001B cannot be in a YAML file; delete it"),
        ('a: "x\\0"', "1:4: a: the character U+0000 cannot be in a text, not even escaped; leave it out"),
        ('a: "\\e[31m"', "1:4: a: the character U+001B cannot be in a text, not even escaped; leave it out"),
        ("[" * 80 + "]" * 80, "1:52: more than 50 levels inside each other"),
        ("a: " + "[" * 5_000, "1:1003: more than 50 levels inside each other"),
    ],
)
def test_what_yaml_cannot_read_is_said_with_its_cure(text: str, problem: str) -> None:
    assert said(text)[0] == f"okr.yaml:{problem}"


def test_doubled_keys_are_all_reported() -> None:
    assert len(said("a: 1\na: 2\nb: {c: 1, c: 2}\nb: 3\na: 4")) == 4


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("title: Be #1 in search", "1:11: title"),
        ("title: Increase # of talks", "1:17: title"),
        ("channel: #general", "1:10: channel"),
        ("a:\n  - b: x #1", "2:10: a[0].b"),
    ],
)
def test_a_text_cut_by_a_number_sign_is_a_warning(text: str, warning: str) -> None:
    told = "what follows # is a comment; if it belongs to the text, put that in quotes"
    assert warned(text) == [f"okr.yaml:{warning}: {told}"]


@pytest.mark.parametrize("text", ["title: Be first  # of all", "every: 1h # hourly", "a: 'x' #1", "a:  # later", "#1"])
def test_a_comment_is_a_comment(text: str) -> None:
    assert warned(text) == []


def test_an_alias_stands_for_what_its_anchor_does() -> None:
    node = composed("a: &x {k: v}\nb: *x\n")
    assert isinstance(node, Section)
    assert node.values["a"] == node.values["b"]


def test_aliases_that_explode_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (problem,) = said("\n".join(lines))
    assert problem.endswith(f"the aliases of this file stand for more than {EXPANSION:,} values; write them out")


def test_a_long_text_counts_for_more_than_one_where_aliases_stand_for_it() -> None:
    (problem,) = said(f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 101)}]")
    assert problem.startswith("okr.yaml:2:401: the aliases of this file stand for more than"), problem


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("a: one + two", "two", 1, 10),
        ("a: 'one + two'", "two", 1, 11),
        ('a: "one + two"', "two", 1, 11),
        ("a: one\n  + two", "two", 2, 5),
        ("a: >\n  one\n  + two\n", "two", 3, 5),
        ("a: |\n  one +\n  two\n", "two", 3, 3),
        ("a: >-\n\n    one\n    + two\n", "+", 4, 5),
        ("ä: 1\na: 'ü + two'", "two", 2, 9),
    ],
)
def test_a_place_inside_a_text_is_found(text: str, word: str, line: int, column: int) -> None:
    scalar = value(text)
    place = scalar.place_of(scalar.text.index(word))
    assert (place.line, place.column) == (line, column)


def test_lines_may_end_as_on_windows_and_begin_with_a_mark() -> None:
    assert value("b: 1\r\na: x #1\r\n").text == "x"
    assert said("a: 1\r\nb: >= 5\r\n") == ['okr.yaml:2:5: a text that begins with > must be in quotes: ">= 5"']


@given(st.text(max_size=200))
def test_any_text_is_nodes_or_problems(text: str) -> None:
    report = Report()
    node = compose("okr.yaml", text, report)
    if node is not None:
        for scalar in texts(node):
            scalar.place_of(len(scalar.text))


@given(st.text(alphabet="ab:- \n\t[]{}\"'>|#&*!%@`,?$<.0", max_size=60))
def test_any_yaml_like_text_is_nodes_or_problems(text: str) -> None:
    report = Report()
    node = compose("okr.yaml", text, report)
    for scalar in texts(node) if node is not None else ():
        place = scalar.place_of(len(scalar.text) // 2)
        assert place.line >= 1
        assert place.column >= 1
    for problem in report.warnings((), ()):
        assert problem.line <= text.count("\n") + 1
