"""Requests that come to a Microsoft 365 or Outlook.com mailbox."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, TypeAdapter

from connectors.parts.graph_mail import Letters, Place, listed
from connectors.parts.microsoft_account import MicrosoftAccount
from connectors.parts.origin import beneath
from connectors.parts.request_mail import HeaderSettings
from connectors.parts.thread import remembered, requests
from connectors.parts.utc import utc
from ingest.connector import Ask, Cursor, Named, Params, Reading, Seen, Span, Yielded, minutes

_PAGE = 500
_PLACES: TypeAdapter[dict[str, Place]] = TypeAdapter(dict[str, Place])
"""The cursor: for each folder how far it was read."""
_FIELDS = "id,conversationId,receivedDateTime,subject,from,toRecipients,ccRecipients"


class Folder(BaseModel):
    name: str = Field(alias="displayName")


class MicrosoftMail(MicrosoftAccount, Named[HeaderSettings]):
    """Requests that come to a mailbox of Microsoft 365 or Outlook.com: invitations, job offers, questions.

    Each conversation counts once, when the first of its mails came that a signal describes. What is deleted or moved
    later still counts, if it was there when it was read; a rule that moves mails at once needs the other `folder`.
    Sender, recipients and subject are looked at and forgotten; of a mail that counts its time is kept, and a keyed hash
    of the conversation's id. What mails say, and what is attached, is not asked for.

    **Access.** On entra.microsoft.com, *App registrations*, *New registration*: *Accounts in any organizational
    directory and personal Microsoft accounts*; under *Authentication* add *Mobile and desktop applications* with
    `http://localhost`; under *API permissions* add *Microsoft Graph*, *Delegated*, `Mail.ReadBasic`, the smallest that
    lists mails. Write the app's id as `client_id` and run `okr auth`. Accounts of one company alone need `tenant`, and
    its administrator may have to allow it. A grant that is not used for 90 days ends.

    `folder` is one of Microsoft's names (`inbox`, `archive`, `junkemail`) or the id of a folder; the names that you
    gave to folders are not known to the API.

    Microsoft's own counts of mails are not used: with a filter they were -1, and without one they held what is deleted
    and chats. Mails are listed, 500 a request, oldest first, from what the key results or `history` ask for on, else
    from the first; 20,000 in a pull, so a very large mailbox is read over several pulls. The last hour is read again
    each time. Microsoft allows 10,000 requests in ten minutes, and four at a time.
    """

    permission = "Mail.ReadBasic"
    every: ClassVar[timedelta | None] = minutes(15)
    needs = "the consent of the mailbox's owner to Mail.ReadBasic: run `okr auth`"
    proven = "from the vendor's documentation, with recorded answers; to be checked live"

    folder: str = Field("inbox", min_length=1, description="the folder that is read: `inbox`, `archive`, an id")
    url: str = Field("https://graph.microsoft.com", description="another address of the API: that of a national cloud")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        before = _PLACES.validate_python(ask.cursor or {})
        after = {}
        for folder, signals in self._folders().items():
            place = Place(since=ask.since).resumed(before.get(folder))
            letters, until = await self._letters(ask, folder, signals, place.start())
            seen: dict[str, list[str]] = {}
            for name in signals:
                marks = dict.fromkeys(place.seen.get(name, ()))
                for letter in requests(letters, name, marks):
                    yield Reading(name, at=letter.at, key=ask.fingerprint(letter.root))
                seen[name] = remembered(marks)
                yield Span(name, place.since, until)
            after[folder] = Place(since=place.since, until=until or ask.now, seen=seen)
        yield Cursor(_PLACES.dump_python(after, mode="json"))

    def _folders(self) -> dict[str, dict[str, HeaderSettings]]:
        """The signals of each folder, by their names."""
        folders: dict[str, dict[str, HeaderSettings]] = {}
        for name, settings in self.named.items():
            folders.setdefault(settings.folder or self.folder, {})[name] = settings
        return folders

    async def _letters(
        self, ask: Ask, folder: str, signals: Mapping[str, HeaderSettings], start: datetime | None
    ) -> Letters:
        """What came, and until when that is all; None: until now."""
        # the ordered property must come first in the filter, else the filter is refused as inefficient
        params: Params = {"$select": _FIELDS, "$orderby": "receivedDateTime asc", "$top": _PAGE}
        if start is not None:
            params = {**params, "$filter": f"receivedDateTime ge {utc(start)}"}
        return await listed(ask, f"{self._at(folder)}/messages", params, signals, await self.bearer(ask))

    async def seen(self, ask: Ask) -> Seen:
        """Two folders at most are asked for. Whose mailbox it is, a token for mails alone does not tell."""
        params: Params = {"$select": "displayName"}
        folders = [
            await ask.json(Folder, self._at(folder), params=params, bearer=await self.bearer(ask))
            for folder in list(self._folders())[:2]
        ]
        return Seen(", ".join(folder.name for folder in folders))

    def _at(self, folder: str) -> str:
        return f"{beneath(self.url, 'v1.0')}/me/mailFolders/{quote(folder, safe='')}"
