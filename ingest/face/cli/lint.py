"""`okr lint`: what could be better about the objectives and key results."""

import json
from typing import TYPE_CHECKING

import typer

from ingest.face.cli.opening import opening, terminal
from ingest.face.cli.status import AsJson

if TYPE_CHECKING:
    from ingest.run.lint import Placed


def add_to(app: typer.Typer) -> None:
    app.command("lint")(lint)


def lint(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what could be better about the objectives and key results, why, and how. Exit code 1 with a warning."""
    with opening(context).workspace() as workspace:
        placed = workspace.lint()
    if as_json:
        typer.echo(json.dumps([_shape(one) for one in placed], indent=1, ensure_ascii=False))
    else:
        _print(placed)
    if any(one.finding.severity == "warning" for one in placed):
        raise typer.Exit(1)


def _shape(placed: "Placed") -> dict[str, str | None]:
    found = placed.finding
    return {
        "place": placed.place,
        "name": found.about or None,
        "rule": found.rule.id,
        "severity": found.severity,
        "what": found.what,
        "why": found.rule.why,
        "how": found.rule.how,
    }


def _print(placed: "tuple[Placed, ...]") -> None:
    from rich.text import Text

    from ingest.face.words import counted

    console = terminal()
    for place, found in placed:
        style = "yellow" if found.severity == "warning" else ""
        name = f"{found.about}: " if found.about else ""
        line = Text.assemble(f"{place}: ", (f"{found.severity} {found.rule.id}", style), f": {name}{found.what}")
        for text in (line, Text(f"    why  {found.rule.why}"), Text(f"    how  {found.rule.how}")):
            console.print(text, soft_wrap=True)
    warnings = sum(one.finding.severity == "warning" for one in placed)
    notes = len(placed) - warnings
    counts = ((warnings, "warning"), (notes, "note"))
    told = ", ".join(counted(count, word) for count, word in counts if count)
    typer.echo(told or "nothing to say: these are good key results")
