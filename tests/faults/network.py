"""An empty network of one's own, in which the places are real that no source may lead to: loopback has them.

`python -m tests.faults.round` runs in it, started by `unshare --map-root-user --net --mount`. Nothing leaves it.
"""

import fcntl
import socket
import struct
import subprocess
from pathlib import Path

GET_FLAGS, SET_FLAGS, SET_ADDRESS = 0x8913, 0x8914, 0x8916
IS_UP = 0x1

PUBLIC = "93.184.216.34"
"""An address of the public network, as far as anybody here can tell."""
METADATA, LINK_LOCAL, PRIVATE = "169.254.169.254", "169.254.1.1", "10.0.0.1"
NAMES = {
    "localhost": "127.0.0.1",
    "files.example.net": PUBLIC,
    "inside.example.net": PRIVATE,
    "metadata.example.net": METADATA,
}
"""What names resolve to here."""
FORBIDDEN = ("127.0.0.1", "127.0.0.2", "::1", METADATA, LINK_LOCAL, PRIVATE)


def settle(folder: Path) -> None:
    """Give this network its addresses and names. In a new one even loopback is down; any other is left alone."""
    with socket.socket() as any_socket:
        got = fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sH14s", b"lo", 0, b""))
        if struct.unpack("16sH14s", got)[1] & IS_UP:
            raise RuntimeError("this is no empty network: start it by unshare --map-root-user --net --mount")
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14s", b"lo", 0x41, b""))
        for number, address in enumerate((PUBLIC, METADATA, LINK_LOCAL, PRIVATE)):
            packed = socket.inet_aton(address)
            asked = struct.pack("16sHH4s8s", b"lo:%d" % number, socket.AF_INET, 0, packed, b"")
            fcntl.ioctl(any_socket, SET_ADDRESS, asked)
    hosts = folder / "hosts"
    hosts.write_text("".join(f"{address} {name}\n" for name, address in NAMES.items()))
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
