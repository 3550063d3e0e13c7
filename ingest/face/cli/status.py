"""`okr status`: every key result, with bars and sparklines, what is stale and why."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import opening, read_at, terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ingest.okr.instant import Instant
    from ingest.run.card import Card, Scored, ScoredObjective
    from ingest.run.workspace import Workspace

At = Annotated[str | None, typer.Option("--at", help="As of this day (its end) or time.", metavar="T")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="With what was recorded by this day (its end) or time.", metavar="T")
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as the API gives it.")]

COLOUR = {
    "on_track": "green",
    "achieved": "bold green",
    "at_risk": "yellow",
    "off_track": "red",
    "missed": "red",
    "no_data": "dim",
    "stale": "magenta",
    "scheduled": "dim",
    "learning": "cyan",
}


def add_to(app: typer.Typer) -> None:
    app.command("status")(status)


def status(context: typer.Context, as_json: AsJson = False, at: At = None, known_at: KnownAt = None) -> None:
    """Show every key result: value, target, progress and what it is called."""
    with opening(context).workspace() as workspace:
        zone = workspace.config.zone
        then, known = read_at(at, zone), read_at(known_at, zone)
        card = workspace.card(then, known)
        if as_json:
            _print_json(card)
            return
        console = terminal()
        _print_card(console, workspace, card, known)


def _print_json(card: "Card") -> None:
    from ingest.face.shape import objective_shape

    shapes = [
        objective_shape(one.objective, one.score, {scored.key_result.name: scored.score for scored in one.key_results})
        for one in card.objectives
    ]
    typer.echo(json.dumps(shapes, indent=1, ensure_ascii=False, allow_nan=False))


def _print_card(console: "Console", workspace: "Workspace", card: "Card", known_at: "Instant | None") -> None:
    if workspace.config.mission:
        console.print(workspace.config.mission, style="italic", markup=False)
    if not card.objectives:
        console.print("No objectives yet: write some under `objectives:`; `okr init --demo demo` shows how.")
    for objective in card.objectives:
        console.print()
        _print_heading(console, objective, card.at)
        console.print(_table(workspace, objective, card.at, known_at))
        for scored in objective.key_results:
            for line in (scored.score.reason, *scored.score.notices):
                if line:
                    console.print(f"    {scored.key_result.name}: {line}", style="dim", markup=False)
    _print_failing(console, workspace)


def _print_heading(console: "Console", one: "ScoredObjective", at: "Instant") -> None:
    from ingest.face.words import STATUS, days_left, share

    objective = one.objective
    facts = [objective.period.text, days_left(objective.period.end, at), STATUS[one.score.status]]
    if one.score.progress is not None:
        facts.insert(2, share(one.score.progress))
    console.print(objective.title, style="bold", markup=False, end="  ")
    console.print(" · ".join(facts), style="dim", markup=False)


def _table(workspace: "Workspace", objective: "ScoredObjective", at: "Instant", known_at: "Instant | None") -> "Table":
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
    table.add_column(width=9, no_wrap=True)
    table.add_column(ratio=None, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for _ in range(4):
        table.add_column(no_wrap=True)
    for scored in objective.key_results:
        table.add_row(*_row(workspace, scored, at, known_at))
    return table


def _row(workspace: "Workspace", scored: "Scored", at: "Instant", known_at: "Instant | None") -> list[object]:
    from rich.text import Text

    from ingest.face.words import STATUS, ago, bar, figure, in_percent, share, sparkline

    key_result, score = scored.key_result, scored.score
    percent = in_percent(key_result)
    colour = COLOUR[score.status]
    points = workspace.history(key_result.name, at, known_at, points=24) if score.value is not None else ()
    numbers = f"{figure(score.value, percent=percent)} → {figure(score.target, percent=percent)}"
    return [
        Text(STATUS[score.status], style=colour),
        Text(key_result.title),
        Text(
            numbers
            if score.target is not None
            else f"{figure(score.value, percent=percent)} ({key_result.target_text})"
        ),
        Text(bar(score.progress, score.expected), style=colour),
        Text(share(score.progress).rjust(5)),
        Text(sparkline([point.value for point in points], 16)),
        Text(ago(score.measured_at, at) if score.measured_at is not None else "", style="dim"),
    ]


def _print_failing(console: "Console", workspace: "Workspace") -> None:
    """Sources that did not answer last time, with what to do about each."""
    failing = [source for source in workspace.sources() if source.outcome not in (None, "ok")]
    if failing:
        console.print()
    for source in failing:
        line = f"source {source.id} is {source.outcome}: {source.message}"
        console.print(line + (f" → {source.cure}" if source.cure else ""), style="red", markup=False)
