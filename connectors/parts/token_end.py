"""When a token ends that was made by hand: the vendor tells it where the token is made, and when it renews it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ingest.connector import Ask, Day, Expiry

TokenEnd = Annotated[Day | None, Field(description="the day on which the token ends; you are told two weeks before")]


def expiry(ends: TokenEnd, ask: Ask) -> Iterator[Expiry]:
    """A day means its beginning in the configured zone. What the vendor told when it renewed the token is newer."""
    if ends is not None and ask.expiry is None:
        yield Expiry(ends if isinstance(ends, datetime) else ask.midnight(ends))
