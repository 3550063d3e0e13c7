"""Numbers drawn with the characters of a terminal."""

from collections.abc import Sequence

TICKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Values as a row of ticks, the newest at the right; unknown ones are blank."""
    picked = _picked(values, width)
    known = [value for value in picked if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    spread = high - low
    if not spread or spread == float("inf"):
        return "".join(" " if value is None else TICKS[0] for value in picked)
    top = len(TICKS) - 1
    return "".join(" " if value is None else TICKS[round((value - low) / spread * top)] for value in picked)


def _picked(values: Sequence[float | None], width: int) -> list[float | None]:
    """At most `width` of the values, evenly spread, the last one always among them."""
    if len(values) <= width:
        return list(values)
    step = (len(values) - 1) / (width - 1)
    return [values[round(place * step)] for place in range(width)]


def bar(progress: float | None, expected: float | None, width: int = 20) -> str:
    """A bar of progress with a mark where it should be now: `██████░░│░░░`."""
    if progress is None:
        cells = ["·"] * width
    else:
        full = int(progress * width + 1e-9)
        cells = ["█"] * full + ["░"] * (width - full)
    if expected is not None and 0 < expected < 1:
        cells[min(int(expected * width), width - 1)] = "│"
    return "".join(cells)
