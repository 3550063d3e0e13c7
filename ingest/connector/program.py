"""A program of the user's own: run without a shell, bounded in time and output, and ended with its children."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from ingest.connector.outcome import Broken, Refused, SourceError, Unavailable
from ingest.connector.secret import revealed, secrets_of, without
from ingest.connector.shape import cleaned

_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SYSTEMROOT")
"""Of our own environment nothing else: the rest may be secrets of other sources."""
_TOLD = 4 * 2**10
"""Bytes of its complaints that are kept: the last."""
_PIECE = 64 * 2**10
_TO_ACT = {77, 78}
"""What sysexits calls `no permission` and `something is wrong with the configuration`."""
_CURE = "look at what the program says; run it by hand, as the user of the service and in the folder of okr.yaml"


@dataclass(frozen=True, slots=True)
class Program:
    """What is run. `command`: the program and its arguments, each as it is."""

    command: Sequence[str]
    home: Path
    """The folder that it runs in."""
    environment: Mapping[str, str | SecretStr] = field(default_factory=dict)
    """What it is given beside the few of ours that a program needs."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return cleaned(Path(self.command[0]).name, 60)

    def variables(self) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if name in _PASSED_ON or name.startswith("LC_")}
        return {**ours, **{name: revealed(value) for name, value in self.environment.items()}}

    def complaint(self, told: bytes) -> str:
        """The last line of it, without the secrets that the program was given."""
        secrets = secrets_of(self.environment)
        text = without(told.decode(errors="replace"), secrets)
        if len(told) >= _TOLD:  # it may begin with the rest of a secret
            text = text[max(map(len, secrets), default=0) :]
        return next((cleaned(line, 200) for line in reversed(text.splitlines()) if line.strip()), "")


async def output(program: Program, longest: float, largest: int) -> bytes:
    """What a program prints, when it has ended well. At most `longest` seconds and `largest` bytes.

    It has a session of its own, which is killed when it ends, is given up, or prints too much: its children end with
    it, unless they begin a session themselves. Its complaints are read too, and the last of them are told.

    Status 0 is good. 77 and 78 (sysexits: no permission, configuration) are `Refused`, as is a program that is not
    there; any other status, a signal and a time-out are `Unavailable`: it is run again.
    """
    async with AsyncExitStack() as stack:
        printing, told = Pipe(), Pipe()
        for pipe in (printing, told):
            stack.callback(pipe.close)
        process = await _started(program, printing, told)
        stack.push_async_callback(_reaped, process)
        try:
            async with asyncio.timeout(longest):
                printed, complaints = await _read(
                    process, _all(await printing.reader(), largest, program.name), _last(await told.reader())
                )
        except TimeoutError:
            raise Unavailable(f"{program.name} took longer than {longest:g} s and was stopped") from None
    if process.returncode:
        raise _failed(program, process.returncode, complaints)
    return printed


class Pipe:
    """What somebody writes, as a stream. Not one of asyncio's own for a process: waiting for that to end is waiting
    for all its children, too, which hold the other end."""

    def __init__(self) -> None:
        self._out, self.end = os.pipe()
        self._transport: asyncio.ReadTransport | None = None

    async def reader(self) -> asyncio.StreamReader:
        """From here on nobody here can write to it."""
        self._close_end()
        stream = asyncio.StreamReader(_PIECE)
        file = os.fdopen(self._out, "rb", buffering=0)
        self._out = -1
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), file)
        return stream

    def close(self) -> None:
        self._close_end()
        if self._transport is not None:
            self._transport.close()
        elif self._out >= 0:
            os.close(self._out)
            self._out = -1

    def _close_end(self) -> None:
        if self.end >= 0:
            os.close(self.end)
            self.end = -1


async def _started(program: Program, printing: Pipe, told: Pipe) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=printing.end,
            stderr=told.end,
            cwd=program.home,
            env=program.variables(),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "this cannot be a program"
        cure = "check `command`: its first part is a program, found in PATH or from the folder of okr.yaml on"
        raise Refused(f"{program.name} cannot be run: {reason}", cure) from None


async def _read(
    process: asyncio.subprocess.Process, printing: Awaitable[bytes], complaining: Awaitable[bytes]
) -> tuple[bytes, bytes]:
    """What it printed and what it complained of. When it has ended, its children may print no more."""
    printed, told = asyncio.ensure_future(printing), asyncio.ensure_future(complaining)
    ending = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait({printed, ending}, return_when=asyncio.FIRST_COMPLETED)
        if printed.done():
            printed.result()  # it printed too much
        await ending
        _end(process)
        return await printed, await told
    finally:
        for task in (printed, told, ending):
            task.cancel()
        await asyncio.gather(printed, told, ending, return_exceptions=True)


async def _all(stream: asyncio.StreamReader, largest: int, name: str) -> bytes:
    pieces, size = [], 0
    while piece := await stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise Broken(f"{name} printed more than {largest // 2**20} MiB")
    return b"".join(pieces)


async def _last(stream: asyncio.StreamReader) -> bytes:
    last = b""
    while piece := await stream.read(_PIECE):
        last = (last + piece)[-_TOLD:]
    return last


async def _reaped(process: asyncio.subprocess.Process) -> None:
    _end(process)
    await process.wait()


def _end(process: asyncio.subprocess.Process) -> None:
    """All that is left of its session, which bears its number until the last of it has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _failed(program: Program, status: int, told: bytes) -> SourceError:
    said = program.complaint(told)
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    message = f"{program.name} {how}{': ' if said else ''}{said}"
    return Refused(message, _CURE) if status in _TO_ACT else Unavailable(message)
