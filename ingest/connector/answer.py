"""What came back: the bytes, and how they are read as text and as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ingest.connector.again import again_at
from ingest.connector.outcome import Broken
from ingest.connector.shape import misfit
from ingest.connector.strict import NotStrict, json_text, strict_json
from ingest.okr.instant import instant, moment

M = TypeVar("M", bound=BaseModel)

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)", re.IGNORECASE)


def is_page(body: bytes) -> bool:
    """Whether a body begins as a web page does, whatever it is said to be."""
    return bool(_PAGE.match(body))


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer, whole and decompressed."""

    url: str
    """Where it came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def content_type(self) -> str:
        """`text/csv`, in lower case and without parameters; empty where the server did not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """A web page: a login form, an error page, a note that a link has ended."""
        return self.content_type in {"text/html", "application/xhtml+xml"} or is_page(self.body)

    def text(self) -> str:
        """The body in the charset that the server names, else UTF-8 (UTF-16 and UTF-32 with a mark); strictly."""
        body = self.body
        if body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
            charset = "utf-32" if b"\x00\x00" in body[:4] else "utf-16"
        elif body.startswith(b"\xef\xbb\xbf"):
            charset = "utf-8-sig"
        else:
            named = _CHARSET.search(self.headers.get("content-type", ""))
            charset = named[1] if named else "utf-8"
        try:
            return body.decode(charset)
        except UnicodeDecodeError as error:
            raise Broken(f"byte {error.start} of the answer is not {error.encoding} text") from None
        except LookupError:
            raise Broken("the answer is in a charset that nobody knows") from None

    def value(self) -> Any:
        """The JSON value of the body; see `ingest.connector.strict.strict_json` for what is refused."""
        return self._parsed()[1]

    def json(self, model: type[M]) -> M:
        """The body as `model`. Types are taken strictly: `"42"` and `true` are no numbers, see `Numeric`."""
        text, _ = self._parsed()
        try:
            return model.model_validate_json(text, strict=True)
        except ValidationError as error:
            where, message = misfit(error)
            raise Broken(message, where) from None
        except RecursionError:
            raise Broken("the answer is nested too deeply") from None

    def fitting(self, model: type[M]) -> M | None:
        """The body as `model`, or None: for refusals, which may be anything."""
        try:
            return self.json(model)
        except Broken:
            return None

    def retry_at(self, now: datetime) -> datetime | None:
        """When this answer says that one may ask again; see `ingest.connector.again`."""
        at = again_at(self.status, self.headers, instant(now))
        return None if at is None else moment(at)

    def link(self, relation: str) -> str | None:
        """The address in the Link header with this `rel`, as written there; None where there is none."""
        for address, parameters in _LINK.findall(self.headers.get("link", "")):
            relations = re.search(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", parameters, re.IGNORECASE)
            if relations and relation in (relations[1] or relations[2]).lower().split():
                return str(address)
        return None

    def _parsed(self) -> tuple[str, Any]:
        if not self.body.strip():
            raise Broken("the answer is empty, where JSON was expected")
        if self.is_html:
            raise Broken("the answer is a web page (HTML) instead of JSON; is the address right, is a login needed?")
        try:
            wide = json.detect_encoding(self.body).startswith(("utf-16", "utf-32"))
            text = json_text(self.body) if wide else self.text()
            return text, strict_json(text)
        except NotStrict as error:
            raise Broken(error.message, error.where) from None
