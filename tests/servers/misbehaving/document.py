"""Answers that are whole, and wrong: one number of the right answer changed, or another document in its place."""

import re
from collections.abc import Callable

from tests.servers.misbehaving.visit import Fault, Visit

NUMBER = re.compile(rb'(?:(?<=": )|(?<=\[))-?\d[\d.]*')
"""The first number of the right JSON answer."""

VALUES: dict[str, str] = {
    "nan": "NaN",
    "infinity": "Infinity",
    "minus-infinity": "-Infinity",
    "1e400": "1e400",
    "minus-1e400": "-1e400",
    "400-digits": "7" * 400,
    "100000-digits": "7" * 100_000,
    "2-to-64": str(2**64),
    "true": "true",
    "null": "null",
    "a-list": "[7]",
    "an-object": '{"value": 7}',
    "empty-text": '""',
    "words": '"seven"',
    "comma-text": '"1,204"',
    "nan-text": '"NaN"',
    "hex": "0x7",
    "octal": "007",
    "plus": "+7",
    "no-fraction": "7.",
    "deep-list": "[" * 100_000 + "]" * 100_000,
    "deep-object": '{"a":' * 100_000 + "7" + "}" * 100_000,
    "doubled-key": '7, "twice": 1, "twice": 2',
    "half-a-pair": '7, "name": "\\ud800"',
    "half-a-pair-key": '7, "\\udfff": 1',
    "a-control-character": '7, "name": "\x01"',
    "a-comment": "7 /* as of today */",
    "a-comma-too-many": "7,",
}
"""What stands in place of the number."""

LOGIN = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><script>1204</script></body></html>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><svg>&j;</svg>"
)


def value(text: str) -> Fault:
    """The right JSON answer with this in place of its first number."""

    async def fault(visit: Visit) -> None:
        await visit.answer(NUMBER.sub(lambda _: text.encode(), visit.good.body, count=1))

    return fault


def changed(change: Callable[[bytes], bytes], kind: str | None = None) -> Fault:
    """The right answer, after a change."""

    async def fault(visit: Visit) -> None:
        await visit.answer(change(visit.good.body), content_type=kind or visit.good.kind)

    return fault


def instead(body: bytes, kind: str | None = None) -> Fault:
    """Another document in place of the right one."""
    return changed(lambda _: body, kind)


async def same_page(visit: Visit) -> None:
    """The right answer, and the next page is this one."""
    await visit.answer(visit.good.body, link=f'<http://{visit.host}/page-same{visit.path}>; rel="next"')


async def pages_without_end(visit: Visit) -> None:
    """The right answer, told apart by a blank more on each page, and always a next one."""
    more = visit.good.body + b" " * visit.before
    await visit.answer(more, link=f'<http://{visit.host}/page-endless/{visit.before}>; rel="next"')


async def page_elsewhere(visit: Visit) -> None:
    """The next page is on another host."""
    await visit.answer(visit.good.body, link='<https://files.example.net/caught>; rel="next"')


DOCUMENTS: dict[str, Fault] = {
    "login": instead(LOGIN, "text/html; charset=utf-8"),
    "login-unsaid": instead(LOGIN),
    "xml": instead(LAUGHS, "image/svg+xml"),
    "xml-unsaid": instead(LAUGHS),
    "empty": instead(b""),
    "blank": instead(b" \r\n"),
    "error": instead(b'{"error": {"code": 401, "message": "token expired"}, "value": 7}', "application/json"),
    "errors": instead(b'[{"error": "token expired", "value": 7}]', "application/json"),
    "zeros": instead(bytes(5000)),
    "picture": instead(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "zip": instead(b"PK\x03\x04" + bytes(200), "application/zip"),
    "half": changed(lambda body: body[: len(body) // 2]),
    "last-byte-missing": changed(lambda body: body.rstrip()[:-1]),
    "twice": changed(lambda body: body + body),
    "latin-1": changed(lambda body: b'{"name": "Zo\xeb", ' + body[1:] if body[:1] == b"{" else b"\xeb\xff" + body),
    "unknown-charset": changed(lambda body: body, "application/json; charset=klingon"),
    "utf-16": changed(lambda body: body.decode().encode("utf-16")),
    "mark": changed(lambda body: b"\xef\xbb\xbf" + body),
}
