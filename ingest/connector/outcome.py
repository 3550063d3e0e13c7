"""How a pull ended, and what to do about it. One pure function decides."""

from dataclasses import dataclass
from enum import StrEnum

from ingest.okr.instant import Instant


class Outcome(StrEnum):
    """OK · UNAVAILABLE: wait · REFUSED: somebody must act · BROKEN: the answer is not what its docs say."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    BROKEN = "broken"


class SourceError(Exception):
    """What a connector or `Ask` raises when a source did not give what was asked for.

    Messages name places, never secrets and never what a third party sent beyond a short, cleaned excerpt.

    SourceError
    ├── Unavailable(message, retry_at=None)   time-outs, network, 5xx, 408, 425, 429
    ├── Refused(message, cure)                401, 403, 404, 410, 426, other 4xx; a missing file
    └── Broken(message, where=None)           not what the docs say; `where` is the path of the field or cell
    """


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pull ended, in words a stranger understands."""

    outcome: Outcome
    message: str
    cure: str | None = None
    retry_at: Instant | None = None
    """The source said not to come before this."""
