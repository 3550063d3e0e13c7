"""Google's client libraries over our own guarded client: they make the requests, `ask` sends them.

So a pull with gspread has the same bounds as any other: a total deadline, a largest body, checked addresses, no
credential to another host, no proxy of the environment, and one table of what an HTTP status means. The libraries are
blocking: all of this runs in a thread, and `Bridge` hands each request to the loop. What `ask` refuses is raised right
through the libraries, which so never see a status but 2xx, nor wait and try again on their own.
"""

import asyncio
from io import BytesIO
from typing import Any, TypeVar

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_URL, SPREADSHEET_VALUES_BATCH_URL
from pydantic import BaseModel, SecretStr
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from connectors.parts.google_token import KEY_ENDED, NO_KEY
from connectors.parts.service_account import ServiceAccount
from ingest.connector import Answer, Ask, Broken, Refused, SourceError

SHEETS = "https://sheets.googleapis.com"
_READ_ONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"
_SECRET = ("authorization", "x-goog-api-key")
_PLAIN = ("content-type", "x-goog-api-client")
"""The rest of a request's headers is of the connection, which is ours."""

M = TypeVar("M", bound=BaseModel)


class Bridge(BaseAdapter):
    """From `requests`, in a thread, to `ask`, on the loop. Raises nothing but `SourceError`."""

    def __init__(self, ask: Ask, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._ask, self._loop = ask, loop

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        secret = {name: SecretStr(headers[name]) for name in _SECRET if name in headers}
        plain = {name: headers[name] for name in _PLAIN if name in headers}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        asked = self._ask.get(
            str(request.url), method=request.method or "GET", headers={**plain, **secret}, body=body or None
        )
        answer = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        response = Response()
        response.status_code, response.url, response.request = answer.status, answer.url, request
        response.headers, response.raw = CaseInsensitiveDict(answer.headers), BytesIO(answer.body)
        return response

    def close(self) -> None:
        """There is nothing to close: the connections are not its own."""


class Spreadsheets(HTTPClient):
    """gspread's client of the Sheets API, with typed answers; `base` stands for Google's address."""

    def __init__(self, ask: Ask, loop: asyncio.AbstractEventLoop, base: str) -> None:
        session = Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, Bridge(ask, loop))
        super().__init__(None, session)  # type: ignore[arg-type]  # its docs say so for a session of one's own
        self._base = base.rstrip("/")

    def sign_in(self, account: ServiceAccount, file: str) -> None:
        """With a token of the account, good for an hour; `file` is what messages call its key."""
        try:
            make: Any = Credentials.from_service_account_info  # it has no types
            credentials = make(account.info(), scopes=[_READ_ONLY])
        except (ValueError, TypeError, GoogleAuthError):
            raise Refused(f"the private key in {file} cannot be read", NO_KEY) from None
        try:
            credentials.refresh(Request(self.session))
        except Refused as error:
            raise Refused(error.message, KEY_ENDED, error.status) from None
        except SourceError:
            raise
        except (GoogleAuthError, AttributeError, KeyError, TypeError, ValueError):
            raise Broken("the answer to the key of the service account is no token", "access_token") from None
        if not isinstance(credentials.token, str) or not credentials.token:
            raise Broken("the answer to the key of the service account is no token", "access_token")
        self.session.headers["authorization"] = f"Bearer {credentials.token}"

    def show_key(self, key: SecretStr) -> None:
        self.session.headers["x-goog-api-key"] = key.get_secret_value()

    def about(self, model: type[M], document: str, fields: str, ranges: list[str]) -> M:
        """The document without its values: of it `fields`, a field mask; of its cells those in `ranges`."""
        params = {"fields": fields, "ranges": ranges}
        return _read(self.request("get", SPREADSHEET_URL % document, params=params), model)

    def values(self, model: type[M], document: str, ranges: list[str]) -> M:
        """The values in `ranges`, as they are and not as they are shown; days and times as counts of days."""
        options = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
        url = SPREADSHEET_VALUES_BATCH_URL % document
        return _read(self.request("get", url, params={"ranges": ranges, **options}), model)

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, self._base + endpoint.removeprefix(SHEETS), *args, **kwargs)


def _read(response: Response, model: type[M]) -> M:
    """Strictly, which `response.json` is not."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.url, response.status_code, headers, response.content).json(model)
