"""What the store says when it cannot do what it was asked for.

StoreError                    the database cannot be used; the message says what to do
├── Outdated                  its schema is older than this program and is not upgraded unasked
└── Locked                    another service runs on it
UnitError (ValueError)        a unit cannot be kept, and nothing of it is
├── SuddenlyEmpty             a whole listing shows nothing where events were known: broken, not a retraction
└── Repeated                  a delivery to a hook that was kept before
UnknownSignal (LookupError)   no such signal was registered
UnknownMeasurement (LookupError)
NothingWaits (LookupError)    nothing implausible waits under this key
"""

from collections.abc import Sequence


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do. Never holds a password."""


class Outdated(StoreError):
    """The schema is older than this program's and is not upgraded unasked."""


class Locked(StoreError):
    """Another service runs on this database."""


class UnitError(ValueError):
    """A unit that cannot be kept; nothing of it is."""


class SuddenlyEmpty(UnitError):
    """A whole listing shows no event of a signal although some inside its span are known."""

    def __init__(self, signal: str, known: int) -> None:
        events = "event was" if known == 1 else "events were"
        super().__init__(f"{signal} lists nothing at all where {known} {events} known")
        self.signal = signal
        self.known = known


class Repeated(UnitError):
    """A delivery to a hook that was kept before, and is kept once."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source}: this delivery was kept before")


class UnknownSignal(LookupError):
    """No signal of this name was registered with `Store.sync_signals`."""

    def __init__(self, signal: str) -> None:
        super().__init__(f"the store knows no signal {signal!r}: is its source configured?")
        self.signal = signal


class UnknownMeasurement(LookupError):
    """A signal holds no measurement that counts under this key."""

    def __init__(self, signal: str, key: str) -> None:
        super().__init__(f"{signal} has no measurement with the key {key!r}")
        self.signal = signal
        self.key = key


class NothingWaits(LookupError):
    """Nothing of a signal waits in quarantine under this key; the message names what does."""

    def __init__(self, signal: str, key: str, waiting: Sequence[str], count: int, accepted: bool | None) -> None:
        """`waiting`: some keys of the `count` that wait; `accepted`: how it was decided before, None: it was not."""
        told = f"{signal}: nothing waits under the key {key!r}"
        if accepted is not None:
            told += f" any more: it was {'accepted' if accepted else 'rejected'}"
        if count > len(waiting):
            waiting = [*waiting, f"{count - len(waiting)} more"]
        told += f"; what waits: {', '.join(waiting)}" if waiting else f"; nothing of {signal} waits"
        if accepted is False:
            told += "; `okr record` lets a number count that was rejected"
        super().__init__(told)
        self.signal = signal
        self.key = key
