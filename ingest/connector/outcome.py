"""How a pull ended, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from ingest.okr.instant import Instant


class Outcome(StrEnum):
    """OK · UNAVAILABLE: wait · REFUSED: somebody must act · BROKEN: the answer is not what its docs say."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pull ended, in words a stranger understands."""

    outcome: Outcome
    message: str
    cure: str | None = None
    retry_at: Instant | None = None
    """The source said not to come before this."""


class SourceError(Exception):
    """What a connector or `Ask` raises when a source did not give what was asked for.

    Messages name places, never secrets and never what a third party sent beyond a short, cleaned excerpt.

    SourceError
    ├── Unavailable(message, retry_at=None)   time-outs, network, 5xx, 408, 425, 429
    ├── Refused(message, cure)                401, 403, 404, 410, 426, other 4xx; a missing file
    └── Broken(message, where=None)           not what the docs say; `where` is the path of the field or cell
    """

    def ending(self) -> Ending:
        raise NotImplementedError


class Unavailable(SourceError):
    """The source does not answer at the moment. It is asked again, not before `retry_at` where it said so."""

    def __init__(self, message: str, retry_at: Instant | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_at = retry_at

    def ending(self) -> Ending:
        return Ending(Outcome.UNAVAILABLE, self.message, retry_at=self.retry_at)


class Refused(SourceError):
    """The source said no. `cure` tells somebody what to do; asking again changes nothing until it is done."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def ending(self) -> Ending:
        return Ending(Outcome.REFUSED, self.message, cure=self.cure)


class Broken(SourceError):
    """The answer is not what its docs say. `where`: the path of the field, or the cell (`stats.member_count`, `B2`)."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def ending(self) -> Ending:
        return Ending(Outcome.BROKEN, f"{self.where}: {self.message}" if self.where else self.message)
