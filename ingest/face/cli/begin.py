"""`okr init` and `okr check`: begin, and see whether the configuration can be used."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import Usage, opening

if TYPE_CHECKING:
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
    from ingest.config.init import write

    try:
        written = write(_texts(directory, demo, sources), directory)
    except FileExistsError as error:
        raise Usage(f"{error}; nothing was written") from None
    except OSError as error:
        raise Usage(f"cannot write to {directory}: {error.strerror}") from None
    for path in written:
        typer.echo(f"wrote {path}")
    where = "" if directory == Path() else f"-c {directory / 'okr.yaml'} "
    typer.echo(f"next: okr {where}check" + (f", okr {where}pull, okr {where}status, okr {where}serve" if demo else ""))


def check(context: typer.Context) -> None:
    """Say whether the configuration can be used: every problem at once, with its place. Writes nothing."""
    config = opening(context).load()
    for warning in config.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(_summary(config))


def _summary(config: "Config") -> str:
    key_results = sum(len(objective.key_results) for objective in config.objectives)
    counts = [
        (len(config.sources), "source"),
        (len(config.objectives), "objective"),
        (key_results, "key result"),
        (len(config.tactics), "tactic"),
    ]
    return f"{config.path}: good: " + ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n)
