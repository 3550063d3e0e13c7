"""`okr history`, `okr why`, `okr connectors`: what there is, and what a number is made of."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.face.cli.opening import Usage, opening, read_at, terminal
from ingest.face.cli.status import AsJson, At, KnownAt

if TYPE_CHECKING:
    from ingest.okr.instant import Instant
    from ingest.run.card import LogEntry, Part, Why
    from ingest.run.workspace import Workspace


LOGGED = 10
"""Entries of a log that `okr why` shows."""


def add_to(app: typer.Typer) -> None:
    app.command("history")(history)
    app.command("why")(why)
    app.command("connectors")(connectors)


def history(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A key result or a signal.")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, with a header.")] = False,
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Show the measurements of a signal, or value and progress of a key result over time."""
    if as_json and as_csv:
        raise Usage("--json and --csv exclude each other")
    with opening(context).workspace() as workspace:
        zone = workspace.config.zone
        rows = _rows(workspace, name, read_at(at, zone), read_at(known_at, zone))
        if as_json:
            typer.echo(json.dumps(list(rows), indent=1, ensure_ascii=False, allow_nan=False))
        elif as_csv:
            _print_csv(rows)
        else:
            _print_rows(rows, workspace)


def _rows(
    workspace: "Workspace", name: str, at: "Instant | None", known_at: "Instant | None"
) -> Sequence[Mapping[str, Any]]:
    from ingest.face.shape import point_shape
    from ingest.face.source_shape import measurement_shape

    what, full = workspace.resolve(name, known_at)
    if what == "key_result":
        return [point_shape(point) for point in workspace.history(full, at, known_at, points=1000)]
    return [measurement_shape(one) for one in workspace.measurements(full, at=at, known_at=known_at)]


def _print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _print_rows(rows: Sequence[Mapping[str, Any]], workspace: "Workspace") -> None:
    from rich.table import Table

    if not rows:
        typer.echo("nothing measured yet")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in rows[0]:
        table.add_column(column.replace("_", " "), justify="right" if column in ("value", "progress") else "left")
    for row in rows:
        table.add_row(*(_cell(column, value, workspace) for column, value in row.items()))
    terminal().print(table, markup=False)


def _cell(column: str, value: Any, workspace: "Workspace") -> str:
    from ingest.face.words import local
    from ingest.okr.instant import from_rfc3339

    if value is None:
        return "–"
    if column in ("at", "observed_at", "recorded_at"):
        return local(from_rfc3339(value), workspace.config.zone)
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def why(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A key result.")],
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Show what a key result's number is made of, with coverage, its tactics and the newest of its log."""
    with opening(context).workspace() as workspace:
        zone = workspace.config.zone
        then, known = read_at(at, zone), read_at(known_at, zone)
        what, full = workspace.resolve(name, known)
        if what != "key_result":
            raise Usage(f"{name} is a signal; `okr history {name}` shows its measurements")
        found = workspace.why(full, then, known)
        for line in (*_explained(found, workspace), *_tried(found, workspace, then, known)):
            typer.echo(line)
        for line in _logged(workspace.log(full, then, known, limit=LOGGED + 1), workspace):
            typer.echo(line)


def _explained(why: "Why", workspace: "Workspace") -> Iterable[str]:
    from ingest.face.words import STATUS, figure, in_percent, local, outlook, share

    key_result, score = why.scored.key_result, why.scored.score
    zone, percent = workspace.config.zone, in_percent(why.scored.key_result)
    yield f"{key_result.name}: {key_result.title}"
    yield f"  at        {local(why.at, zone)} ({zone.key}), period {key_result.period.text}"
    yield f"  value     {figure(score.value, percent=percent)} = {key_result.value_text}"
    for part in why.parts:
        yield from _part(part, workspace)
    origin = f"  ({why.baseline.origin})" if why.baseline else ""
    yield f"  baseline  {figure(score.baseline, percent=percent)}{origin}"
    yield f"  target    {figure(score.target, percent=percent)}  ({key_result.target_text})"
    pace = "–" if score.pace is None else f"{score.pace:.2f}"
    yield f"  progress  {share(score.progress)}, should be {share(score.expected)}: pace {pace}"
    yield f"  forecast  {outlook(why.scored.outlook, percent=percent)}"
    yield f"  status    {STATUS[score.status]}" + (", final" if score.final else "")
    for line in (score.reason, *why.scored.notices):
        if line:
            yield f"  note      {line}"


def _logged(log: "Sequence[LogEntry]", workspace: "Workspace") -> Iterable[str]:
    from ingest.face.words import local

    for entry in log[:LOGGED]:
        first, *more = entry.text.splitlines() or [""]
        yield f"  log       {local(entry.at, workspace.config.zone)}  {entry.kind}: {first}"
        yield from (f"            {line}" for line in more)
    if len(log) > LOGGED:
        yield "            older entries: GET /api/v1/key-results/NAME/log"


def _tried(why: "Why", workspace: "Workspace", at: "Instant | None", known_at: "Instant | None") -> Iterable[str]:
    from ingest.face.tactic import lines

    key_result = why.scored.key_result
    for effect in workspace.tactics(key_result.name, at, known_at):
        for number, line in enumerate(lines(effect, key_result)):
            yield f"  {'tactic' if number == 0 else '':<8}  {line}"


def _part(part: "Part", workspace: "Workspace") -> Iterable[str]:
    from ingest.face.words import figure, local, measured

    zone = workspace.config.zone
    unit = f" {part.unit}" if part.unit else ""
    if part.kind.is_flow:
        window = f"{local(part.start, zone)} to {local(part.end, zone)}, {measured(part.measurements)}"
    else:
        window = f"measured {local(part.measured_at, zone)}"
    yield f"    {part.signal}  {figure(part.value)}{unit}  {part.kind}, {window}"
    yield f"      covered {covered(part.covered_from, part.covered_until, workspace)}" + (
        ", stale" if part.stale else ""
    )
    for start, end in part.holes:
        yield f"      a hole: nothing was asked for from {local(start, zone)} to {local(end, zone)}"


def covered(start: "Instant | None", end: "Instant | None", workspace: "Workspace") -> str:
    """A coverage in words."""
    from ingest.face.words import local
    from ingest.okr.instant import BEGINNING, FOREVER

    zone = workspace.config.zone
    if start is None or end is None:
        return "never: its source has not answered yet"
    begin = "all history" if start <= BEGINNING else f"from {local(start, zone)}"
    return f"{begin} until {'now (kept by hand)' if end >= FOREVER else local(end, zone)}"


def connectors(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Show its page: settings, signals, an example.")] = None,
) -> None:
    """List the connectors, or show one with its settings and signals."""
    from pathlib import Path

    from ingest.connector.find import BrokenConnector, find, names
    from ingest.connector.page import page_of

    if name is not None:
        typer.echo(page_of(name, find(name, Path.cwd())).text())
        return
    for one in names():
        try:
            told = page_of(one, find(one, Path.cwd())).summary
        except BrokenConnector as error:  # somebody's package; the others are listed all the same
            told = f"cannot be used: {error.reason}"
        typer.echo(f"{one:<18} {told}")
