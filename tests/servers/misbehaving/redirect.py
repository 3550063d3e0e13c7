"""Redirects to where nobody should go."""

from tests.servers.misbehaving.visit import Fault, Visit

ELSEWHERE = "files.example.net"
"""Another host, which has done nothing wrong."""


def to(location: str, status: int = 302) -> Fault:
    """A redirect; `{path}` is the path that was asked for, with its query."""

    async def fault(visit: Visit) -> None:
        await visit.answer(b"", status, location=location.replace("{path}", visit.path))

    return fault


async def loop(visit: Visit) -> None:
    """To itself."""
    await visit.answer(b"", 302, location=f"http://{visit.host}/redirect-loop{visit.path}")


async def chain(visit: Visit) -> None:
    """From step to step, each another address of the same host."""
    await visit.answer(b"", 302, location=f"http://{visit.host}/redirect-chain/{visit.before + 1}")


async def nowhere(visit: Visit) -> None:
    """A redirect that does not say where to."""
    await visit.answer(b"", 302)


REDIRECTS: dict[str, Fault] = {
    "loop": loop,
    "chain": chain,
    "nowhere": nowhere,
    "no-address": to("http://["),
    "other-host": to(f"https://{ELSEWHERE}/caught"),
    "same-path": to(f"https://{ELSEWHERE}{{path}}"),
    "plain": to(f"http://{ELSEWHERE}/caught"),
    "other-port": to("https://127.0.0.1:1/caught"),
    "loopback": to("http://127.0.0.2/caught"),
    "loopback-tls": to("https://127.0.0.2/caught"),
    "loopback-name": to("https://localhost/caught"),
    "loopback-6": to("https://[::1]/caught"),
    "link-local": to("https://169.254.1.1/caught"),
    "metadata": to("http://169.254.169.254/latest/meta-data/"),
    "metadata-tls": to("https://169.254.169.254/latest/meta-data/"),
    "metadata-mapped": to("https://[::ffff:169.254.169.254]/latest/meta-data/"),
    "metadata-name": to("https://metadata.example.net/latest/meta-data/"),
    "private": to("https://10.0.0.1/caught"),
    "private-name": to("https://inside.example.net/caught"),
    "octal": to("https://0177.0.0.1/caught"),
    "number": to("https://2130706433/caught"),
    "mapped": to("https://[::ffff:127.0.0.1]/caught"),
    "file": to("file:///etc/passwd"),
    "script": to("javascript:alert(1)"),
    "post": to(f"https://{ELSEWHERE}/caught", 307),
}
