"""The web application: its routes, its guard, and the headers that every answer carries."""

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.face.metrics.exposition import Exposition
from ingest.face.notify.herald import Herald
from ingest.face.web import (
    acting,
    badges,
    documentation,
    guard,
    hooks,
    live,
    login,
    pages,
    probes,
    problem,
    reading,
    writing,
)
from ingest.face.web.message import Messages
from ingest.face.web.patience import Patience
from ingest.run.hook import Hooks
from ingest.run.service import Service

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def create_app(service: Service, exposition: Exposition, version: str, herald: Herald) -> FastAPI:
    """The application over a running service. It starts and stops nothing."""
    app = FastAPI(
        title="okr-ingest",
        version=version,
        description="Key results connected to live data. Unknown is null; instants are RFC 3339 UTC.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.exposition = exposition
    app.state.herald = herald
    app.state.hooks = Hooks(service)
    app.state.messages, app.state.patience = Messages(), Patience()
    app.state.live = live.Live()
    service.on_card(lambda card: app.state.live.tell())
    service.on_config(lambda config: app.state.live.tell())
    problem.add_to(app)
    for room in (reading, writing, hooks, probes, badges, pages, acting, login, live, documentation):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(packages=[("ingest.face.web", "static")]), name="static")

    app.add_middleware(Guarded, service=service)
    return app


class Guarded:
    """Nobody reaches a route who may not; every answer has the headers."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        server = self._service.workspace.config.server
        try:
            guard.check_host(request, server)
            guard.check_token(request, request.url.path, server)
        except problem.Problem as refused:
            await login.refusal(request, refused)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)
