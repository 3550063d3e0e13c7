"""Any API that answers in JSON."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urljoin, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from connectors.parts.auth import Auth
from connectors.parts.document import Documents, JsonSettings, lists_of
from connectors.parts.expression import is_plain
from connectors.parts.listing import Listings
from connectors.parts.pages import Document, Following, Pages, alone
from ingest.connector import Answer, Ask, Named, Params, Yielded
from ingest.connector.question import Request


def _text(written: Any) -> Any:
    """A body that is written as a section is sent as JSON; its texts stay texts."""
    return json.dumps(written) if isinstance(written, dict | list) else written


def _upper(written: Any) -> Any:
    return written.upper() if isinstance(written, str) else written


class HttpJson(Named[JsonSettings]):
    """Numbers and events from any API that answers in JSON.

    Where they are in the answer is told in [JMESPath](https://jmespath.org): `stats.subscribers`, `items[0].count`,
    `length(orders[?status=='paid'])`. Signals that share an address share one request. Put an expression with one of
    `: , [ ] { } ? @ *` in quotes.

    - `value`: the number as it is now.
    - `items` with `time`, `key` and `amount`: a list. With `kind: events` each item is something that happened; `key`
      is its id, by which it is found again, and without `amount` it counts 1. With `kind: level` or `counter` the
      items are a history of the number `amount`.

    `time`, `key` and `amount` are looked up inside an item. Times are RFC 3339 or ISO 8601, days, or seconds or
    milliseconds since 1970 (the size tells which: from 100,000,000,000 on it is milliseconds). A time without a zone is
    one of the configured zone. Numbers may be text with a decimal point, `"42"`; `"1,5"` is refused.

    **Nothing is guessed.** What is missing, null, true, false or no number stops the pull and is named with its place.
    Where JMESPath would skip an item that lacks a field, as in `sum(items[].amount)`, the pull stops too; to leave
    such items out say so: `sum(items[?amount].amount)`. An empty list is fine.

    **The credential** is sent to the configured host alone: `auth: {bearer: "${TOKEN}"}`,
    `auth: {basic: {username: me, password: "${PASSWORD}"}}`, `auth: {header: {X-Api-Key: "${KEY}"}}`, or, where an API
    takes it nowhere else, in the address: `auth: {query: {key: "${KEY}"}}`.

    **Pages.** `pages` says how the next page is found, and all are read, up to 1,000:

    - `pages: {link: next}`: the address in the Link header.
    - `pages: {cursor: meta.next}`: the address in the answer; or the token, with `parameter: cursor` for the query
      parameter that takes it. Null, an empty text or no such field ends the listing.
    - `pages: {page: page}` and `pages: {offset: offset}`: the number of the page (from `first`, default 1), or of the
      rows before it, in the query parameter of that name, until a page has no rows (`items` in `pages` says where its
      rows are, if not where the signal's are). How many there are on one is written in the address: `…?per_page=100`.

    `total` in `pages` says where the answer tells the number of all rows: fewer are an error, and none is asked for
    beyond. A `value` sees all pages as one: their lists are joined, and the rest is as the first page has it. A signal
    whose address has no pages says `paged: false`.

    **No half listing.** Where the first page leads to no other, and something in the answer says that there is one
    (`next_page`, `has_more: true`, a Link header), the pull stops: the path has a slip, or `pages` is missing.
    `paged: false` takes the first page alone.

    **Events.** A listing is taken to show all there ever were: an event that is missing is gone and no longer counts.
    Write `whole: false` where it shows only recent ones; then they count from the oldest on. If neither is said and the
    oldest event goes missing, the pull stops and asks.
    """

    proven = "with recorded answers; each way of paging, and each thing that can go wrong, in a table of tests"

    url: str | None = Field(
        None, examples=["https://api.example.com/v1/stats"], description="the address; a signal may have its own"
    )
    method: Annotated[Literal["GET", "POST"] | None, BeforeValidator(_upper)] = Field(
        None, description="default: POST where there is a `body`"
    )
    headers: dict[str, SecretStr] = Field({}, description="more headers; their values are kept secret")
    body: Annotated[SecretStr | None, BeforeValidator(_text)] = Field(
        None,
        description="what is sent: text as it is, as JSON if it is JSON; or a section, whose values are sent as text",
    )
    auth: Auth | None = Field(None, description="the credential and where it goes")
    pages: Pages | None = Field(None, description="how the next page of a listing is found")

    @model_validator(mode="after")
    def _knows_where(self) -> Self:
        for name, settings in self.named.items():
            problem = _address_problem(self._address(settings))
            if problem:
                raise ValueError(problem if settings.url is None else f"signals.{name}.url: {problem}")
        origins = {urlsplit(address)[:2] for address in self._asked()}
        if len(origins) > 1 and (self.auth or self.headers):
            raise ValueError("signals on other hosts, where the credential does not go, must be sources of their own")
        if self.method == "GET" and self.body is not None:
            raise ValueError("a `body` is sent by `method: POST`")
        return self

    @model_validator(mode="after")
    def _finds_rows(self) -> Self:
        if self.pages is None or not self.pages.counts or self.pages.items is not None:
            return self
        for signals in self._asked().values():
            lists = lists_of(signals.values())
            if _paged(signals) and (len(lists) != 1 or not is_plain(lists[0])):
                raise ValueError(
                    "pages: say where a page has all its rows, without a filter: `items: data`; a signal whose address "
                    "has no pages says `paged: false`"
                )
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listings = Listings({name: one for name, one in self.named.items() if one.items is not None}, ask)
        for address, signals in self._asked().items():
            documents = Documents(signals, listings, ask)
            async for page in self._pages(ask, address, signals):
                await ask.thread(documents.take, page.root)
            for reading in documents.readings():
                yield reading
        for item in listings.yields():
            yield item

    async def _pages(self, ask: Ask, address: str, signals: Mapping[str, JsonSettings]) -> AsyncIterator[Document]:
        request = self._request()
        if not _paged(signals) or not (self.pages or any(map(_lists, signals.values()))):
            yield await ask.json(Document, address, **request)
            return
        following: Callable[[Document, Answer], str | Params | None] = alone
        if self.pages is not None:
            request["params"] = {**self.pages.begin(), **(request.get("params") or {})}
            following = Following(self.pages, self.pages.items or next(iter(lists_of(signals.values())), None), ask)
        async for page in ask.pages(Document, address, following, **request):
            yield page

    def _asked(self) -> dict[str, dict[str, JsonSettings]]:
        """The signals of each address."""
        asked: dict[str, dict[str, JsonSettings]] = {}
        for name, settings in self.named.items():
            asked.setdefault(self._address(settings), {})[name] = settings
        return asked

    def _address(self, settings: JsonSettings) -> str:
        return urljoin(self.url or "", settings.url) if settings.url else self.url or ""

    def _request(self) -> Request:
        request = self.auth.request() if self.auth else Request()
        headers = {"accept": "application/json", **self.headers, **(request.get("headers") or {})}
        if self.body is not None:
            text = self.body.get_secret_value()
            request["body"] = text.encode()
            if _is_json(text):
                headers = {"content-type": "application/json", **headers}
        request["headers"] = headers
        request["method"] = self.method or ("GET" if self.body is None else "POST")
        return request


def _paged(signals: Mapping[str, JsonSettings]) -> bool:
    return all(one.paged for one in signals.values())


def _lists(settings: JsonSettings) -> bool:
    """Whether it reads a list, whole."""
    return settings.items is not None or not is_plain(settings.value or "@")


def _address_problem(address: str) -> str | None:
    if not address:
        return "url is missing: where to ask"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "url is no address; it begins with https:// or http://"
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        return "url is no address; it begins with https:// or http://"
    if parts.username is not None:
        return "name and password do not belong in the url; write them in `auth: {basic: …}`"
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
