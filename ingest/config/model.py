"""The configuration as the service uses it: frozen, complete, every reference resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.connector.connector import Connector, Signal
from ingest.connector.oauth.account import Account
from ingest.okr.instant import Duration
from ingest.okr.objective import Objective, Tactic
from ingest.okr.plausible import Limit

_LONGEST = 600
"""Characters of a message that are shown."""


@dataclass(frozen=True, slots=True)
class Every:
    """A pull at a fixed distance of elapsed time."""

    interval: Duration


@dataclass(frozen=True, slots=True)
class Cron:
    """A standard crontab line in the configured zone."""

    line: str


Schedule = Every | Cron


@dataclass(frozen=True, slots=True)
class Source:
    """A configured connector, ready to be asked."""

    id: str
    kind: str
    """The connector's name: `mailchimp`, or as written for a user's own."""
    connector: Connector
    schedule: Schedule | None
    """None: nothing to pull (manual, push)."""
    stale_after: Duration | None
    """None: never stale."""
    history: Duration | None
    """How far back to ask; None: the connector's own."""
    signals: Mapping[str, Signal]
    """By their name inside the source."""
    fingerprint: str
    """Changes when any setting (or filled-in secret) does; tells nothing of them."""
    formerly: str | None = None
    renamed_signals: Mapping[str, str] = field(default_factory=dict)
    """New name to old one."""
    account: Account | None = None
    """What gives a token that is renewed, as one of `okr auth`; None: it needs no such thing."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """By the full name of each signal that has a `max_step`: what is beyond it waits."""
    problem: str | None = None
    """Why its connector, somebody else's code, cannot be used. It is listed, offers no signals and is never asked."""


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8321
    token: str = field(default="", repr=False)
    public_url: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class Notify:
    url: str = field(repr=False)
    when: tuple[str, ...]
    place: tuple[str, int, int] = field(default=("", 0, 0), compare=False)
    """Where the URL is written: file, line and column."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake and its place: `okr.yaml:12:9: sources.newsletter.evry: unknown key; did you mean 'every'?`"""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        path = f"{_short(self.path)}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{_short(self.message)}"


def _short(text: str) -> str:
    """Words of the file may be in it, of any length: what matters is at both ends."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` are all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    path: Path
    """The file or folder it was read from."""
    home: Path
    """The folder that relative paths start from."""
    files: tuple[Path, ...]
    """All that was read: a change of one of them is a reload."""
    zone: ZoneInfo
    mission: str | None
    sources: Mapping[str, Source]
    objectives: tuple[Objective, ...]
    tactics: tuple[Tactic, ...]
    notify: tuple[Notify, ...]
    database: str = field(repr=False)
    """A SQLAlchemy URL; a relative SQLite path is made absolute."""
    server: Server
    secrets: frozenset[str] = field(repr=False)
    """What was filled in: the redacting log filter hides it."""
    warnings: tuple[Problem, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each objective and key result, by its name, is written: `okr.yaml:12:9`."""
