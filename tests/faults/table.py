"""What a pull makes of each fault: its outcome, words of its message, and where it is worth telling which cure.

A row holds for every connector, or for those that read what `only` names. Fields that are left open are checked by the
rules that hold for all: see `test_faults`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.connector.outcome import Outcome
from tests.faults.pointed import Pointed
from tests.servers.misbehaving.busy import RETRY_AFTER
from tests.servers.misbehaving.document import VALUES

OK, UNAVAILABLE, REFUSED, BROKEN = Outcome
DAY = 86_400
GOOGLE = "google_sheets"
LED = "files.example.net has nothing at this address (404)"
"""Said by another host, to which a source led that sends no credential."""


@dataclass(frozen=True)
class Row:
    fault: str
    outcome: Outcome | tuple[Outcome, ...]
    words: str = ""
    """In the message."""
    cure: str = ""
    """In the cure; who is refused always has one."""
    only: str = ""
    """The kind of connectors that it holds for: json, csv, ics, dav; keyed or open; paged."""
    retry: tuple[int, int] | None = None
    """The source is left alone so many seconds at least and at most; None: until its next turn."""
    port: str = "http"
    but: str = ""
    """Not for this connector, which has a row of its own."""

    def holds_for(self, pointed: Pointed) -> bool:
        traits = (
            pointed.connector,
            pointed.kind,
            "keyed" if pointed.keyed else "open",
            "paged" if pointed.paged else "",
        )
        return self.but != pointed.connector and (not self.only or self.only in traits)

    @property
    def name(self) -> str:
        return self.fault if self.port == "http" else self.port


TIME = [Row(f"slow-{name}", UNAVAILABLE, "took too long") for name in ("hang", "trickle", "head", "events")]

SIZE = [
    *(
        Row(f"large-{name}", BROKEN, f"larger than {bound} MiB", only=kind, but=GOOGLE if kind == "json" else "")
        for name in ("10gb", "10gb-unsaid", "endless", "bomb", "bombs")
        for kind, bound in (("json", 32), (GOOGLE, 64), ("csv", 64), ("ics", 64), ("dav", 64))
    ),
    Row("large-bomb-404", REFUSED, "nothing at this address"),
    *(Row(f"large-{name}", BROKEN, "does not speak HTTP") for name in ("header", "headers", "headers-endless")),
]

WIRE = [
    *(Row(f"wire-{name}", UNAVAILABLE, "cut before") for name in ("length-long", "chunk-cut", "last-chunk")),
    *(Row(f"wire-{name}", UNAVAILABLE, "cut before") for name in ("gzip-cut", "reset-within")),
    Row("wire-length-short", BROKEN),
    Row("wire-length-two", BROKEN, "does not speak HTTP"),
    Row("wire-no-length", BROKEN),
    Row("wire-no-chunks", (BROKEN, UNAVAILABLE)),
    Row("wire-not-gzip", BROKEN, "not compressed as it says"),
    Row("wire-gzip-damaged", BROKEN, "not compressed as it says"),
    Row("wire-gzip-unsaid", BROKEN),
    Row("wire-brotli", BROKEN, "not asked for"),
    Row("wire-deflate", OK),
    Row("wire-no-http", BROKEN, "does not speak HTTP"),
    Row("wire-no-status", BROKEN, "does not speak HTTP"),
    Row("wire-nothing", UNAVAILABLE, "connection"),
    Row("wire-reset", UNAVAILABLE),
]

_PLAIN = ("plain", "loopback", "metadata")
_INSIDE = ("loopback-tls", "loopback-name", "loopback-6", "private", "private-name", "mapped")
_NEVER = ("link-local", "metadata-tls", "metadata-mapped", "metadata-name")
REDIRECT = [
    Row("redirect-loop", REFUSED, "more than 5 redirects", "final address"),
    Row("redirect-chain", REFUSED, "more than 5 redirects", "final address"),
    Row("redirect-nowhere", BROKEN, "status 302"),
    *(Row(f"redirect-{name}", REFUSED, "redirects to") for name in ("no-address", "file", "script", "octal")),
    *(Row(f"redirect-{name}", REFUSED, "without encryption", only="open") for name in _PLAIN),
    *(Row(f"redirect-{name}", REFUSED, "public addresses only", only="open") for name in _INSIDE),
    *(Row(f"redirect-{name}", REFUSED, "never reached", only="open") for name in _NEVER),
    Row("redirect-number", REFUSED, "redirects to", only="keyed"),
    Row("redirect-number", (REFUSED, UNAVAILABLE), only="open"),
    *(
        Row(f"redirect-{name}", REFUSED, "not sent to another host", "write the address", only="keyed")
        for name in ("other-host", "same-path", "post", "other-port", *_PLAIN, *_INSIDE, *_NEVER)
    ),
    *(Row(f"redirect-{name}", REFUSED, LED, only="open") for name in ("other-host", "post")),
]


def _retry(name: str) -> tuple[int, int] | None:
    if name in {"past", "negative", "fraction", "words"}:
        return None
    return {"seconds": (120, 121), "zero": (0, 1)}.get(name, (DAY, DAY + 1))


STATUS = [
    *(Row(f"retry-{name}", UNAVAILABLE, "asks to slow down (429)", retry=_retry(name)) for name in RETRY_AFTER),
    *(Row("status-401", REFUSED, "(401)", "key or token", only=kind, but=GOOGLE) for kind in ("json", "csv", "ics")),
    Row("status-401", REFUSED, "(401)", "check api_key", only=GOOGLE),
    Row("status-401", REFUSED, "(401)", "app password", only="dav"),
    Row("status-403", REFUSED, "does not allow this (403)", "read access", only="keyed", but=GOOGLE),
    Row("status-403", REFUSED, "does not allow this to everybody (403)", "key or token", only="open"),
    Row("status-403", REFUSED, "(403)", "let anyone with the link see the document", only=GOOGLE),
    Row("status-404", REFUSED, "(404)", "check the ids", but=GOOGLE),
    Row("status-404", REFUSED, "(404)", "check document", only=GOOGLE),
    Row("status-410", REFUSED, "(410)", "removed"),
    Row("status-426", REFUSED, "(426)", "update okr-ingest"),
    *(Row(f"status-{code}", UNAVAILABLE, f"({code})") for code in (408, 425, 429, *range(500, 600))),
    *(
        Row(f"status-{code}", REFUSED, f"({code})")
        for code in range(400, 500)
        if code not in {401, 403, 404, 408, 410, 425, 426, 429}
    ),
    *(Row(f"status-{code}", BROKEN, f"status {code}") for code in (206, *range(300, 400))),
    *(Row(f"status-{code}", BROKEN) for code in (204, 205)),
    *(Row("busy-repeats", REFUSED, "(401): no /", only=kind) for kind in ("json", "csv", "ics")),
    Row("busy-repeats", REFUSED, "(401)", only="dav"),
    Row("flaky-1", OK),
    Row("flaky-2", UNAVAILABLE, "(503)"),
]

DOCUMENT = [
    *(Row(f"value-{name}", BROKEN, only="json") for name in VALUES),
    Row("document-error", BROKEN),
    Row("document-errors", BROKEN),
    *(Row(f"document-{name}", BROKEN) for name in ("login", "login-unsaid", "xml", "xml-unsaid", "empty", "blank")),
    *(Row(f"document-{name}", BROKEN) for name in ("zeros", "picture", "zip", "half")),
    *(Row(f"document-{name}", BROKEN, only="json") for name in ("twice", "latin-1", "unknown-charset")),
    *(Row("document-last-byte-missing", BROKEN, only=kind) for kind in ("json", "ics", "dav")),
    Row("document-mark", OK),
    *(Row("document-utf-16", OK, only=kind) for kind in ("json", "csv")),
]

PAGES = [
    Row("page-same", BROKEN, "does not end", only="paged"),
    Row("page-endless", BROKEN, "more than", only="paged"),
    Row("page-elsewhere", BROKEN, "another host", only="paged"),
]

TLS = [
    Row("well", REFUSED, "certificate is not valid", "renew or correct", port="tls-of-nobody"),
    Row("well", REFUSED, "expired", "renew or correct", port="tls-expired"),
    Row("well", REFUSED, "not valid for '127.0.0.1'", "renew or correct", port="tls-other-host"),
    Row("well", UNAVAILABLE, "took too long", port="tls-silent"),
    Row("well", REFUSED, "no encrypted connection", "does the server speak https", port="tls-plain"),
    Row("well", OK, port="tls"),
]

TABLE = [*TIME, *SIZE, *WIRE, *REDIRECT, *STATUS, *DOCUMENT, *PAGES, *TLS]


def rows(pointed: Pointed) -> Iterator[Row]:
    """What holds for a connector; no fault twice."""
    return (row for row in TABLE if row.holds_for(pointed))
