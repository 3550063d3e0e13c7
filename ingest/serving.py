"""`okr serve` put together: the service, /metrics, the web, and the signals that end or reload it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import uvicorn

from ingest.config.model import Config, Server
from ingest.face.cli.opening import Usage
from ingest.face.metrics.exposition import Exposition
from ingest.face.notify.herald import Herald
from ingest.face.notify.receiver import refuse_unreadable
from ingest.face.web.app import create_app
from ingest.face.web.live import Live
from ingest.run.logs import Redacting, start_logging
from ingest.run.service import Service
from ingest.run.workspace import Workspace

LOG = logging.getLogger("okr")
GRACE = 2
"""Seconds that open requests get at the end; the running pulls get theirs after it, 10 s in all."""


async def serve_forever(path: Path, environ: Mapping[str, str], allow: frozenset[str]) -> int:
    """Run until SIGTERM or SIGINT. `ConfigError`, `StoreError` and `Usage` say why it cannot start."""
    workspace = Workspace.open(path, environ, allow=allow)
    config = workspace.config
    refuse_unreadable(config)
    redacting = Redacting(config.secrets)
    start_logging(redacting)
    listening = _listen(config.server)
    exposition = Exposition()
    service = Service(workspace, exposition)
    service.on_card(exposition.outdate)
    service.on_config(lambda changed: redacting.hide(changed.secrets))
    herald = Herald(service, exposition.notification_failed)
    await service.start()
    try:
        herald.start()
        app = create_app(service, exposition, version("okr-ingest"), herald)
        settings = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="off")
        settings.timeout_graceful_shutdown = GRACE
        web = _Web(settings)
        _obey_signals(web, service, app.state.live)
        _welcome(config)
        await web.serve(sockets=[listening])
    finally:
        await herald.stop()
        await service.stop()
    return 0


class _Web(uvicorn.Server):
    """Signals are ours to handle: uvicorn would raise them again when it ends, and so end with them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _obey_signals(web: uvicorn.Server, service: Service, live: Live) -> None:
    """SIGTERM and SIGINT end; SIGHUP reads the configuration again."""
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[object]] = set()

    def end() -> None:
        web.should_exit = True
        live.close()

    def reload() -> None:
        reloads.add(task := asyncio.create_task(service.reload()))
        task.add_done_callback(reloads.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _listen(server: Server) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=512)
    except OSError as error:
        raise Usage(
            f"cannot listen at {server.host}:{server.port}: {error.strerror}; set another server.listen"
        ) from None


def _welcome(config: Config) -> None:
    server = config.server
    host = "127.0.0.1" if server.host == "0.0.0.0" else f"[{server.host}]" if ":" in server.host else server.host  # noqa: S104  # compared, not bound
    url = server.public_url or f"http://{host}:{server.port}"
    LOG.info("open %s – the page; %s/metrics for Prometheus; %s/docs for the API", url, url, url)
