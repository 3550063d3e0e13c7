"""The command `okr`: its global options, and the one place where errors become words and exit codes.

Exit codes: 0; 1 something asked for failed; 2 usage or configuration.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import click
import typer

from ingest.face.cli import begin, exchange, hand, look, pulls, serving, status
from ingest.face.cli.opening import Opening, Serve, Usage

app = typer.Typer(
    name="okr",
    help="Key results connected to live data.",
    rich_markup_mode=None,  # plain help: rich would double the time it takes
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


for commands in (begin, status, look, pulls, hand, exchange, serving):
    commands.add_to(app)


def run(arguments: list[str], environ: Mapping[str, str], serve: Serve) -> int:
    """Run one command; the exit code. `serve` is what `okr serve` starts: the composition root passes it in."""
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="okr", standalone_mode=False, obj=Opening(environ, serve))
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        return _say("stopped", 130)
    except click.ClickException as error:
        error.show()
        return 2
    except Usage as error:
        return _say(str(error), 2)
    except BrokenPipeError:
        # Whoever read us has seen enough (`okr history … | head`); nothing more can be printed.
        sys.stdout = None  # type: ignore[assignment]
        return 1
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """The words and the exit code of an error that a command did not expect to handle itself."""
    from ingest.config.model import ConfigError
    from ingest.face.cli.opening import EXPECTED

    if isinstance(error, ConfigError):
        count = len(error.problems)
        return _say(f"{error}\n{count} problem{'s' if count > 1 else ''}; nothing was started or written", 2)
    if type(error).__name__ in EXPECTED:
        return _say(str(error), 1)
    raise error


def _say(message: str, code: int) -> int:
    typer.echo(message if message.startswith(("okr", "/")) else f"okr: {message}", err=True)
    return code
