"""When a source that said to slow down may be asked again: vendors tell it in units of their own."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ingest.okr.instant import DAY, SECOND, Instant, instant

_AFTER = ("retry-after", "x-ratelimit-retry-after")
_NAMES = ("x-ratelimit-{}", "x-rate-limit-{}", "ratelimit-{}", "x-sib-ratelimit-{}", "x-ratelimit-{}-default")
_RESETS = tuple(name.format("reset") for name in _NAMES)
_LEFT = tuple(name.format("remaining") for name in _NAMES)
_EPOCH = 10**9
"""From here on a number of seconds is one since 1970: as a time to wait it would be 31 years."""


def again_at(status: int, headers: Mapping[str, str], now: Instant) -> Instant | None:
    """What Retry-After says, else when a rate limit that is used up begins anew; None where nothing is said.

    Many vendors tell of their limit in every answer: what is left of it says whether it is the reason. A 429 without
    that is.
    """
    at = parse_retry_after(next((headers[name] for name in _AFTER if name in headers), None), now)
    left = next((headers[name].strip() for name in _LEFT if name in headers), "0" if status == 429 else "1")
    if at is not None or left != "0":
        return at
    return next((parse_reset(headers[name], now) for name in _RESETS if name in headers), None)


def parse_retry_after(text: str | None, now: Instant) -> Instant | None:
    """When to come again: seconds or an HTTP date, at most a day ahead; None where it says nothing usable."""
    from email.utils import parsedate_to_datetime

    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return now + min(int(text[:18]) * SECOND, DAY)
    try:
        date = parsedate_to_datetime(text)
        at = instant(date if date.tzinfo else date.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return min(at, now + DAY) if at > now else None


def parse_reset(text: str, now: Instant) -> Instant | None:
    """Seconds since 1970 (X, GitHub, Cal.com), seconds left (Calendly, Brevo) or an ISO time (Mastodon); a day at most.

    None where it is past, or says nothing usable.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:18])
        at = seconds * SECOND if seconds >= _EPOCH else now + seconds * SECOND
    else:
        try:
            at = instant(datetime.fromisoformat(text))
        except ValueError:
            return None
    return min(at, now + DAY) if at > now else None
