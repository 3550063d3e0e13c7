"""From a template and what it shows to an answer. Everything foreign is escaped; nothing is inline."""

import gzip
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ingest.face import tactic, words
from ingest.face.web import drawing, guard
from ingest.face.web.asked import service_of
from ingest.face.web.live import live_of
from ingest.okr.instant import BEGINNING, FOREVER

LEAST = 2_000
"""Bytes from which on a page is compressed. No page holds a secret, so its length tells nothing."""


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ingest.face.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, tactic=tactic, drawing=drawing, BEGINNING=BEGINNING, FOREVER=FOREVER)
    return made


TEMPLATES = _environment()


def page(template: str, request: Request, status: int = 200, *, version: str = "", **values: Any) -> HTMLResponse:
    """A page. `version`: that of the state it shows, read before the state was; empty: it does not change."""
    config = service_of(request).workspace.config
    text = TEMPLATES.get_template(template).render(
        path=request.url.path,
        config=config,
        zone=config.zone,
        version=version,
        may_write=guard.may_write(request, config.server),
        unwritable=None if config.server.token else guard.UNWRITABLE,
        **values,
    )
    body, headers = text.encode(), {"Cache-Control": "no-cache, private", "Vary": "Cookie, Accept-Encoding"}
    if len(body) > LEAST and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 4, mtime=0), "gzip"
    return HTMLResponse(body, status, headers)


def version_of(request: Request) -> str:
    """The number of the newest state; read it before the state itself."""
    return live_of(request).version
