"""Redirects to where nobody should go."""

from tests.servers.misbehaving.visit import Fault, Visit


def to(location: str, status: int = 302) -> Fault:
    """A redirect; `{port}` is the port of this server."""

    async def fault(visit: Visit) -> None:
        port = visit.host.rpartition(":")[2]
        await visit.answer(b"", status, location=location.replace("{port}", port))

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
    "other-host": to("https://files.example.net/caught"),
    "plain": to("http://files.example.net/caught"),
    "other-port": to("https://127.0.0.1:1/caught"),
    "loopback": to("http://127.0.0.2:{port}/caught"),
    "loopback-name": to("https://localhost:{port}/caught"),
    "loopback-6": to("https://[::1]:{port}/caught"),
    "link-local": to("https://169.254.1.1/caught"),
    "metadata": to("http://169.254.169.254/latest/meta-data/"),
    "private": to("https://10.0.0.1/caught"),
    "octal": to("https://0177.0.0.1:{port}/caught"),
    "number": to("https://2130706433:{port}/caught"),
    "mapped": to("https://[::ffff:127.0.0.1]:{port}/caught"),
    "file": to("file:///etc/passwd"),
    "script": to("javascript:alert(1)"),
    "post": to("https://files.example.net/caught", 307),
}
