"""A badge as SVG: the title, and beside it the status and the progress. For a README, a wiki, a wall.

Pure. Words say what the colour says; white on each colour has a contrast of at least 4.5. No style, script, font or
address is in it. The text is set in whatever sans-serif the reader has, and `textLength` fits it into the width that
is measured here. Where the number is stale or unknown the badge is grey and shows no progress.
"""

import unicodedata
from xml.sax.saxutils import escape

from ingest.connector.shape import cleaned
from ingest.face.words import STATUS, share
from ingest.okr.score import Status

GOOD, WARN, BAD, QUIET = "#19743a", "#8a5a00", "#b3261e", "#5c6470"
COLOUR = {
    Status.ACHIEVED: GOOD,
    Status.ON_TRACK: GOOD,
    Status.AT_RISK: WARN,
    Status.OFF_TRACK: BAD,
    Status.MISSED: BAD,
    Status.SCHEDULED: QUIET,
    Status.LEARNING: QUIET,
    Status.NO_DATA: QUIET,
    Status.STALE: QUIET,
}
LABEL = "#2b313b"
LONGEST = 80
"""Letters of a title; a longer one is cut with an ellipsis."""
SIZE, PAD, HEIGHT = 11, 7, 20
_NARROW, _MEDIUM, _WIDE = "iljtfrI.,:;!|'()[]/ ", 'acesvxyzk-"', "mwMWGOQ@%&—…"
"""Letters by their width in Verdana and DejaVu Sans, the first two of the family."""


def badge(title: str, status: Status, progress: float | None) -> str:
    """The SVG of one key result or objective."""
    label, value = cleaned(title, LONGEST), _told(status, progress)
    left, right = _box(label), _box(value)
    spoken = escape(f"{label}: {value}", {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img" '
        f'aria-label="{spoken}"><title>{spoken}</title>'
        f'<rect width="{left}" height="{HEIGHT}" fill="{LABEL}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{COLOUR[status]}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="{SIZE}" aria-hidden="true">'
        f"{_text(label, PAD, left)}{_text(value, left + PAD, right)}</g></svg>\n"
    )


def _told(status: Status, progress: float | None) -> str:
    known = progress is not None and status.is_known and status is not Status.SCHEDULED
    return f"{STATUS[status]} · {share(progress)}" if known else STATUS[status]


def _text(words: str, x: int, box: int) -> str:
    if not words:
        return ""
    return f'<text x="{x}" y="14" textLength="{box - 2 * PAD}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'


def _box(words: str) -> int:
    return round(sum(map(_width, words)) * SIZE) + 2 * PAD


def _width(letter: str) -> float:
    """A letter's width as a multiple of the font size."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.0
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _NARROW:
        return 0.38
    if plain in _WIDE:
        return 0.92
    if plain in _MEDIUM:
        return 0.57
    return 0.7 if plain.isupper() else 0.64
