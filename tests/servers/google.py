"""Google's Sheets API and its token endpoint on loopback, as far as reading goes.

It answers by the API's discovery document: a request that this does not allow is a 400, and kept in `problems`, and so
is an answer of its own that this does not allow. A token is given for an assertion that the account's key has signed,
with the audience that Google's library always names. `fault` lets a step go wrong.
"""

import json
import re
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.descriptions.description import Description
from tests.servers.mask import Masks, Unmasked

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
GET, BATCH, TOKEN = "sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGet", "token"
_PATH = re.compile(r"/v4/spreadsheets/([^/:]+)(/values:batchGet)?")
_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([A-Za-z]\w*))?(?:(?:^|!)([A-Z]*\d*):?([A-Z]*\d*))?")


@dataclass(frozen=True)
class Shown:
    """A cell with a number format of its own: its type, and its pattern."""

    value: float
    type: str
    pattern: str = ""


@dataclass
class Document:
    sheets: dict[str, list[list[Any]]]
    zone: str | None = "Europe/Berlin"
    public: bool = False
    shared_with: set[str] = field(default_factory=set)
    merges: dict[str, list[dict[str, int]]] = field(default_factory=dict)


class Failure(Exception):
    """An answer in the API's shape of errors."""

    def __init__(self, code: int, status: str, message: str) -> None:
        self.code = code
        self.body: dict[str, Any] = {"error": {"code": code, "message": message, "status": status}}


class NoToken(Failure):
    """An answer in the shape of OAuth's errors."""

    def __init__(self, description: str) -> None:
        super().__init__(400, "", "")
        self.body = {"error": "invalid_grant", "error_description": description}


