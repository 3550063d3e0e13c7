"""`okr pull`: ask the sources now, with progress shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import Usage, opening, terminal

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.okr.instant import Instant
    from ingest.run.round import Progress, Pulled
    from ingest.run.workspace import Workspace


def add_to(app: typer.Typer) -> None:
    app.command("pull")(pull)


def pull(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="Default: all that can be pulled.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be stored; store nothing.")] = False,
    since: Annotated[str | None, typer.Option(help="Ask for history from this day on.", metavar="DAY")] = None,
) -> None:
    """Ask the sources now and keep what they say."""
    with opening(context).workspace() as workspace:
        pulled = pull_and_tell(workspace, sources or (), dry_run=dry_run, since=_since(since, workspace))
        if dry_run:
            _print_units(pulled, workspace)
        if not all(one.unit.ending.is_ok for one in pulled):
            raise typer.Exit(1)


def _since(text: str | None, workspace: "Workspace") -> "Instant | None":
    from ingest.okr.when import instant_of

    try:
        return None if text is None else instant_of(text, workspace.config.zone, "begins")
    except ValueError as error:
        raise Usage(f"--since: {error}") from None


def pull_and_tell(
    workspace: "Workspace",
    sources: Sequence[str] = (),
    *,
    dry_run: bool = False,
    look: bool = False,
    since: "Instant | None" = None,
) -> tuple["Pulled", ...]:
    """Pull, with a bar while it lasts and a line for each source that ends. `look`: it says what can be seen."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    console = terminal()
    with Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as shown:  # fmt: skip
        task = shown.add_task("pulling", total=None)

        def tell(progress: "Progress") -> None:
            shown.update(task, completed=progress.done, total=progress.total, description=progress.source)
            if progress.pulled is not None:
                _print_ending(shown.console, progress.pulled, workspace)

        return workspace.pull(sources, since=since, dry_run=dry_run, look=look, progress=tell)


def _print_ending(console: "Console", pulled: "Pulled", workspace: "Workspace") -> None:
    from ingest.face.sight import sight
    from ingest.face.words import with_cure

    ending = pulled.unit.ending
    if not ending.is_ok:
        told = with_cure(f"{pulled.source}: {ending.outcome}: {ending.message}", ending.cure)
        console.print(told, style="red", markup=False, soft_wrap=True)
        return
    if pulled.seen is not None:
        signals = workspace.config.sources[pulled.source].signals
        told = sight(pulled.unit, signals, pulled.seen, workspace.config.zone)
    else:
        told = _counted(pulled)
    console.print(f"{pulled.source}: {told}", markup=False, highlight=False, soft_wrap=True)
    if ending.cure:
        line = with_cure(f"{pulled.source}: {ending.message}", ending.cure)
        console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _counted(pulled: "Pulled") -> str:
    from ingest.face.words import doubtful, measured

    kept = pulled.kept
    if kept is None:
        return f"{measured(len(pulled.unit.measurements))} read, none stored"
    counts = [
        (kept.created, "new"),
        (kept.revised, "revised"),
        (kept.retracted, "retracted"),
        (kept.duplicate, "known"),
    ]
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing new"
    if kept.released:
        told += f"; {kept.released} that waited {'counts' if kept.released == 1 else 'count'} now"
    return f"{told}; {doubtful(kept.quarantined)}: see okr status" if kept.quarantined else told


def _print_units(pulled: Sequence["Pulled"], workspace: "Workspace") -> None:
    from ingest.face.words import local

    for one in pulled:
        for measured in one.unit.measurements:
            key = f"  {measured.key}" if measured.key else ""
            typer.echo(
                f"{measured.signal}  {local(measured.observed_at, workspace.config.zone)}  {measured.value:g}{key}"
            )
