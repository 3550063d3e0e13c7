"""Pages that are asked for by their number, whatever an answer says of the address of the next one."""

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from ingest.connector import Answer, Params

P = TypeVar("P")


def numbered(model: type[P], leads_on: Callable[[P], object]) -> Callable[[P, Answer], Params | None]:
    """For `Ask.pages` of a `model`, one each time: `page=2` and so on, while `leads_on` finds that there is more."""
    numbers = count(2)
    return lambda page, _: {"page": next(numbers)} if leads_on(page) else None
