"""`okr record`, `forget`, `note`, `rebaseline`, `accept`, `reject`: what people do by hand."""

from typing import Annotated

import typer

from ingest.face.cli.opening import Refused, Usage, opening


def add_to(app: typer.Typer) -> None:
    app.command("record")(record)
    app.command("forget")(forget)
    app.command("note")(note)
    app.command("rebaseline")(rebaseline)
    app.command("accept")(accept)
    app.command("reject")(reject)


Signal = Annotated[str, typer.Argument(help="source.signal")]


def record(
    context: typer.Context,
    signal: Signal,
    value: Annotated[str, typer.Argument(help="A number; after `--` it may be negative.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When it was true; a day means its beginning.", metavar="T")
    ] = None,
    key: Annotated[str | None, typer.Option(help="An event's own name; an event needs one.")] = None,
    note: Annotated[str | None, typer.Option(help="Why, or where from.")] = None,
) -> None:
    """Record a measurement by hand: no pull, push or import replaces it."""
    from ingest.okr.when import instant_of
    from ingest.run.taking import Item, Refusal

    with opening(context).workspace() as workspace:
        try:
            moment = None if at is None else instant_of(at, workspace.config.zone, "begins")
        except ValueError as error:
            raise Usage(f"--at: {error}") from None
        try:
            taken = workspace.record(Item(signal, value, moment, key, note))
        except Refusal as refused:
            [(_, message)] = refused.problems
            raise Refused(f"{message}; nothing was recorded") from None
        typer.echo(f"{taken.result}: {signal} = {value} ({taken.key})")


def forget(
    context: typer.Context,
    signal: Signal,
    key: Annotated[str, typer.Argument(help="The event's key, or the time of a level: see `okr history SIGNAL`.")],
) -> None:
    """Undo a slip: the measurement counts no more; what it had replaced counts again."""
    with opening(context).workspace() as workspace:
        workspace.forget(signal, key)
        typer.echo(f"forgotten: {signal} {key}")


def note(
    context: typer.Context,
    key_result: Annotated[str, typer.Argument(help="objective.key_result")],
    text: Annotated[str, typer.Argument()],
) -> None:
    """Write a note in the log of a key result."""
    with opening(context).workspace() as workspace:
        workspace.note(key_result, text)
        typer.echo(f"noted: {key_result}")


def rebaseline(
    context: typer.Context,
    key_results: Annotated[list[str], typer.Argument(help="objective.key_result …")],
) -> None:
    """Find the baseline of key results anew, from the measurements as they are today."""
    from ingest.face.words import figure

    with opening(context).workspace() as workspace:
        for name, value in workspace.rebaseline(key_results):
            typer.echo(f"{name}: {'baseline is not known yet' if value is None else f'baseline is {figure(value)}'}")


Waiting = Annotated[str, typer.Argument(help="The event's key, or the time of a level: as `okr status` names it.")]


def accept(context: typer.Context, signal: Signal, key: Waiting) -> None:
    """Let an implausible reading that waits count, and those after it that are plausible then."""
    _decide(context, signal, key, accepted=True)


def reject(context: typer.Context, signal: Signal, key: Waiting) -> None:
    """Reject an implausible reading that waits: it never counts, and is not asked about again."""
    _decide(context, signal, key, accepted=False)


def _decide(context: typer.Context, signal: str, key: str, *, accepted: bool) -> None:
    from ingest.face.words import decided

    with opening(context).workspace() as workspace:
        note = f"okr {'accept' if accepted else 'reject'}"
        typer.echo(decided(workspace.decide(signal, key, accepted=accepted, note=note)))
