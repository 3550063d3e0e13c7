"""Times as most APIs want to be asked for them."""

from datetime import UTC, datetime


def utc(at: datetime) -> str:
    """A time in UTC to the second, what is behind it cut off: `2026-10-01T08:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
