"""Numbers in an Excel workbook that lies in OneDrive."""

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.cure import cured
from connectors.parts.microsoft_account import MicrosoftAccount
from connectors.parts.origin import beneath
from ingest.connector import (
    Ask,
    Named,
    Params,
    Seen,
    Yielded,
    minutes,
)
from ingest.connector.locale import Locale
from ingest.connector.sheet import Manner, Tables, TableSettings, opened

_MEANT = cured({404: "check path: it is the file's way from the top of your OneDrive, `Documents/meetup.xlsx`"})


class Item(BaseModel):
    name: str


class Workbook(Item):
    address: SecretStr = Field(alias="@microsoft.graph.downloadUrl")
    """Where the file is for a short while, for whoever knows it."""


class MicrosoftExcel(MicrosoftAccount, Named[TableSettings]):
    """Cells, columns and dated rows of an Excel workbook in OneDrive, private or of a company.

    Signals are written as for `spreadsheet`, whose page explains them: `cell`, `column`, or `date` with `value`. The
    workbook is fetched as a file and read like one, so a formula counts as what Excel last computed: one that looks
    things up elsewhere is as old as the last time that somebody opened the workbook. `.xls` and `.csv` are read too.
    Days and times without a zone are in the configured one.

    `path` is the file's way from the top of your OneDrive. Files of others, and those in SharePoint, are not found this
    way; one that is shared by a link that needs no login can be read by `spreadsheet`.

    **Access.** On entra.microsoft.com, *App registrations*, *New registration*: *Accounts in any organizational
    directory and personal Microsoft accounts*; under *Authentication* add *Mobile and desktop applications* with
    `http://localhost`; under *API permissions* add *Microsoft Graph*, *Delegated*, `Files.Read`. Write the app's id as
    `client_id` and run `okr auth`. `Files.Read` reads all files of the account; there is no smaller permission for one
    file. Accounts of one company alone need `tenant`, and its administrator may have to allow it. A grant that is not
    used for 90 days ends.

    A pull asks once where the file is and then fetches it, from another host and without the credential.
    """

    permission = "Files.Read"
    needs = "the consent of the file's owner to Files.Read: run `okr auth`"
    proven = "from the vendor's documentation, with recorded answers and a real workbook; to be checked live"
    fastest = minutes(5)

    path: str = Field(min_length=1, description="the file in OneDrive", examples=["Documents/meetup.xlsx"])
    locale: Locale | None = Field(
        None, description="how numbers and days that were typed as text are written: `de_DE`, `en_US`"
    )
    url: str = Field("https://graph.microsoft.com", description="another address of the API: that of a national cloud")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        params: Params = {"$select": "id,name,@microsoft.graph.downloadUrl"}
        file = await ask.json(Workbook, self._at, params=params, bearer=await self.bearer(ask), means=_MEANT)
        body = (await ask.get(file.address.get_secret_value())).body
        tables = Tables(self.named, Manner(ask.zone, ask.fingerprint, self.locale))
        steps = tables.steps(partial(opened, body, "the workbook"))
        del body
        await ask.walk(steps)
        for item in tables.yields():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        params: Params = {"$select": "id,name"}
        return Seen((await ask.json(Item, self._at, params=params, bearer=await self.bearer(ask), means=_MEANT)).name)

    @property
    def _at(self) -> str:
        return f"{beneath(self.url, 'v1.0')}/me/drive/root:/{quote(self.path.strip().strip('/'))}"
