"""The time zone: as written, or the machine's."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ingest.config.guess import meant

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. `ValueError` says which may have been meant."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        guess = meant(name, sorted(available_timezones()))
        raise ValueError("is no time zone" + (guess or "; write one such as Europe/Berlin")) from None


def machine_zone(env: Mapping[str, str]) -> ZoneInfo:
    """The machine's: `TZ`, else what /etc says, else UTC."""
    for name in (env.get("TZ", "").lstrip(":"), _linked(), _written()):
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _linked() -> str:
    """`Europe/Berlin` where /etc/localtime leads to …/zoneinfo/Europe/Berlin."""
    try:
        return _LINK.resolve().as_posix().partition("/zoneinfo/")[2]
    except OSError:
        return ""


def _written() -> str:
    try:
        return _NAME.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
