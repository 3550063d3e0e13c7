"""Whether two scores say the same: every number within 1e-9 relative, every word the same."""

from math import isclose

from ingest.okr.score import Score

ROUNDING = 1e-9
WORDED = {"measured_at", "notices"}
"""The page gives these no exact content. Of a reason it counts whether there is one."""


def differences(mine: Score, theirs: Score) -> dict[str, tuple[object, object]]:
    """The fields in which two scores differ, as (mine, theirs)."""
    scale = max(1.0, *(abs(number) for number in (mine.value, mine.baseline, mine.target) if number is not None), 1.0)
    sizes = {"value": scale, "baseline": scale, "target": scale, "due": scale, "days_ahead": 1000.0}
    found: dict[str, tuple[object, object]] = {}
    for name, left, right in zip(Score._fields, mine, theirs, strict=True):
        if name == "reason":
            left, right = left is not None, bool(right)
        if name not in WORDED and not same(left, right, sizes.get(name, 1.0)):
            found[name] = (left, right)
    return found


def same(left: object, right: object, size: float) -> bool:
    """Alike in kind, and as numbers within the rounding of numbers of this size."""
    if isinstance(left, float) and isinstance(right, float):
        return isclose(left, right, rel_tol=ROUNDING, abs_tol=ROUNDING * size)
    return left == right and type(left) is type(right)
