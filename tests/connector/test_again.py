"""The units in which vendors tell when they may be asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from ingest.connector.again import again_at
from ingest.okr.instant import DAY, MINUTE, SECOND, instant

NOW = instant(datetime(2026, 11, 22, 12, tzinfo=UTC))
IN_A_MINUTE = (NOW + MINUTE) // SECOND


@pytest.mark.parametrize(
    ("status", "headers", "at"),
    [
        (429, {"x-rate-limit-reset": str(IN_A_MINUTE)}, NOW + MINUTE),  # X, GitHub: since 1970
        (429, {"x-ratelimit-reset-default": str(IN_A_MINUTE)}, NOW + MINUTE),  # Cal.com: since 1970
        (429, {"x-ratelimit-remaining-default": "3", "x-ratelimit-reset-default": str(IN_A_MINUTE)}, None),
        (429, {"x-ratelimit-reset": "60"}, NOW + MINUTE),  # Calendly, Reddit: seconds left
        (429, {"x-sib-ratelimit-reset": "60", "x-sib-ratelimit-remaining": "0"}, NOW + MINUTE),  # Brevo: seconds left
        (429, {"x-ratelimit-reset": "2026-11-22T12:01:00.000000Z"}, NOW + MINUTE),  # Mastodon
        (429, {"x-ratelimit-reset": "2026-11-22T13:01:00+01:00"}, NOW + MINUTE),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(IN_A_MINUTE)}, NOW + MINUTE),  # GitHub
        (429, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": str(IN_A_MINUTE)}, None),  # another limit is meant
        (403, {"x-ratelimit-reset": str(IN_A_MINUTE)}, None),
        (429, {"retry-after": "30", "x-ratelimit-reset": str(IN_A_MINUTE)}, NOW + 30 * SECOND),
        (403, {"retry-after": "30"}, NOW + 30 * SECOND),
        (429, {"x-ratelimit-reset": str(IN_A_MINUTE + 10**6)}, NOW + DAY),
        (429, {"x-ratelimit-reset": "9" * 5000}, NOW + DAY),
        (429, {"x-ratelimit-reset": "9999-12-31T23:59:59Z"}, NOW + DAY),
        (429, {"x-ratelimit-reset": str(IN_A_MINUTE - 61)}, None),
        (429, {"x-ratelimit-reset": "2026-11-22T12:01:00"}, None),  # in which zone?
        (429, {"x-ratelimit-reset": "soon"}, None),
        (429, {"x-ratelimit-reset": "٣"}, None),
        (429, {"x-ratelimit-reset": ""}, None),
        (429, {}, None),
        (500, {"x-ratelimit-reset": "60"}, None),
    ],
)
def test_the_end_of_a_limit_is_read_in_every_vendors_unit(
    status: int, headers: Mapping[str, str], at: int | None
) -> None:
    assert again_at(status, headers, NOW) == at
