"""What may have been meant."""

from collections.abc import Iterable

_MOST = 14
"""Names that are listed where none is near."""


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'every'?`, or the names there are, or nothing where they are too many."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there is {', '.join(names)}" if 0 < len(names) <= _MOST else ""
