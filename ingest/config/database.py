"""The database: SQLite beside the configuration, or PostgreSQL."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

SQLITE = "sqlite:///"
DEFAULT = "sqlite:///okr.db"

_POSTGRES = re.compile(r"(?:postgres|postgresql)(?:\+psycopg)?://(.*)", re.DOTALL)
_SCHEME = re.compile(r"([a-z0-9]+)(?:\+[a-z0-9_]+)?:", re.IGNORECASE)


def database_of(text: str, home: Path) -> str:
    """The SQLAlchemy URL of a text; a relative SQLite path starts at `home`. `ValueError` says what to write.

    The message shows nothing of the text, which may hold a password.
    """
    if postgres := _POSTGRES.fullmatch(text):
        try:
            _ = urlsplit(f"postgresql://{postgres[1]}").port
        except ValueError:
            raise ValueError("is no URL; write postgresql://user:password@host:5432/name") from None
        return f"postgresql+psycopg://{postgres[1]}"
    if text.startswith(SQLITE):
        path = text.removeprefix(SQLITE)
        if not path or path == ":memory:" or path.startswith("file:"):
            raise ValueError(f"a database in memory forgets everything; write {DEFAULT}")
        if "?" in path or "#" in path:
            raise ValueError(f"takes no parameters; write {DEFAULT}")
        return SQLITE + str((home / path).absolute())
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise ValueError(f"is no URL; write {DEFAULT} or postgresql://user:password@host/name")
    if scheme[1].lower() in ("postgres", "postgresql"):
        raise ValueError("write postgresql://…; the driver is ours to choose")
    if scheme[1].lower() == "sqlite":
        raise ValueError(f"a SQLite file is written with three slashes: {DEFAULT}, four before an absolute path")
    raise ValueError("only SQLite and PostgreSQL are supported; write sqlite:///okr.db or postgresql://…")


def passwords(url: str) -> tuple[str, ...]:
    """The password in a database URL, as it is written and as it is meant."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
