"""One question over HTTP, and where a redirect may lead it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import quote, quote_plus, unquote_plus, urlencode

from pydantic import SecretStr

from ingest.connector.address import ForbiddenAddress, literal, refuse
from ingest.connector.outcome import Broken, Refused, SourceError
from ingest.connector.secret import revealed

if TYPE_CHECKING:
    import httpx

    from ingest.connector.answer import Answer

Params = Mapping[str, str | int | float | bool | list[str] | SecretStr]
Headers = Mapping[str, str | SecretStr]
Meaning = Callable[["Answer", SourceError], SourceError]
"""What a refusal means, where its status alone does not tell: given the beginning of the answer and what the status
says, which is returned where there is nothing to add. Many vendors say with 400 or 403 what others say with 429."""


@dataclass(frozen=True, slots=True)
class Body:
    """The next page is asked for in the JSON body: all of it, with what changes."""

    value: Any


Step = str | Params | Body
"""Where the next page is: at another address, under other `params`, or asked for with another body."""

_URL_CURE = "check the URL in the source's settings"
_REDIRECT_CURE = "write the address that it leads to in the source's settings, if that is the right one"
_HARMLESS = {"accept", "accept-language", "content-type"}


class Request(TypedDict, total=False):
    """What a request may say beside its URL."""

    params: Params | None
    headers: Headers | None
    bearer: SecretStr | None
    authorization: tuple[str, SecretStr] | None
    """Where a vendor has a scheme of its own: `("Token", key)`."""
    basic: tuple[str, SecretStr] | None
    method: str
    body: Any
    """Bytes as they are, anything else as JSON, in which a secret is a `SecretStr`."""
    heard: frozenset[int]
    """Statuses of refusals whose answer is wanted all the same: it says what is the matter."""
    means: Meaning | None


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    url: "httpx.URL" = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not come back in a message."""
    public_only: bool = False
    """It was led here by another host."""
    heard: frozenset[int] = frozenset()
    means: Meaning | None = field(default=None, repr=False)
    hidden: Params = field(default_factory=dict, repr=False)
    """The secret part of the query: the next page needs it too, and its address may come without."""

    @property
    def keyed(self) -> bool:
        """It carries a credential, or a header that may be one."""
        return bool(self.secrets) or not _HARMLESS.issuperset(self.headers)

    @property
    def host(self) -> str:
        return self.url.host

    def stepped(self, step: Step) -> "Question":
        """The same question for the next page: at another address of the same host, or with other `params` or body."""
        if isinstance(step, Body):
            return replace(self, body=_json(step.value))
        if not isinstance(step, str):
            return replace(self, url=self.url.copy_with(query=_merged(self.url.query.decode(), step)))
        url = parse_url(str(self.url.join(step)))
        if not _same_origin(self.url, url):
            raise Broken(f"{self.host}: the next page is said to be on another host")
        if self.hidden:
            url = url.copy_with(query=_merged(url.query.decode(), self.hidden))
        return replace(self, url=url.copy_with(userinfo=b""))


def question(url: str, **request: Unpack[Request]) -> Question:
    """The question that a connector asks. `Refused` where its URL is none.

    Secrets end up in headers, and in the query where `params` say so: some vendors take a key nowhere else.
    """
    address = parse_url(url)
    headers, bearer, basic = request.get("headers") or {}, request.get("bearer"), request.get("basic")
    scheme, token = request.get("authorization") or ("Bearer", bearer)
    params = request.get("params") or {}
    hidden = {name: value for name, value in params.items() if isinstance(value, SecretStr)}
    if params:
        address = address.copy_with(query=_merged(address.query.decode(), params))
    if address.userinfo:
        basic = basic or (address.username, SecretStr(address.password))
        address = address.copy_with(userinfo=b"")
    sent = {name.lower(): revealed(value) for name, value in headers.items()}
    body, in_body = request.get("body"), list[SecretStr]()
    if body is not None and not isinstance(body, bytes):
        body = _json(body, in_body)
        sent.setdefault("content-type", "application/json")
    if token is not None:
        sent["authorization"] = f"{scheme} {token.get_secret_value()}"
    if basic is not None:
        sent["authorization"] = _basic(*basic)
    for name, value in sent.items():
        if not (value.isascii() and value.isprintable()):
            raise Refused(f"what is to be sent as {name} holds a character that no header may hold", _KEY_CURE)
    secrets = [value for value in (*headers.values(), token, basic and basic[1]) if isinstance(value, SecretStr)]
    told = [secret.get_secret_value() for secret in (*secrets, *in_body, *hidden.values())]
    told += [written(secret.get_secret_value()) for secret in hidden.values() for written in (quote, quote_plus)]
    return Question(
        request.get("method", "GET").upper(),
        address,
        sent,
        body,
        tuple(told),
        heard=request.get("heard", frozenset()),
        means=request.get("means"),
        hidden=hidden,
    )


