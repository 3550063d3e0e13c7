"""Node as the tests run their servers with it: it reaches this machine alone."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.servers.node import CONFINED, stayed

PROGRAM = """
import net from "node:net";
import https from "node:https";
const [near, far, ends] = [net.connect(PORT, "127.0.0.1"), net.connect(25, "mail.example.com"), {}];
const told = (name, text) => { ends[name] = text; if (Object.keys(ends).length == 4) end(); };
const end = () => { console.log(JSON.stringify(ends)); process.exit(); };
near.on("connect", () => told("near", "connected"));
far.on("error", error => told("far", error.message));
https.get("https://example.com/").on("error", error => told("https", error.message));
fetch("https://example.org/").catch(error => told("fetch", error.cause.message));
"""
REFUSED = "no packet leaves the machine"


def test_a_server_on_node_reaches_this_machine_alone_and_is_told_on_if_it_tries_another(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    said = tmp_path / "said"
    with socket.create_server(("127.0.0.1", 0)) as server, said.open("wb") as errors:
        code = PROGRAM.replace("PORT", str(server.getsockname()[1]))
        words = [node, *CONFINED, "--input-type=module", "-e", code]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=errors, timeout=60, check=True)
    told = json.loads(done.stdout)
    assert told == {"near": "connected", "far": REFUSED, "https": REFUSED, "fetch": REFUSED}
    with pytest.raises(AssertionError, match=r"outward: mail\.example\.com"):
        stayed(said)
