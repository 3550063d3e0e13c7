"""The time of day, apart from all that is loaded with a workspace."""

import time

from ingest.okr.instant import Instant


def wall_clock() -> Instant:
    """Now, in microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000
