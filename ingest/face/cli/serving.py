"""`okr serve`: scheduler, page, API and /metrics in one process."""

import typer

from ingest.face.cli.opening import opening


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(context: typer.Context) -> None:
    """Pull on schedule and show the page, the API and /metrics until told to stop.

    SIGHUP or a changed file reads the configuration again; SIGTERM ends within 10 s and loses nothing.
    """
    chosen = opening(context)
    code = chosen.serve(chosen.path, chosen.environ, chosen.allow)
    if code:
        raise typer.Exit(code)
