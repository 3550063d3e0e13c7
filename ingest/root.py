"""The composition root: builds everything and passes it on. `okr` starts here."""

import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ingest.face.cli.app import run

COLLECTED = (250_000, 20, 20)
"""When garbage is looked for. What is imported stays: looking through it takes a tenth of a command."""


def main() -> None:
    """The command `okr`."""
    gc.set_threshold(*COLLECTED)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads every installed package
    sys.exit(run(sys.argv[1:], os.environ, serve))


def serve(path: Path, environ: Mapping[str, str], allow: frozenset[str]) -> int:
    """Build the service and its faces and run them until SIGTERM or SIGINT; the exit code."""
    import asyncio

    from ingest.serving import serve_forever

    return asyncio.run(serve_forever(path, environ, allow))
