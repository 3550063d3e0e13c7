"""`okr status`: every key result, with bars and sparklines, what is stale and why."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import opening, read_at, terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ingest.okr.instant import Instant
    from ingest.run.card import Card, Scored, ScoredObjective, Trail
    from ingest.run.health import SourceHealth
    from ingest.run.workspace import Workspace

At = Annotated[str | None, typer.Option("--at", help="As of this day (its end) or time.", metavar="T")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="With what was recorded by this day (its end) or time.", metavar="T")
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as the API gives it.")]

NUMBERS, BAR, SHARE, LINE, AGE = 17, 20, 5, 12, 10
BESIDE = 9 + NUMBERS + BAR + SHARE + LINE + AGE + 7 * 2
"""Columns of a line that the title leaves to the rest; below 107 of them titles are folded."""
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
        card = workspace.card(then, known, ahead=as_json)
        if as_json:
            _print_json(card)
            return
        console = terminal()
        _print_card(console, workspace, card)


def _print_json(card: "Card") -> None:
    from ingest.face.shape import objective_shape

    shapes = [objective_shape(one) for one in card.objectives]
    typer.echo(json.dumps(shapes, indent=1, ensure_ascii=False, allow_nan=False))


def _print_card(console: "Console", workspace: "Workspace", card: "Card") -> None:
    if workspace.config.mission:
        console.print(workspace.config.mission, style="italic", markup=False)
    if not card.objectives:
        console.print("No objectives yet: write some under `objectives:`; `okr init --demo demo` shows how.")
    trails = workspace.trails(card)
    longest = max((len(one.key_result.title) for one in card.key_results()), default=0)
    for objective in card.objectives:
        console.print()
        _print_heading(console, objective, card.at)
        console.print(_table(objective, trails, card.at, _title_width(longest, console.width)))
        for scored in objective.key_results:
            for line in (scored.score.reason, *scored.notices):
                if line:
                    console.print(f"    {scored.key_result.name}: {line}", style="dim", markup=False, soft_wrap=True)
    _print_sources(console, workspace)


def _print_heading(console: "Console", one: "ScoredObjective", at: "Instant") -> None:
    from ingest.face.words import STATUS, days_left, share

    objective = one.objective
    facts = [objective.period.text, days_left(objective.period.end, at), STATUS[one.score.status]]
    if one.score.progress is not None:
        facts.insert(2, share(one.score.progress))
    console.print(objective.title, style="bold", markup=False, end="  ")
    console.print(" · ".join(facts), style="dim", markup=False)


def _table(objective: "ScoredObjective", trails: "Mapping[str, Trail]", at: "Instant", title_width: int) -> "Table":
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
    table.add_column(width=9, no_wrap=True)
    table.add_column(width=title_width, overflow="fold")
    table.add_column(width=NUMBERS, justify="right", overflow="fold")
    for width in (BAR, SHARE, LINE, AGE):
        table.add_column(width=width, no_wrap=True)
    for scored in objective.key_results:
        table.add_row(*_row(scored, trails[scored.key_result.name], at))
    return table


def _title_width(longest: int, width: int) -> int:
    return max(20, min(longest, width - BESIDE))


def _row(scored: "Scored", trail: "Trail", at: "Instant") -> list["Text"]:
    from rich.text import Text

    from ingest.face.cli.ticks import bar, sparkline
    from ingest.face.words import STATUS, ago, figure, in_percent, share

    key_result, score = scored.key_result, scored.score
    percent, colour = in_percent(key_result), COLOUR[score.status]
    target = f"→ {figure(score.target, percent=percent)}" if score.target is not None else f"({key_result.target_text})"
    return [
        Text(STATUS[score.status], style=colour),
        Text(key_result.title),
        Text(f"{figure(score.value, percent=percent)} {target}"),
        Text(bar(score.progress, score.expected, BAR), style=colour),
        Text(share(score.progress).rjust(SHARE)),
        Text(sparkline(trail.values, LINE) if score.value is not None else ""),
        Text(ago(score.measured_at, at) if score.measured_at is not None else "", style="dim"),
    ]


def _print_sources(console: "Console", workspace: "Workspace") -> None:
    """Sources that did not answer last time, and those whose credential ends soon or is not renewed: what to do."""
    lines = [line for source in workspace.sources() for line in _source_lines(source, workspace)]
    if lines:
        console.print()
    for line, style in lines:
        console.print(line, style=style, markup=False, soft_wrap=True)


def _source_lines(source: "SourceHealth", workspace: "Workspace") -> Iterable[tuple[str, str]]:
    from ingest.face.words import ending_credential, to_do, with_cure

    if source.is_failing:
        yield with_cure(f"source {source.id} is {source.outcome}: {source.message}", to_do(source)), "red"
    elif source.cure:
        yield with_cure(f"source {source.id}: {source.message}", source.cure), "yellow"
    ending = ending_credential(source.credential_expires_at, workspace.now(), workspace.config.zone)
    if ending is not None:
        yield with_cure(f"source {source.id}: {ending}", source.renewal), "yellow"
