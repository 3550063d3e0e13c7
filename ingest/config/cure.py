"""What to write instead, where YAML cannot read a line. Nothing of the line is shown: it may hold a secret."""

import re
from dataclasses import dataclass

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|' r"'(?:[^']|'')*'")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_VALUE = r"(?:[:,\-]\s+|[\[{]\s*)"
_COMPARISON = re.compile(_VALUE + r"[>|]\s*[=\d]")
_IN_BRACKETS = re.compile(r"[{\[].*\$\{")
_STAR = re.compile(_VALUE + r"\*")
_BRACKET_FIRST = re.compile(r":\s+[\[{].*[\]}]\s*\S")
_NO_BLANK = re.compile(r"^\s*(?:-\s+)?\w+:\S")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the YAML library says, and the line (without line end) that it says it about."""

    problem: str
    context: str
    line: str
    row: int
    """From 1."""
    column: int
    """From 0."""
    opened: int | None
    """The row, from 1, in which what could not be read begins."""
    above: str = ""
    """The line before."""

    @property
    def bare(self) -> str:
        """The line with quoted texts and comments blanked out."""
        return _COMMENT.sub("", _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), self.line))

    @property
    def at(self) -> str:
        return self.line[self.column : self.column + 1]


def cure(fault: Fault) -> str:
    """What is wrong and what to write, in one sentence."""
    return _of_signs(fault) or _of_brackets(fault) or _of_lines(fault)


def _of_signs(fault: Fault) -> str | None:
    """Characters that mean something to YAML where a text was meant."""
    if "\t" in fault.line[: len(fault.line) - len(fault.line.lstrip())]:
        return "a tab indents this line; YAML wants spaces"
    if "escape" in fault.problem:
        return r'in "…" a backslash starts an escape; write the text in ' "'…', or the path with /"
    if "end of stream" in fault.problem and "quoted" in fault.context:
        return f"the quote that opens in line {fault.opened} is never closed"
    if _COMPARISON.search(fault.bare) or (fault.at in (">", "|") and "token" in fault.context):
        return 'a text that begins with > must be in quotes: ">= 5"'
    if fault.at in ("@", "`", "%") and "cannot start" in fault.problem:
        return f"a text that begins with {fault.at} must be in quotes"
    if "alias" in fault.context or "anchor" in fault.context or _STAR.search(fault.bare):
        return 'a text that begins with * or & must be in quotes: "*/15 * * * *"'
    return None


def _of_brackets(fault: Fault) -> str | None:
    """Signs inside {…} and […], and brackets that begin a text."""
    if _IN_BRACKETS.search(fault.bare) or ("flow" in fault.context and "${" in fault.bare):
        return 'inside {…} and […] a ${…} must be in quotes: "${NAME}"'
    if "flow" in fault.context:
        if fault.column >= len(fault.line) or (fault.opened or fault.row) < fault.row:
            return f"the bracket that opens in line {fault.opened} is not closed, or a text in it must be in quotes"
        return "inside {…} and […] a text with a colon, a comma, a quote or a bracket must be in quotes"
    if fault.at in ("]", "}") or _BRACKET_FIRST.search(fault.bare):
        return 'a text with [ ] { } must be in quotes: "[Talk] …"'
    return None


def _of_lines(fault: Fault) -> str:
    """Colons, dashes and indentation."""
    if "sequence entries" in fault.problem:
        return 'a text that begins with "- " must be in quotes; a list begins in the next line'
    if "mapping values" in fault.problem:
        if len(re.findall(r":(?:\s|$)", fault.bare)) > 1:
            return "a text with a colon and a blank must be in quotes"
        if _NO_BLANK.search(fault.above):
            return "after the colon of the line above a blank is missing"
        if fault.above.strip() and ":" not in fault.above:
            return "the line above is no `key: value`; a colon is missing"
        return "this line is indented deeper than the one above allows; line it up with its neighbours"
    if re.search(r"""_\s*[^\s:#,\]}]""", fault.bare) and ('"' in fault.line or "'" in fault.line):
        return """the text goes on after its closing quote; write ' inside '…' as '' and " inside "…" as \\\""""
    if _NO_BLANK.search(fault.bare):
        return "after the colon a blank is missing"
    if "expected" in fault.problem and ("block" in fault.context or "simple key" in fault.context):
        if ":" not in fault.bare and not fault.bare.lstrip().startswith("-"):
            return "this line is no `key: value`; a colon and a blank are missing, or quotes around the text"
        return "this line does not line up with those above; check how far it is indented"
    return f"YAML cannot read this: {fault.problem}"
