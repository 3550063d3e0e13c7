"""What a connector, which may be somebody else's code, says of its signals."""

import re
from collections.abc import Mapping

from ingest.connector.connector import Connector, Signal
from ingest.okr.plausible import Limit, limit_of

_SIGNAL = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class PluginError(Exception):
    """Somebody's connector raised or said what it must not."""


def offered(connector: Connector, kind: str) -> Mapping[str, Signal]:
    """The signals of a source, by their name inside it."""
    try:
        signals = dict(connector.offered())
    except Exception as error:
        raise PluginError(f"it does not say which signals it has ({type(error).__name__})") from error
    for name, signal in signals.items():
        if not isinstance(signal, Signal) or not _SIGNAL.fullmatch(name):
            raise PluginError(f"a signal of {kind} is none, or has a name that cannot be used")
    return signals


def limits_of(id_: str, signals: Mapping[str, Signal]) -> dict[str, Limit]:
    """The limits of the signals that have one, by full name; what the user wrote was read with the settings."""
    limits = {}
    for name, signal in signals.items():
        if signal.max_step is not None:
            try:
                limits[f"{id_}.{name}"] = limit_of(signal.max_step, signal.kind)
            except ValueError as error:
                raise PluginError(f"the max_step of its signal {name} cannot be used: {error}") from error
    return limits
