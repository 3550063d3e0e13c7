"""Blocking functions beside the event loop."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ingest.connector.outcome import Unavailable

T = TypeVar("T")


async def in_thread(ended: Callable[[], None], function: Callable[..., T], *args: Any) -> T:
    """What `function` returns or raises. Given up, by a deadline or a cancellation, it runs on, and nobody waits;
    `ended` is called on the loop when it really ends.

    Each call has a daemon thread of its own: a library that hangs must neither use up the threads of others nor keep
    the process from ending, as those of the loop's executor would.
    """
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    call = partial(contextvars.copy_context().run, function, *args)
    name = f"ask {getattr(function, '__name__', 'function')}"
    try:
        threading.Thread(target=_run, args=(call, done, ended), daemon=True, name=name).start()
    except RuntimeError as error:
        ended()
        raise Unavailable("this machine has no room for more threads") from error
    try:
        return await done
    finally:
        # An error has this frame in its traceback, and the future has the error: what all its frames hold, such as a
        # large answer, would stay until somebody collects cycles.
        del done, call, args


def _run(call: Callable[[], T], done: "asyncio.Future[T]", ended: Callable[[], None]) -> None:
    try:
        result = call()
    except StopIteration as error:  # which no future can carry
        _hand_over(done, ended, done.set_exception, RuntimeError(f"{type(error).__name__} from a thread"))
    except BaseException as error:
        _hand_over(done, ended, done.set_exception, error)
    else:
        _hand_over(done, ended, done.set_result, result)
    finally:
        del done, call  # this frame too


def _tell(done: "asyncio.Future[T]", ended: Callable[[], None], set_it: Callable[[Any], None], what: Any) -> None:
    ended()
    if not done.done():
        set_it(what)


def _hand_over(done: "asyncio.Future[T]", *told: Any) -> None:
    """To the loop, if it still runs: the process may be ending."""
    loop = done.get_loop()
    try:
        loop.call_soon_threadsafe(_tell, done, *told)
    except RuntimeError:
        if not loop.is_closed():
            raise
