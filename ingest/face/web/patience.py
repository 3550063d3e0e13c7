"""How many wrong tokens somebody may try at the login form."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

TRIES = 5
"""Wrong ones in a row that cost no waiting."""
REFILL = 30.0
"""Seconds until another one is free."""
MOST = 10_000
"""Addresses that are remembered."""


class Patience:
    """A bucket of tries for each address; of IPv6 for each /64, which one customer of a provider holds whole."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By address: how many tries were spent, and when that was."""
        self._clock = clock

    def wait(self, address: str) -> float:
        """How many seconds until the next try; 0: now."""
        return max(0.0, (self._level(_place(address)) + 1 - TRIES) * REFILL)

    def wrong(self, address: str) -> None:
        """Another wrong token."""
        place = _place(address)
        self._spent[place] = self._level(place) + 1, self._clock()
        self._spent.move_to_end(place)
        while len(self._spent) > MOST:
            self._spent.popitem(last=False)

    def right(self, address: str) -> None:
        self._spent.pop(_place(address), None)

    def _level(self, place: str) -> float:
        spent, at = self._spent.get(place, (0.0, 0.0))
        return max(0.0, spent - (self._clock() - at) / REFILL)


def _place(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((int(found), 64), strict=False))
