"""Numbers in a Google Sheets document, asked for with a service account or an API key."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.parts.grid import MANNER, TITLE, TITLES, About, Batch, Grid, Page, Titled, wanted, whole
from connectors.parts.service_account import ServiceAccount, service_account
from ingest.connector import Ask, Broken, Named, Refused, Seen, Yielded, minutes
from ingest.connector.locale import Locale
from ingest.connector.sheet import Manner, Tables, TableSettings
from ingest.connector.sheet.cell import chosen

if TYPE_CHECKING:
    from connectors.parts.google import Spreadsheets

T = TypeVar("T")
_ADDRESS = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/(?P<id>[\w-]+)(?:[/?#].*)?", re.ASCII)
_ID = re.compile(r"[\w-]+", re.ASCII)
_LIBRARY = "pip install 'okr-ingest[sheets]' (pipx: pipx inject okr-ingest gspread)"


class GoogleSheets(Named[TableSettings]):
    """Cells, columns and dated rows of a Google Sheets document, private or public.

    Signals are written as for `spreadsheet`, whose page explains them: `cell`, `column`, or `date` with `value`.
    Without `worksheet` the first one that is shown is meant. A document that all may see needs no account at all with
    `spreadsheet`, once it is published to the web.

    A private document is read by a service account, a robot with an address of its own:

    1. On console.cloud.google.com make a project, or choose one.
    2. *APIs & Services*, *Library*: look for *Google Sheets API* and press *Enable*.
    3. *IAM & Admin*, *Service Accounts*, *Create service account*. Any name will do, and it needs no role.
    4. On its page *Keys*, *Add key*, *Create new key*, *JSON*. A file is downloaded: put it beside the configuration,
       keep it out of git, and `chmod 600` it. A file that every user of the machine may read is refused.
    5. The account's address is in that file as `client_email` (`…@….iam.gserviceaccount.com`). In the document press
       *Share*, paste the address, choose *Viewer* and share.
    6. Write the file's name as `credentials` and the document's address as `document`.

    For a document that anyone with the link may see, an API key does: *APIs & Services*, *Credentials*, *Create
    credentials*, *API key*, restricted to the Google Sheets API. Write it as `api_key` in place of `credentials`.

    Values are read as they are, however they are formatted: `45%` is 0.45, `1.234,50 €` is 1234.5, a formula is its
    result, and a span of time is counted in the signal's `unit` (default: seconds). Text that was typed for a number
    is read as in a file, and `1.234` needs `locale`. A cell with an error (`#N/A`, `#REF!`), a day where a number
    should be, a header or worksheet that is gone stop the pull and are named. Days and times without a zone are in the
    document's own time zone (*File*, *Settings*, *Time zone*), and not in the configured one.

    A pull asks twice, whatever the number of signals: once for all values, once for how they are shown. Google allows
    60 questions a minute for each account, so one account can read 30 documents a minute, and some 1,800 an hour. A
    worksheet whose name is written with other capitals or spaces costs two questions more.
    """

    proven: ClassVar[str] = (
        "with gspread and google-auth against a local server, each request validated by Google's discovery document of "
        "19 October 2026; not tried on a live account"
    )
    fastest = minutes(1)

    document: str = Field(
        min_length=1,
        description="the document's address, or the id in it between `/d/` and `/edit`",
        examples=["https://docs.google.com/spreadsheets/d/1AbCdEf/edit"],
    )
    credentials: str | None = Field(
        None, description="the key file of a service account that the document is shared with", examples=["google.json"]
    )
    api_key: SecretStr | None = Field(None, description="instead of `credentials`, for a document that anyone may see")
    locale: Locale | None = Field(
        None, description="how numbers and days that were typed as text are written: `de_DE`, `en_US`"
    )
    base: str = Field(
        "https://sheets.googleapis.com",
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$))",
        description="another address of the API, for a proxy or a test; the key goes there",
    )

    @field_validator("document")
    @classmethod
    def _document(cls, written: str) -> str:
        address = _ADDRESS.fullmatch(written.strip())
        if address is not None and address["id"] == "e":
            raise ValueError("this is where the document is published: give it to the connector spreadsheet as `path`")
        if address is None and not _ID.fullmatch(written.strip()):
            raise ValueError("is no document: copy its address, https://docs.google.com/spreadsheets/d/…/edit")
        return address["id"] if address else written.strip()

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if (self.credentials is None) == (self.api_key is None):
            raise ValueError("say either credentials (for a private document) or api_key (for one that anyone may see)")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        # it waits for its document: the requests to Google's host are bounded where `ask` sends them
        read = partial(self._asked, ask, asyncio.get_running_loop(), lambda google: self._grid(google, ask.zone))
        grid, zone = await ask.thread(read, host=self.document)
        tables = Tables(self.named, Manner(zone, ask.fingerprint, self.locale))
        steps = tables.steps(lambda: grid)
        await ask.walk(steps)
        for item in tables.yields():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        def titled(google: "Spreadsheets") -> str:
            return google.about(Titled, self.document, TITLE, []).properties.title

        read = partial(self._asked, ask, asyncio.get_running_loop(), titled)
        return Seen(await ask.thread(read, host=self.document))

    def _asked(self, ask: Ask, loop: asyncio.AbstractEventLoop, question: "Callable[[Spreadsheets], T]") -> T:
        """What Google answers to a question, once we have shown who asks. Blocking."""
        try:
            from connectors.parts.google import Spreadsheets
        except ModuleNotFoundError as error:
            raise Refused(f"google_sheets needs the package {error.name}, which is not installed", _LIBRARY) from None
        google = Spreadsheets(ask, loop, self.base)
        account = None
        if self.credentials is not None:
            account = service_account(ask.home, self.credentials)
            google.sign_in(account, self.credentials.rpartition("/")[2])
        elif self.api_key is not None:
            google.show_key(self.api_key)
        with _advised(account):
            return question(google)

    def _grid(self, google: "Spreadsheets", zone: ZoneInfo) -> tuple[Grid, ZoneInfo]:
        """What the document holds, and its zone."""
        pages = self._values(google)
        ranges: list[str] = []
        for worksheet, page in pages.items():
            signals = [settings for settings in self.named.values() if settings.worksheet == worksheet]
            ranges += wanted(page, signals, zone)
        if not ranges:
            return Grid(pages), zone  # no cell is there that a signal looks at
        about = google.about(About, self.document, MANNER, ranges)
        shown = {worksheet: page.shown_by(about) for worksheet, page in pages.items()}
        dated = any(settings.date is not None for settings in self.named.values())
        return Grid(shown), about.zone() if dated else zone

    def _values(self, google: "Spreadsheets") -> Mapping[str | None, Page]:
        """All values of the worksheets that signals are in, with one question."""
        worksheets = list(dict.fromkeys(settings.worksheet for settings in self.named.values()))
        asked = worksheets
        try:
            batch = google.values(Batch, self.document, [whole(worksheet) for worksheet in asked])
        except Refused as error:
            if error.status != 400:
                raise
            # Google does not say which names there are, nor forgive spaces around them.
            titles = google.about(About, self.document, TITLES, []).titles
            asked = [titles[chosen(worksheet, titles, "the document")] for worksheet in worksheets]
            if asked == worksheets:
                raise
            batch = google.values(Batch, self.document, [whole(title) for title in asked])
        if len(batch.ranges) != len(worksheets):
            raise Broken(f"{len(worksheets)} ranges were asked for, and {len(batch.ranges)} came", "valueRanges")
        pages = map(Page, batch.ranges, asked)
        return dict(zip(worksheets, pages, strict=True))


@contextmanager
def _advised(account: ServiceAccount | None) -> Iterator[None]:
    """What to do about a refusal, in the words of Google's pages."""
    try:
        yield
    except Refused as error:
        raise Refused(error.message, _cure(error, account), error.status) from None


def _cure(error: Refused, account: ServiceAccount | None) -> str:
    if "has not been used" in error.message or "disabled" in error.message:
        return "switch the Google Sheets API on: console.cloud.google.com, APIs & Services, Library, Google Sheets API"
    if "not supported for this document" in error.message:
        return "the document is an Office file: open it, choose File, Save as Google Sheets, and use the new address"
    if error.status in (400, 401) and account is None:
        return "check api_key: console.cloud.google.com, APIs & Services, Credentials"
    if error.status == 403 and account is None:
        return "let anyone with the link see the document (Share, General access), or use credentials; check api_key"
    if error.status == 403 and account is not None:
        return f"share the document with {account.client_email} as a viewer"
    if error.status == 404:
        return "check document: it is the part of the address between /d/ and /edit"
    return error.cure
