"""Errors as RFC 9457 problem details: what is wrong and what to do, for programs and people."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from ingest.run.name import UnknownName
from ingest.run.taking import Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not authorised",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    415: "Not JSON",
    421: "Wrong host",
    422: "Not valid",
    429: "Too many requests",
    500: "Internal error",
    503: "Not ready",
}


class Problem(Exception):
    """Raised anywhere in a request; becomes the answer."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.extra = status, detail, headers, extra


def answer(status: int, detail: str, headers: Mapping[str, str] | None = None, **extra: Any) -> JSONResponse:
    """A problem as a response."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **extra}
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def add_to(app: FastAPI) -> None:
    """Every error leaves as a problem; none shows a traceback or a value that somebody sent."""

    @app.exception_handler(Problem)
    def problem(_: Request, error: Problem) -> JSONResponse:
        return answer(error.status, error.detail, error.headers, **error.extra)

    @app.exception_handler(StarletteHTTPException)
    def http(_: Request, error: StarletteHTTPException) -> JSONResponse:
        return answer(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(UnknownName)
    def unknown(_: Request, error: UnknownName) -> JSONResponse:
        return answer(404, str(error))

    @app.exception_handler(Refusal)
    def refused(_: Request, error: Refusal) -> JSONResponse:
        count = len({number for number, _ in error.problems})
        detail = f"{count} of the measurements cannot be taken; nothing was stored"
        return answer(422, detail, errors=_items(error.problems))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"pointer": _pointer(one["loc"]), "detail": one["msg"]} for one in error.errors()]
        return answer(422, "; ".join(f"{one['pointer']}: {one['detail']}" for one in errors), errors=errors)

    @app.exception_handler(ClientDisconnect)
    def gone(_: Request, error: ClientDisconnect) -> JSONResponse:
        """Nobody reads this; without it each broken connection would be a traceback in the log."""
        return answer(400, "the connection ended before the body was whole")

    @app.exception_handler(500)
    def failed(_: Request, error: Exception) -> JSONResponse:
        return answer(500, "something went wrong here; the log of the service says what")


def _items(problems: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"pointer": f"#/{index}", "detail": message} for index, message in problems]


def _pointer(location: Sequence[int | str]) -> str:
    where, *path = location
    return "#/" + "/".join(map(str, path)) if where == "body" else ".".join(map(str, path))
