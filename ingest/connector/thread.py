"""Blocking functions beside the event loop."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from ingest.connector.outcome import Unavailable

T = TypeVar("T")


async def in_thread(ended: Callable[[], None], function: Callable[..., T], *args: Any) -> T:
    """What `function` returns or raises. Given up, by a deadline or a cancellation, it runs on, and nobody waits;
    `ended` is called on the loop when it really ends.

    Each call has a daemon thread of its own: a library that hangs must neither use up the threads of others nor keep
    the process from ending, as those of the loop's executor would.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def tell(set_it: Callable[[Any], None], what: Any) -> None:
        ended()
        if not done.done():
            set_it(what)

    def run() -> None:
        try:
            result = context.run(function, *args)
        except StopIteration as error:  # which no future can carry
            _hand_over(loop, tell, done.set_exception, RuntimeError(f"{type(error).__name__} from a thread"))
        except BaseException as error:
            _hand_over(loop, tell, done.set_exception, error)
        else:
            _hand_over(loop, tell, done.set_result, result)

    try:
        threading.Thread(target=run, daemon=True, name=f"ask {getattr(function, '__name__', 'function')}").start()
    except RuntimeError as error:
        ended()
        raise Unavailable("this machine has no room for more threads") from error
    return await done


def _hand_over(loop: asyncio.AbstractEventLoop, *call: Any) -> None:
    """To the loop, if it still runs: the process may be ending."""
    try:
        loop.call_soon_threadsafe(*call)
    except RuntimeError:
        if not loop.is_closed():
            raise
