"""Logging of the service: plain lines, without what was filled in as a secret, and without whole URLs."""

import logging
import sys
from collections.abc import Iterable

HIDDEN = "•••"
CHATTY = ("httpx", "httpcore", "aiohttp", "urllib3", "apscheduler", "alembic", "uvicorn.access")
"""They log whole URLs, or every job, at INFO."""


class Redacting(logging.Filter):
    """Replaces secrets in everything that a handler writes, tracebacks included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these are hidden; the longest first, so that none is left half shown."""
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        return True

    def redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def start_logging(redacting: Redacting) -> None:
    """One handler on standard error, with the filter on it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(redacting)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
