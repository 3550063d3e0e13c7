"""Servers that run on Node, of which no packet leaves the machine."""

from pathlib import Path

LOOPBACK = Path(__file__).with_name("loopback.mjs")
CONFINED = ("--import", LOOPBACK.as_uri())
"""Words for Node: whoever tries is refused, and is told by `stayed`."""


def stayed(said: Path) -> None:
    """Fails where a server, whose stderr is in that file, tried to reach another machine."""
    tried = [line for line in said.read_text(errors="replace").splitlines() if "outward: " in line]
    assert not tried, tried[:20]