class Account:
    """A made-up service account."""

    def __init__(self, email: str = "okr@made-up.iam.gserviceaccount.com") -> None:
        self.email = email
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def file(self, folder: Path, token_uri: str, name: str = "google.json") -> Path:
        """Its key file, as Google writes it."""
        told = {"type": "service_account", "project_id": "made-up", "private_key_id": "1", "private_key": self.pem}
        told |= {"client_email": self.email, "client_id": "1", "token_uri": token_uri}
        path = folder / name
        path.write_text(json.dumps(told))
        path.chmod(0o600)
        return path

    def signed(self, assertion: str) -> dict[str, Any]:
        """The claims of an assertion of this account; `InvalidSignature` where it did not sign it."""
        text, _, signature = assertion.rpartition(".")
        self._key.public_key().verify(_decoded(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
        claims = json.loads(_decoded(text.partition(".")[2]))
        assert isinstance(claims, dict)
        return claims


@dataclass
class Google:
    description: Description
    masks: Masks
    account: Account
    documents: dict[str, Document]
    api_key: str = "AIza-made-up-key"
    url: str = ""
    asked: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    """The steps, in their order, each with its query."""
    problems: list[str] = field(default_factory=list)
    fault: tuple[str, Callable[[BaseHTTPRequestHandler], None]] | None = None
    """A step that goes wrong, and how."""
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def token_uri(self) -> str:
        return f"{self.url}/token"

    def steps(self) -> list[str]:
        return [step for step, _ in self.asked]

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        try:
            claims = self.account.signed(form["assertion"])
        except (InvalidSignature, KeyError, ValueError):
            raise NoToken("Invalid JWT Signature.") from None
        if form.get("grant_type") != GRANT or claims["aud"] != AUDIENCE or claims["scope"] != SCOPE:
            self.problems.append(f"asked for a token with {claims}")
        if claims["iss"] != self.account.email or not claims["iat"] <= time.time() + 60 < claims["exp"]:
            raise NoToken("Invalid JWT: Token must be a short-lived token")
        return {"access_token": "ya29.made-up-token", "expires_in": 3599, "token_type": "Bearer"}

    def read(self, step: str, document: str, request: httpx.Request) -> Any:
        self.problems += map(str, self.description.problems_of_request(request))
        if self.problems:
            raise Failure(400, "INVALID_ARGUMENT", f"Invalid JSON payload received: {self.problems[-1]}")
        query = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        found = self._seen(document, request.headers)
        said, ranges = dict(query), [text for name, text in query if name == "ranges"]
        answer = _metadata(document, found, ranges) if step == GET else _values(document, found, ranges, said)
        self.problems += map(str, self.description.problems_of_answer("GET", request.url, 200, answer))
        try:
            return self.masks.masked(step, answer, said["fields"]) if "fields" in said else answer
        except Unmasked as error:
            self.problems.append(str(error))
            raise Failure(400, "INVALID_ARGUMENT", str(error)) from None

    def _seen(self, document: str, headers: Any) -> Document:
        token, key = headers.get("authorization"), headers.get("x-goog-api-key")
        if token is None and key is None:
            raise Failure(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")
        if token not in (None, "Bearer ya29.made-up-token"):
            raise Failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if token is None and key != self.api_key:
            raise Failure(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
        found = self.documents.get(document)
        if found is None:
            raise Failure(404, "NOT_FOUND", "Requested entity was not found.")
        if not found.public and (token is None or self.account.email not in found.shared_with):
            raise Failure(403, "PERMISSION_DENIED", "The caller does not have permission")
        return found


@contextmanager
def google(description: Path, account: Account, documents: dict[str, Document]) -> Iterator[Google]:
    served = Google(Description(description, anywhere=True), Masks(description), account, documents)

    class Handler(_Handler):
        google = served

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        served.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    google: Google

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        found = _PATH.fullmatch(split.path)
        if found is None:
            return self.answer(404, b"<html>not found</html>", "text/html")
        step, query = BATCH if found[2] else GET, parse_qsl(split.query, keep_blank_values=True)
        request = httpx.Request("GET", f"{self.google.url}{self.path}", headers=dict(self.headers.items()))
        return self._answered(step, query, lambda: self.google.read(step, found[1], request))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self._answered(TOKEN, [], lambda: self.google.token(dict(parse_qsl(body))))

    def _answered(self, step: str, query: list[tuple[str, str]], read: Callable[[], Any]) -> None:
        self.google.asked.append((step, query))
        fault = self.google.fault
        if fault is not None and fault[0] == step:
            fault[1](self)
            return
        try:
            self.answer(200, json.dumps(read()).encode())
        except Failure as failure:
            self.answer(failure.code, json.dumps(failure.body).encode())

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


def _values(document: str, found: Document, ranges: list[str], said: dict[str, str]) -> dict[str, Any]:
    assert said["valueRenderOption"] == "UNFORMATTED_VALUE"
    assert said.get("dateTimeRenderOption", "SERIAL_NUMBER") == "SERIAL_NUMBER"
    listed = []
    for text in ranges:
        title, top, left, bottom, right = _placed(found, text)
        rows = [[_bare(cell) for cell in row[left:right]] for row in found.sheets[title][top:bottom]]
        told: dict[str, Any] = {"range": f"{_named(title)}!A1:Z1000", "majorDimension": "ROWS"}
        listed.append({**told, "values": kept} if (kept := _trimmed([_trimmed(row) for row in rows])) else told)
    return {"spreadsheetId": document, "valueRanges": listed}


def _metadata(document: str, found: Document, ranges: list[str]) -> dict[str, Any]:
    places = [_placed(found, text) for text in ranges]
    sheets = []
    for index, (title, rows) in enumerate(found.sheets.items()):
        told: dict[str, Any] = {"properties": {"sheetId": index, "title": title, "index": index, "sheetType": "GRID"}}
        if title in found.merges:
            told["merges"] = found.merges[title]
        data = [_block(rows, *place[1:]) for place in places if place[0] == title]
        if not ranges or data:
            sheets.append({**told, "data": data} if data else told)
    properties = {"title": "Made up", "locale": "de_DE", **({} if found.zone is None else {"timeZone": found.zone})}
    return {"spreadsheetId": document, "properties": properties, "sheets": sheets}


def _block(rows: list[list[Any]], top: int, left: int, bottom: int, right: int) -> dict[str, Any]:
    """Google leaves out a start at 0."""
    parts = [row[left:right] for row in rows[top:bottom]]
    cells = [{"values": [_cell(cell) for cell in part]} if part else {} for part in parts]
    start = {name: at for name, at in (("startRow", top), ("startColumn", left)) if at}
    return {**start, "rowData": cells}


def _cell(cell: Any) -> dict[str, Any]:
    if not isinstance(cell, Shown):
        return {"formattedValue": str(cell)} if cell not in ("", None) else {}
    number = {"type": cell.type, **({"pattern": cell.pattern} if cell.pattern else {})}
    return {"effectiveValue": {"numberValue": cell.value}, "effectiveFormat": {"numberFormat": number}}


def _bare(cell: Any) -> Any:
    return "" if cell is None else cell.value if isinstance(cell, Shown) else cell


def _trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] in ("", []) and cells[-1] is not False:
        cells = cells[:-1]
    return cells


def _placed(found: Document, text: str) -> tuple[str, int, int, int, int]:
    """The worksheet, the first row and column, from 0, and those after the last."""
    parts = _RANGE.fullmatch(text)
    title = next(iter(found.sheets))
    if parts is not None and (parts[1] or parts[2]):
        title = (parts[1] or parts[2]).replace("''", "'")
    if parts is None or title not in found.sheets:
        raise Failure(400, "INVALID_ARGUMENT", f"Unable to parse range: {text}")
    (left, top), (right, bottom) = _corner(parts[3] or ""), _corner(parts[4] or parts[3] or "")
    if (top or 1) > 1000 or (left or 1) > 26:
        raise Failure(400, "INVALID_ARGUMENT", f"Range ({text}) exceeds grid limits. Max rows: 1000, max columns: 26")
    return title, (top or 1) - 1, (left or 1) - 1, bottom or len(found.sheets[title]), right or 26


def _corner(text: str) -> tuple[int | None, int | None]:
    name, digits = re.fullmatch(r"([A-Z]*)(\d*)", text).groups()  # type: ignore[union-attr]
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column or None, int(digits) if digits else None


def _named(title: str) -> str:
    return title if title.isalpha() else "'" + title.replace("'", "''") + "'"


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
