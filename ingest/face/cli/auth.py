"""`okr auth`: let the user of an account grant access to it."""

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.face.cli.opening import Refused, Usage, opening, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from ingest.config.model import Config
    from ingest.connector.oauth.account import OAuthAccount
    from ingest.connector.oauth.token import Token
    from ingest.run.consent.grant import Way
    from ingest.run.consent.prompt import Prompt


def add_to(app: typer.Typer) -> None:
    app.command("auth")(auth)


def auth(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A source that uses OAuth 2.")],
    device: Annotated[bool, typer.Option("--device", help="Consent on another device, with a code.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, open no browser.")] = False,
) -> None:
    """Grant access to the account of a source by OAuth 2. The token is kept in a file, and renewed from then on."""
    import asyncio

    from ingest.connector.outcome import SourceError
    from ingest.face.words import with_cure
    from ingest.run.consent.grant import grant

    chosen = opening(context)
    config = chosen.load()
    account = _account(config, source)
    way = _way(account, device)
    opens = not no_browser and _has_browser(chosen.environ)
    console = terminal()
    with console.status("waiting for consent …") if console.is_terminal else nullcontext():
        try:
            token = asyncio.run(grant(account, way, lambda prompt: _show(prompt, console, opens)))
        except SourceError as error:
            ending = error.ending()
            raise Refused(with_cure(ending.message, ending.cure)) from None
    for line in _told(token, account, config):
        typer.echo(line)


def _account(config: "Config", name: str) -> "OAuthAccount":
    from ingest.connector.oauth.account import OAuthAccount
    from ingest.run.name import UnknownName, meant

    source = config.sources.get(name)
    if source is None:
        raise UnknownName(f"there is no source {name!r}{meant(name, config.sources)}")
    if source.problem is not None:
        raise Refused(f"{name} cannot be used: {source.problem}")
    if not isinstance(source.account, OAuthAccount):
        others = ", ".join(one.id for one in config.sources.values() if isinstance(one.account, OAuthAccount))
        raise Usage(f"{name} uses no OAuth 2; " + (f"these do: {others}" if others else "no source here does"))
    return source.account


def _way(account: "OAuthAccount", device: bool) -> "Way":
    from ingest.run.consent.grant import ways

    found = ways(account)
    if device and "device" not in found:
        raise Usage(f"{account.source} has no `device_url`; leave out --device, or write one if the vendor has it")
    return "device" if device else found[0]


def _has_browser(environ: "Mapping[str, str]") -> bool:
    """Whether somebody sits at this terminal who sees a window that opens."""
    return sys.stdout.isatty() and (
        sys.platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    )


def _show(prompt: "Prompt", console: "Console", opens: bool) -> None:
    def say(line: str) -> None:
        console.print(line, markup=False, soft_wrap=True)  # an address in two lines could not be copied

    if prompt.code is None:
        say("Open this address and consent:")
    elif prompt.filled_in:
        say(f"Open this address on any device, compare the code {prompt.code} and consent:")
    else:
        say(f"Open this address on any device, type the code {prompt.code} and consent:")
    say(f"  {prompt.url}")
    if prompt.port is not None and not opens:
        say(f"Is the browser on another machine? There: ssh -N -L {prompt.port}:127.0.0.1:{prompt.port} THIS_MACHINE")
    say(f"This waits for {prompt.seconds / 60:g} minutes.")
    if opens:
        import webbrowser

        webbrowser.open(prompt.url)


def _told(token: "Token", account: "OAuthAccount", config: "Config") -> "Iterator[str]":
    from ingest.face.words import local

    yield f"granted: {token.scope or 'what the vendor gives without being asked'}"
    if token.refresh is None:
        ends = "nobody knows when" if token.ends_at is None else local(token.ends_at, config.zone)
        yield f"it ends: {ends}; there is no refresh token (often it takes `offline_access` in `scope`)"
    elif token.ends_at is not None:
        yield f"it is renewed by itself until {local(token.ends_at, config.zone)}"
    else:
        yield "it is renewed by itself"
    yield f"kept in {account.shown}"
    yield f"next: okr pull {account.source}"
