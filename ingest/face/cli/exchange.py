"""`okr import`, `export`, `backup` and `db upgrade`: measurements in and out, and the database as a whole."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ingest.face.cli.opening import Usage, opening


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    OPENMETRICS = "openmetrics"


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("export")(export)
    app.command("backup")(backup)
    database = typer.Typer(help="The database.", rich_markup_mode=None, no_args_is_help=True)
    database.command("upgrade")(upgrade)
    app.add_typer(database, name="db")


def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns signal, observed_at, value, key; - is standard input.")
    ],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Keep the good rows where some are bad.")] = False,
) -> None:
    """Keep the measurements of a CSV file: all of them, or none and the bad rows by their line."""
    from ingest.face.words import counted, doubtful

    with opening(context).workspace() as workspace:
        if str(file) == "-":
            imported = workspace.import_csv(sys.stdin, skip_bad=skip_bad)
        else:
            try:
                with file.open(encoding="utf-8-sig", newline="") as lines:
                    imported = workspace.import_csv(lines, skip_bad=skip_bad)
            except OSError as error:
                raise Usage(f"{file} cannot be read: {error.strerror}") from None
            except UnicodeDecodeError:
                raise Usage(f"{file} is not UTF-8; save it as CSV UTF-8") from None
        for row in imported.bad:
            typer.echo(f"{file}:{row.line}: {row.message}", err=True)
        if not imported.written:
            told = f"{counted(len(imported.bad), 'bad row')}; nothing was written (--skip-bad keeps the others)"
            typer.echo(told, err=True)
            raise typer.Exit(1)
        counts = f"{imported.created} new, {imported.revised} revised, {imported.duplicate} known"
        counts += f", {counted(len(imported.bad), 'bad row')} left out" if imported.bad else ""
        if imported.quarantined:
            counts += f"; {doubtful(imported.quarantined)}: see okr status"
        typer.echo(counts)


def export(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="How to write them.")] = Format.CSV,
) -> None:
    """Write all measurements that count to standard output."""
    with opening(context).workspace() as workspace:
        workspace.export(form.value, sys.stdout)


def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="Where to; never over an existing file.")]
) -> None:
    """Make a consistent copy of the database, also while it is used."""
    with opening(context).workspace() as workspace:
        workspace.backup(file)
        typer.echo(f"copied to {file}")


def upgrade(context: typer.Context) -> None:
    """Bring the database's schema up to date."""
    with opening(context).workspace() as workspace:
        typer.echo(workspace.upgrade())
