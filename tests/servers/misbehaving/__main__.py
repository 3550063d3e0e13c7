"""`python -m tests.servers.misbehaving FOLDER [--traps]`: the server as a process.

Reads the right answers from `good.json` in the folder (`[[path, content type, body], …]`), writes the authority that
its certificates come from to `authority.pem`, prints its ports by name as one line of JSON, and runs until it is
terminated. The port `http` has the faults of `faults.py`, `tls…` those of `secure.py`. With `--traps`, which needs a
network of its own, who comes where nobody should come is written to `visits.jsonl`.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import trustme

from tests.servers.misbehaving.redirect import ELSEWHERE
from tests.servers.misbehaving.secure import UNREAD, certified, contexts
from tests.servers.misbehaving.server import HOST, Server, serving
from tests.servers.misbehaving.trap import trapping
from tests.servers.misbehaving.visit import Good


async def run(folder: Path, *, traps: bool) -> None:
    good = {path: Good(body.encode(), kind) for path, kind, body in json.loads((folder / "good.json").read_text())}
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    server = Server(good)
    async with AsyncExitStack() as stack:
        ports = {"http": await stack.enter_async_context(serving(server))}
        for name, context in contexts(authority, HOST).items():
            ports[name] = await stack.enter_async_context(serving(server, context))
        for name, fault in UNREAD.items():
            ports[name] = await stack.enter_async_context(serving(fault, reads=False))
        if traps:
            (folder / "visits.jsonl").touch()
            await stack.enter_async_context(trapping(folder / "visits.jsonl", certified(authority, ELSEWHERE)))
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), traps="--traps" in sys.argv))
