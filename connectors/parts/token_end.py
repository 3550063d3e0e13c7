"""When a token ends that was made by hand: most vendors tell it where it is made alone, some with each answer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ingest.connector import Answer, Ask, Day, Expiry

TokenEnd = Annotated[Day | None, Field(description="the day on which it ends; you are told two weeks before")]


def expiry(ends: TokenEnd, ask: Ask) -> Iterator[Expiry]:
    """A day means its beginning in the configured zone. What the vendor told when it renewed the token is newer."""
    if ends is not None and ask.expiry is None:
        yield Expiry(ends if isinstance(ends, datetime) else ask.midnight(ends))


def github_expiry(answer: Answer) -> Iterator[Expiry]:
    """Where a token has an end GitHub tells it with each answer: `2026-11-30 09:00:00 UTC`, or with an offset such as
    `-0500`. What is written otherwise says nothing."""
    told = answer.headers.get("github-authentication-token-expiration", "")
    try:
        yield Expiry(datetime.strptime(told.replace("UTC", "+0000"), "%Y-%m-%d %H:%M:%S %z"))
    except ValueError:
        return
