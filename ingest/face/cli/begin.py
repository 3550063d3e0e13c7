"""`okr init` and `okr check`: begin, and see whether the configuration can be used."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import Opening, Usage, opening
from ingest.face.cli.pulls import pull_and_tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.config.model import Config


def add_to(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("check")(check)


def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="Where to; made if it does not exist.")] = Path(),
    demo: Annotated[bool, typer.Option("--demo", help="With made-up data around today.")] = False,
    sources: Annotated[
        str | None, typer.Option("--from", help="Connectors, by commas: their settings explained.", metavar="A,B")
    ] = None,
) -> None:
    """Write a commented okr.yaml, .env and .gitignore. Never over an existing file."""
    if demo and sources:
        raise Usage("--demo and --from exclude each other")
    chosen = opening(context)
    try:
        written = _demo(chosen, directory) if demo else _configuration(chosen, directory, sources)
    except FileExistsError as error:
        raise Usage(f"{error}; nothing was written") from None
    except OSError as error:
        raise Usage(f"cannot write to {directory}: {error.strerror}") from None
    for path in written:
        typer.echo(f"wrote {path}")
    okr = "okr" if directory == Path() else f"okr -c {directory / 'okr.yaml'}"
    commands = ("pull", "status", "serve") if demo else ("check",)
    typer.echo("next: " + ", ".join(f"{okr} {command}" for command in commands))


def _demo(chosen: Opening, directory: Path) -> list[Path]:
    from datetime import datetime

    from ingest.config.demo import write_demo
    from ingest.config.zone import machine_zone

    zone = machine_zone(chosen.environ)
    return write_demo(directory, datetime.now(zone).date(), zone)


def _configuration(chosen: Opening, directory: Path, sources: str | None) -> list[Path]:
    from datetime import datetime

    from ingest.config.init import starter, write
    from ingest.config.offer import offer
    from ingest.config.zone import machine_zone

    zone = machine_zone(chosen.environ)
    today = datetime.now(zone).date()
    if sources is None:
        return write(starter(zone.key, today), directory)
    names = [name.strip() for name in sources.split(",") if name.strip()]
    try:
        return write(offer(names, zone.key, today, directory), directory)
    except ValueError as error:
        raise Usage(f"--from: {error}") from None


def check(
    context: typer.Context,
    live: Annotated[bool, typer.Option("--live", help="Ask every source too; store nothing.")] = False,
) -> None:
    """Say whether the configuration can be used: every problem at once, with its place."""
    chosen = opening(context)
    config = chosen.load()
    for warning in config.warnings:
        typer.echo(f"warning: {warning}", err=True)
    for line in (*_accounts(config), *_versions(config)):
        typer.echo(f"warning: {line}", err=True)
    recipients = _recipients(config)
    typer.echo(_summary(config))
    if live:
        for line in recipients:
            typer.echo(line)
        with chosen.workspace() as workspace:
            pulled = pull_and_tell(workspace, look=True)
        if not all(one.unit.ending.is_ok for one in pulled):
            raise typer.Exit(1)


def _recipients(config: "Config") -> list[str]:
    """Who would be told of what; nothing is sent. `ConfigError` names every URL that leads to nobody."""
    if not config.notify:
        return []
    from ingest.face.notify.receiver import refuse_unreadable

    return [
        f"notify[{number}]: {known.services} would be told of {', '.join(one.when)}; nothing was sent"
        for number, (one, known) in enumerate(zip(config.notify, refuse_unreadable(config), strict=True))
    ]


def _accounts(config: "Config") -> "Iterator[str]":
    """What is amiss with what was granted: nothing yet, not for us, or it ends soon."""
    from ingest.connector.outcome import Refused
    from ingest.face.words import ending_credential
    from ingest.run.wall import wall_clock

    for account in (one.account for one in config.sources.values() if one.account is not None):
        try:
            token = account.kept()
        except Refused as error:
            yield f"sources.{account.source}: {error.message} → {error.cure}"
            continue
        if token is None:
            yield f"sources.{account.source}: nobody has granted access yet → {account.cure}"
        elif ending := ending_credential(token.ends_at, wall_clock(), config.zone):
            yield f"sources.{account.source}: {ending} → {account.cure}"


def _versions(config: "Config") -> "Iterator[str]":
    """Which vendors soon end the version of their API that is asked."""
    from ingest.face.words import ending_version
    from ingest.okr.instant import moment
    from ingest.run.wall import wall_clock

    today = moment(wall_clock()).astimezone(config.zone).date()
    for source in config.sources.values():
        if ending := ending_version(source.connector.ends, today):
            yield f"sources.{source.id}: {ending}"


def _summary(config: "Config") -> str:
    from ingest.face.words import counted

    key_results = sum(len(objective.key_results) for objective in config.objectives)
    counts = [
        (len(config.sources), "source"),
        (len(config.objectives), "objective"),
        (key_results, "key result"),
        (len(config.tactics), "tactic"),
    ]
    told = [counted(n, word) for n, word in counts if n]
    return f"{config.path}: good: {', '.join(told) or 'nothing is in it yet'}"
