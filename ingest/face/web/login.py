"""The form that asks for the token, and the cookie it is exchanged for."""

from math import ceil

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ingest.face.web import guard, problem
from ingest.face.web.asked import form_of, service_of
from ingest.face.web.patience import Patience
from ingest.face.web.rendering import page

router = APIRouter(include_in_schema=False)
LASTS = 30 * 86400
"""Seconds of the cookie."""


@router.get("/login", response_class=HTMLResponse)
def login(request: Request) -> HTMLResponse:
    """Ask for the token."""
    return page("login.html", request, told=None)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Exchange the token for the page's cookie. Whoever tries many wrong ones has to wait."""
    server = service_of(request).workspace.config.server
    patience: Patience = request.app.state.patience
    address = request.client.host if request.client else ""
    if wait := patience.wait(address):
        answer = page("login.html", request, 429, told=f"Too many wrong tokens: try again in {ceil(wait)} seconds.")
        answer.headers["Retry-After"] = str(ceil(wait))
        return answer
    form = await form_of(request)
    if not guard.equal(form.get("token", ""), server.token):
        patience.wrong(address)
        return page("login.html", request, 401, told="That is not the token.")
    patience.right(address)
    response = RedirectResponse("/", 303)
    secure = request.url.scheme == "https" or (server.public_url or "").startswith("https://")
    response.set_cookie(
        guard.COOKIE, guard.session(server.token), max_age=LASTS, httponly=True, samesite="strict", secure=secure
    )
    return response


@router.post("/logout")
async def log_out() -> Response:
    """Give the cookie back. `guard` has seen that it was the page that asked."""
    response = RedirectResponse("/", 303)
    response.delete_cookie(guard.COOKIE, httponly=True, samesite="strict")
    return response


def refusal(request: Request, refused: problem.Problem) -> Response:
    """The guard's no: the form for people whose browser asks for a page, else a problem."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if refused.status == 401 and wants_page and request.method == "GET":
        return RedirectResponse("/login", 303)
    return problem.answer(refused.status, refused.detail, refused.headers, **refused.extra)
