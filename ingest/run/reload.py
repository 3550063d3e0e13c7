"""Reading the configuration again while the service runs: all of it, or the last good one runs on."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from ingest.config.model import Config, ConfigError
from ingest.okr.instant import Instant
from ingest.run.watch import after_reading, footprint
from ingest.run.workspace import Workspace
from ingest.run.writer import Writer
from ingest.store.error import StoreError

logger = logging.getLogger("okr")


@dataclass(frozen=True, slots=True)
class Reload:
    """How the last reading of the configuration ended; `problems` are empty where it is in use."""

    at: Instant
    successful: bool
    problems: tuple[str, ...] = ()


class Reloading:
    """Use on one event loop. `use` is called with each configuration that takes the place of the one before."""

    def __init__(self, workspace: Workspace, writer: Writer, use: Callable[[Config], None]) -> None:
        self._workspace, self._writer, self._use = workspace, writer, use
        self.last = Reload(workspace.now(), True)
        self._seen = footprint(workspace.config)
        self._turn = asyncio.Lock()

    def is_due(self) -> bool:
        """Whether a file changed since the last reading. Looks at each of them: not for the event loop."""
        return footprint(self._workspace.config) != self._seen

    async def reload(self) -> Reload:
        """Its definitions are in the store before it is used."""
        workspace = self._workspace
        async with self._turn:
            old = workspace.config
            before = footprint(old)
            problems: tuple[str, ...] = ()
            try:
                config = await asyncio.to_thread(workspace.read_config)
                await self._writer.call(lambda: workspace.apply(config))
            except ConfigError as error:
                problems = tuple(map(str, error.problems))
            except (StoreError, OSError) as error:
                problems = (str(error),)
            else:
                self._use(config)
                if _place(config) != _place(old):
                    logger.warning("another database or server.listen is used from the next start on")
            for problem in problems:
                logger.error("the configuration cannot be used, the last good one runs on: %s", problem)
            self._seen = after_reading(before, footprint(workspace.config))
            self.last = Reload(workspace.now(), not problems, problems)
            return self.last


def _place(config: Config) -> tuple[str, str, int]:
    """What a running service cannot change: where it keeps things and where it listens."""
    return config.database, config.server.host, config.server.port
