"""Apprise, which speaks to a hundred services. Imported only where `notify` is configured: it reads all of them.

It logs addresses with what is secret in them, so that it is silenced, all of it: what became of a delivery is told
by its answer alone.
"""

import logging
from typing import Any, NamedTuple

from ingest.config.model import Config, ConfigError, Problem

LOGGERS = ("apprise", "requests", "requests_oauthlib", "oauthlib", "urllib3", "paho", "slixmpp")
UNREADABLE = "Apprise knows no such service, or a part of its address is missing: https://appriseit.com/services/"


class Receiver(NamedTuple):
    """Whom a URL leads to."""

    services: str
    """By their names: `Slack`. Nothing of the URL is in it."""
    parts: tuple[Any, ...]
    """An `Apprise` for each, since one of several sends in threads that the end of the process would wait for."""

    def send(self, title: str, body: str) -> bool:
        """Whether all of them took it. Blocks; bounded by Apprise's time-outs for each of its requests."""
        try:
            return all(bool(one.notify(title=title, body=body, body_format="text")) for one in self.parts)
        except Exception:  # a plugin's own slip; its text may hold the URL
            return False


def receiver(url: str) -> Receiver | None:
    """Whom an Apprise URL leads to; None where it leads to nobody: an unknown service, or a part is missing."""
    made = _library().Apprise()
    try:
        understood = made.add(url)
    except Exception:  # as above
        return None
    if not understood or not len(made):
        return None
    names = dict.fromkeys(str(one.service_name) for one in made)
    parts = tuple(_library().Apprise(one) for one in made)
    return Receiver(", ".join(names), parts)


def _library() -> Any:
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
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
