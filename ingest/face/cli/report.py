"""`okr report`: the review of a week or a period."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ingest.face.cli.opening import Usage, opening, read_at
from ingest.face.cli.status import At, KnownAt

if TYPE_CHECKING:
    from ingest.okr.instant import Instant
    from ingest.run.review import Review, Window
    from ingest.run.workspace import Workspace


class Form(StrEnum):
    MD = "md"
    HTML = "html"


def add_to(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    context: typer.Context,
    week: Annotated[bool, typer.Option("--week", help="The last whole week, Monday to Sunday: the default.")] = False,
    period: Annotated[str | None, typer.Option(help="A period so far, as 2026-Q3.", metavar="P")] = None,
    form: Annotated[Form, typer.Option("--format", help="Markdown, or one HTML file with charts.")] = Form.MD,
    at: At = None,
    known_at: KnownAt = None,
) -> None:
    """Write the review of the last whole week, or of a period: what moved, what to celebrate, learn and look at."""
    from ingest.face.report.writing import markdown
    from ingest.run.review import review

    if week and period is not None:
        raise Usage("--week and --period exclude each other")
    with opening(context).workspace() as workspace:
        zone = workspace.config.zone
        now = read_at(at, zone) or workspace.now()
        found = review(workspace, _window(period, now, zone), read_at(known_at, zone))
        text = _html(workspace, found) if form is Form.HTML else markdown(found, zone, workspace.now())
        typer.echo(text, nl=False)


def _html(workspace: "Workspace", review: "Review") -> str:
    from ingest.face.report.writing import html
    from ingest.face.web.scene import scene_of

    names = [one.after.key_result.name for one in review.courses]
    scenes = {name: scene_of(workspace, name, review.window.end, review.known_at) for name in names}
    return html(review, workspace.config.zone, workspace.now(), scenes)


def _window(period: str | None, now: "Instant", zone: ZoneInfo) -> "Window":
    from ingest.okr.period import parse_period
    from ingest.run.review import last_week, so_far

    if period is None:
        return last_week(now, zone)
    try:
        return so_far(parse_period(period, zone), now)
    except ValueError as error:
        raise Usage(str(error)) from None
