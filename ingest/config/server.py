"""Where the service listens, who may read and write, and who is told."""

import ipaddress
import re
from urllib.parse import urlsplit

from ingest.config.draft import draft_of, items_of, section_of, under
from ingest.config.keys import NotifyKeys, ServerKeys
from ingest.config.model import Notify, Server
from ingest.config.node import Node, Scalar, Section
from ingest.config.scope import Scope

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>\d{1,5})", re.ASCII)
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)


def read_server(section: Section | None, key: Scalar | None, scope: Scope) -> Server:
    """The `server` section; what is wrong is reported and has its default."""
    default = Server()
    if section is None or key is None:
        return default
    draft = draft_of(ServerKeys, section, key.place, "server", scope.report)
    host, port = default.host, default.port
    if "listen" in draft.model_fields_set:
        try:
            host, port = listen_of(draft.listen)
        except ValueError as error:
            scope.report.refuse(section.values["listen"], "server.listen", str(error))
        else:
            lost = "token" in section and "token" not in draft.model_fields_set
            if not is_loopback(host) and not draft.token and not lost:
                told = 'is reached from other machines, which needs a token: `token: "${OKR_TOKEN}"`'
                scope.report.refuse(section.values["listen"], "server.listen", told)
    public_url = draft.public_url.rstrip("/") if draft.public_url is not None else None
    if public_url is not None and not _is_site(public_url):
        told = "must be the address of the page: https://okr.example.com"
        scope.report.refuse(section.values["public_url"], "server.public_url", told)
    scope.filling.hide(draft.token)
    return Server(host, port, draft.token, public_url, draft.public)


def listen_of(text: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8321`, `localhost:8321`, `[::1]:8321`. `ValueError` says what to write."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise ValueError("must be address:port: 127.0.0.1:8321, [::1]:8321, or 0.0.0.0:8321 for all that can reach it")
    if int(found["port"]) > 65535:
        raise ValueError("a port is 1 to 65535")
    if found["six"]:
        try:
            return str(ipaddress.IPv6Address(found["six"])), int(found["port"])
        except ValueError:
            raise ValueError("what is in [ ] must be an IPv6 address: [::1]:8321") from None
    if not _HOST.fullmatch(found["host"]):
        raise ValueError("must begin with an address or a host name: 127.0.0.1:8321")
    return found["host"], int(found["port"])


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        return False


def read_notify(node: Node | None, scope: Scope) -> tuple[Notify, ...]:
    """The `notify` list."""
    found: list[Notify] = []
    for number, item in enumerate(items_of(node, "notify", scope.report)):
        path = f"notify[{number}]"
        section = section_of(item, path, scope.report)
        if section is None:
            continue
        draft = draft_of(NotifyKeys, section, section.place, path, scope.report)
        if "url" not in draft.model_fields_set:
            continue
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", draft.url):
            scope.report.refuse(
                section.values["url"], under(path, "url"), "must be an Apprise URL: mailto://…, slack://…"
            )
        scope.filling.hide(draft.url)
        place = section.values["url"].place
        when = tuple(dict.fromkeys(draft.when))
        found.append(Notify(draft.url, when, (place.file, place.line, place.column)))
    return tuple(found)
