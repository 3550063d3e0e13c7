"""What a number in an Excel workbook stands for: its number format tells days, times and spans from numbers."""

import re
from datetime import timedelta
from typing import Literal

from ingest.connector.sheet.cell import Value
from ingest.connector.sheet.markup import Attributes
from ingest.connector.timestamp import of_serial

_SINCE_1904 = timedelta(days=1462)
_LAST_DAY = 2_958_466
_TIMES_ONLY = 1000
"""A larger number in a cell that shows only hours is a day with its time."""
Shown = Literal["number", "day", "clock", "span"]
_BUILT_IN: dict[int, Shown] = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)], "day"),
    **dict.fromkeys([*range(18, 22), 32, 33, 45, 47], "clock"),
    46: "span",
}


class Styles:
    """How each style shows a number."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self._codes: dict[str, str] = {}
        self._inside = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            built_in = _BUILT_IN.get(int(number) if number.isdecimal() else 0, "number")
            self.shown.append(shown_by(self._codes[number]) if number in self._codes else built_in)

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False

    def text(self, data: str) -> None: ...


def shown_by(code: str) -> Shown:
    """What a number format makes of a number: `dd/mm/yyyy` a day, `h:mm` a time of day, `[h]:mm` a span of time."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.partition(";")[0]).lower()
    if re.search(r"\[(h+|m+|s+)\]", bare):
        return "span"
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    if bare.strip() in ("general", "standard", "@") or not re.search(r"[ymdhs]", bare):
        return "number"
    return "day" if re.search(r"[yd]|^[^hs]*m[^hs]*$", bare) else "clock"


def timed(number: float, shown: Shown, from_1904: bool = False) -> Value:
    """The day, the time with its day, or the span that a number stands for; the number itself where it is none."""
    if not 0 <= number < _LAST_DAY:
        return number
    span = timedelta(milliseconds=round(number * 86_400_000))
    if shown == "span" or number < 1 or (shown == "clock" and number < _TIMES_ONLY):
        return span
    return of_serial(number) + (_SINCE_1904 if from_1904 else timedelta())
