"""What every command starts from: which configuration, what is allowed, and how to open it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.config.model import Config
    from ingest.okr.instant import Instant
    from ingest.run.workspace import Workspace

Serve = Callable[[Path, Mapping[str, str], frozenset[str]], int]
"""Runs the service until it is told to stop; the exit code."""


class Usage(Exception):
    """The command was not used as it can be; the message says how. Exit code 2."""


class Refused(Exception):
    """What was asked for cannot be done; the message says why. Exit code 1."""


EXPECTED = ("Refused", "UnknownName", "StoreError", "Refusal", "BrokenConnector")
"""Errors whose message says it all, by name, so that what raises them is loaded only where it is used."""
PLACES = ("okr.yaml", "config/okr.yaml")


@dataclass
class Opening:
    """The command line's own choices. Passed to every command as the context's object."""

    environ: Mapping[str, str]
    serve: Serve
    config: Path | None = None
    allowed: frozenset[str] = frozenset()

    @property
    def path(self) -> Path:
        """The configuration that is meant. `Usage` where there is none."""
        if self.config is not None:
            return _existing(self.config, "-c")
        if named := self.environ.get("OKR_CONFIG"):
            return _existing(Path(named), "$OKR_CONFIG")
        for place in PLACES:
            if Path(place).exists():
                return Path(place)
        raise Usage("no okr.yaml here; `okr init` writes one, `okr init --demo demo` an example, -c names another")

    @property
    def allow(self) -> frozenset[str]:
        return self.allowed | frozenset(self.environ.get("OKR_ALLOW", "").replace(",", " ").split())

    def load(self) -> "Config":
        """Read the configuration only; nothing is opened or written."""
        from ingest.config.load import load

        return load(self.path, self.environ, allow=self.allow)

    def workspace(self) -> "Workspace":
        """Configuration, store and scorecard; a context manager."""
        from ingest.run.workspace import Workspace

        return Workspace.open(self.path, self.environ, allow=self.allow)


def _existing(path: Path, said_by: str) -> Path:
    if not path.exists():
        raise Usage(f"{path} does not exist ({said_by})")
    return path


def opening(context: typer.Context) -> Opening:
    """The command line's choices, inside a command."""
    return cast(Opening, context.obj)


def terminal() -> "Console":
    """Where people read: colour and pictures only on a real terminal; piped text is never cut."""
    from rich.console import Console

    console = Console(highlight=False, emoji=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, emoji=False, width=160)
    return console


def read_at(text: str | None, zone: ZoneInfo) -> "Instant | None":
    """The instant of `--at` and `--known-at`: a day means its end."""
    from ingest.okr.when import instant_of

    try:
        return None if text is None else instant_of(text, zone, "ends")
    except ValueError as error:
        raise Usage(str(error)) from None