_KEY_CURE = "write the key again, without line breaks, quotes or blanks around it"


def _json(value: Any, secrets: list[SecretStr] | None = None) -> bytes:
    """The value as JSON; `secrets` grows by those in it."""

    def revealed(inner: Any) -> Any:
        if not isinstance(inner, SecretStr) or secrets is None:
            raise TypeError(f"{type(inner).__name__} is nothing that JSON has")
        secrets.append(inner)
        return inner.get_secret_value()

    return json.dumps(value, allow_nan=False, default=revealed).encode()


def parse_url(text: str) -> "httpx.URL":
    """An absolute http or https URL. `Refused` says what is wrong with it without repeating it."""
    import httpx

    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise Refused("the URL is not valid", _URL_CURE) from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise Refused("the URL is not one of http:// or https:// with a host", _URL_CURE)
    return url


def led_on(asked: Question, status: int, location: str | None) -> Question:
    """The question after a redirect.

    On the same origin it keeps its headers. To another host goes a plain GET alone: no credential asked along the way,
    no header taken there, https only, and a public address, which the transport checks once more when it connects.
    """
    import httpx

    if status not in {301, 302, 303, 307, 308} or not location:
        raise Broken(f"{asked.host} answered with status {status}, which nobody asked for")
    try:
        target = asked.url.join(location).copy_with(userinfo=b"", fragment=None)
        target = httpx.URL(str(target))
    except (httpx.InvalidURL, ValueError):
        raise bad_redirect(asked.host) from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise Refused(f"{asked.host} redirects to something that is no web address", _REDIRECT_CURE)
    keeps = status in {307, 308} or (status in {301, 302} and asked.method != "POST") or asked.method == "HEAD"
    method, body = (asked.method, asked.body) if keeps else ("GET", None)
    if _same_origin(asked.url, target):
        return replace(asked, method=method, url=target, body=body)
    if asked.keyed or method != "GET" or body is not None:
        raise Refused(
            f"{asked.host} redirects to {target.host}: a credential is not sent to another host", _REDIRECT_CURE
        )
    if target.scheme != "https":
        raise Refused(f"{asked.host} redirects to {target.host} without encryption", _REDIRECT_CURE)
    _refuse_inside(asked.host, target.host)
    return Question("GET", target, {}, None, public_only=True)


def bad_redirect(host: str) -> Refused:
    return Refused(f"{host} redirects to an address that is not valid", _REDIRECT_CURE)


def _same_origin(old: "httpx.URL", new: "httpx.URL") -> bool:
    """The same host and port, and no step back from https; http to https on the usual ports counts as the same."""
    if old.host != new.host:
        return False
    upgrade = (old.scheme, new.scheme) == ("http", "https") and old.port is None and new.port is None
    return upgrade or (old.scheme == new.scheme and _port(old) == _port(new))


def _port(url: "httpx.URL") -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


def _refuse_inside(host: str, target: str) -> None:
    """What is seen to be no public address without asking a name server."""
    try:
        if target == "localhost" or target.endswith(".localhost"):
            raise ForbiddenAddress("a redirect may lead to public addresses only")
        if literal(target) is not None:
            refuse(target, public_only=True)
    except ForbiddenAddress as error:
        raise Refused(f"{host} redirects to {target}: {error}", _REDIRECT_CURE) from None


def _merged(query: str, params: Params) -> bytes:
    """The URL's own query as it is written, without what `params` says anew, then `params`."""
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in params]
    said = {name: str(value).lower() if isinstance(value, bool) else revealed(value) for name, value in params.items()}
    return "&".join([*kept, urlencode(said, doseq=True)]).encode()


def _basic(user: str, password: SecretStr) -> str:
    from base64 import b64encode

    return "Basic " + b64encode(f"{user}:{password.get_secret_value()}".encode()).decode("ascii")
