"""Names that people type, and what they may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownName(LookupError):
    """No key result, signal or source has this name; the message suggests one that exists."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


def found(name: str, names: Iterable[str], what: str) -> str:
    """The full name: as it is, or its last part alone where only one has it. `UnknownName` suggests another."""
    every = list(names)
    if name in every:
        return name
    ending = [one for one in every if one.rpartition(".")[2] == name]
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise UnknownName(f"{name!r} is one of several: write {' or '.join(ending)}")
    raise UnknownName(f"there is no {what} {name!r}{meant(name, every)}")


def meant(name: str, names: Iterable[str]) -> str:
    """`; did you mean …?` where something is near."""
    near = get_close_matches(name, list(names), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
