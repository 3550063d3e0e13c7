"""The command `okr`: its global options, and the one place where errors become words and exit codes.

Exit codes: 0; 1 something asked for failed; 2 usage or configuration.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from ingest.face.cli import auth, begin, exchange, hand, lint, look, pulls, report, serving, status
from ingest.face.cli.opening import Opening, Serve, Usage

app = typer.Typer(
    name="okr",
    help="Key results connected to live data.",
    rich_markup_mode=None,  # plain help: rich would double the time it takes
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_MOST = 1_000
"""Problems that are printed: who made them all made one mistake."""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"okr-ingest {version('okr-ingest')}")
        raise typer.Exit


@app.callback(no_args_is_help=True, invoke_without_command=False)
def okr(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="okr.yaml or a folder; default $OKR_CONFIG, okr.yaml, config/okr.yaml."),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(help="Allow what is dangerous, as `command`; or $OKR_ALLOW.", metavar="WHAT")
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it.")] = False,
) -> None:
    opening: Opening = context.obj
    opening.config = config
    opening.allowed = frozenset(allow or ())


for commands in (begin, lint, auth, status, look, report, pulls, hand, exchange, serving):
    commands.add_to(app)


def run(arguments: list[str], environ: Mapping[str, str], serve: Serve) -> int:
    """Run one command; the exit code. `serve` is what `okr serve` starts: the composition root passes it in."""
    try:
        app(arguments, prog_name="okr", obj=Opening(environ, serve))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except Usage as error:
        return _say(str(error), 2)
    except BrokenPipeError:
        # Whoever read us has seen enough (`okr history … | head`); nothing more can be printed, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _failed(error)
    return 0


def _failed(error: Exception) -> int:
    """The words and the exit code of an error that a command did not expect to handle itself."""
    from ingest.config.model import ConfigError
    from ingest.face.cli.opening import EXPECTED
    from ingest.face.words import counted

    if isinstance(error, ConfigError):
        count = len(error.problems)
        told = "\n".join([*map(str, error.problems[:_MOST]), *(["…"] if count > _MOST else [])])
        typer.echo(f"{told}\n{counted(count, 'problem')}; nothing was started or written", err=True)
        return 2
    if any(kind.__name__ in EXPECTED for kind in type(error).__mro__):
        return _say(str(error), 1)
    raise error


def _say(message: str, code: int) -> int:
    typer.echo(f"okr: {message}", err=True)
    return code
