"""A `.env` file: `NAME=value` lines. Nothing in it is expanded, and no message shows a value."""

import re

from ingest.config.node import Place
from ingest.config.report import Report

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*(.*)")
_SINGLE = re.compile(r"'([^']*)'\s*(?:#.*)?")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def parse_env(text: str, file: str, report: Report) -> dict[str, str]:
    """The values by name. A line that is none is a problem; of a name written twice the last counts, with a warning."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        place = Place(file, number, len(line) - len(line.lstrip()) + 1)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        value = _value(parts[2].strip()) if parts else None
        if parts is None:
            report.add(place, "", "is no NAME=value line")
        elif value is None:
            report.add(place, parts[1], "its quotes do not close at the end of the line")
        else:
            if parts[1] in found:
                report.warn(place, parts[1], "is set twice; the last one counts")
            found[parts[1]] = value
    return found


def _value(written: str) -> str | None:
    """What is behind the `=`; None where its quotes do not close."""
    if written.startswith("'"):
        single = _SINGLE.fullmatch(written)
        return single[1] if single else None
    if written.startswith('"'):
        double = _DOUBLE.fullmatch(written)
        return _ESCAPE.sub(lambda sign: _ESCAPED.get(sign[1], sign[1]), double[1]) if double else None
    return _COMMENT.sub("", written).strip()
