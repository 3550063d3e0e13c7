"""Apprise, which speaks to a hundred services. Imported only where `notify` is configured: it reads all of them.

It logs addresses with what is secret in them, so that it is silenced, all of it. Only the status of HTTP is taken from
what it would have logged, three digits, so that people know why a delivery failed.
"""

import logging
import re
from contextvars import ContextVar
from typing import Any, NamedTuple

from ingest.config.model import Config, ConfigError, Problem

LOGGERS = ("apprise", "requests", "requests_oauthlib", "oauthlib", "urllib3", "paho", "slixmpp")
UNREADABLE = "Apprise knows no such service, or a part of its address is missing: https://appriseit.com/services/"


REFUSED = "its service refused it or cannot be reached"
_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")


class _Ear(logging.Handler):
    """Hears the status in a line of Apprise's, and passes nothing on.

    By context and not by thread: a service may hand a delivery to a thread of its own with the context of the caller.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._statuses: ContextVar[list[str] | None] = ContextVar("statuses", default=None)

    def emit(self, record: logging.LogRecord) -> None:
        heard, found = self._statuses.get(), _STATUS.search(record.getMessage())
        if heard is not None and found:
            heard.append(found[1])

    def listen(self) -> list[str]:
        """What is heard from now on, in this context."""
        heard: list[str] = []
        self._statuses.set(heard)
        return heard


_EAR = _Ear()


class Receiver(NamedTuple):
    """Whom a URL leads to."""

    services: str
    """By their names: `Slack`. Nothing of the URL is in it."""
    parts: tuple[Any, ...]
    """An `Apprise` for each."""

    def send(self, title: str, body: str) -> str | None:
        """None: all of them took it; else why not. Blocks; bounded by Apprise's time-outs for each of its requests."""
        statuses = _EAR.listen()
        try:
            arrived = all(bool(one.notify(title=title, body=body, body_format="text")) for one in self.parts)
        except Exception:  # a plugin's own slip; its text may hold the URL
            return REFUSED
        if arrived:
            return None
        return f"its service answered {statuses[-1]}" if statuses else REFUSED


def receiver(url: str) -> Receiver | None:
    """Whom an Apprise URL leads to; None where it leads to nobody: an unknown service, or a part is missing."""
    library = _library()
    # Without a time-out of its own it sends in the thread that calls it. The end of the process waits for its own
    # threads; for ours it does not, and they have a deadline.
    made = library.Apprise(asset=library.AppriseAsset(async_mode=False, service_timeout=0))
    try:
        understood = made.add(url)
    except Exception:  # as above
        return None
    if not understood or not len(made):
        return None
    names = dict.fromkeys(str(one.service_name) for one in made)
    parts = tuple(library.Apprise(one) for one in made)
    return Receiver(", ".join(names), parts)


def _library() -> Any:
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
    logging.getLogger("apprise").setLevel(logging.WARNING)
    logging.getLogger("apprise").addHandler(_EAR)  # once, however often it is added
    import apprise

    return apprise


def refuse_unreadable(config: Config) -> list[Receiver]:
    """Whom each URL of `notify` leads to; `ConfigError` names all that lead to nobody. Loads Apprise if needed."""
    found = [receiver(one.url) for one in config.notify]
    problems = tuple(
        Problem(*one.place, f"notify[{number}].url", UNREADABLE)
        for number, (one, known) in enumerate(zip(config.notify, found, strict=True))
        if known is None
    )
    if problems:
        raise ConfigError(problems)
    return [one for one in found if one is not None]
