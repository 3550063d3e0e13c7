"""Requests that come by mail."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, SecretStr, TypeAdapter, field_validator, model_validator

from connectors.parts.mail import Mail, mail_of, text_of
from connectors.parts.request_mail import HeaderSettings, Words
from connectors.parts.thread import Letter, Place, remembered, requests
from ingest.connector import Ask, Cursor, Named, OAuth, Reading, Seen, Span, Yielded, minutes
from ingest.connector.address import is_here

if TYPE_CHECKING:
    from connectors.parts.imap import Session
    from connectors.parts.imap_wire import Server

HEADERS = 500
"""Mails whose headers are asked for at once."""
BODIES = 50
"""Mails whose contents are asked for at once."""
ENOUGH = 4
"""After so many times the bytes that one answer may have a pull ends; the next one reads on."""
PLACES: TypeAdapter[dict[str, Place]] = TypeAdapter(dict[str, Place])
"""The cursor: for each folder how far it was read."""


class MailSettings(HeaderSettings):
    """Which mails are requests of this kind. Without any condition every mail in the folder is one."""

    body: Words | None = Field(None, description="what the text contains; attachments are not looked at")

    def says(self, mail: Mail) -> bool | None:
        """Whether a mail is meant; None where its text decides."""
        fits = self.fits(mail.subject, mail.sender, mail.recipients)
        if self.match == "any" and (fits or self.body):
            return True if any(fits) else None if self.body else False
        return False if not all(fits) else None if self.body else True


class Imap(Named[MailSettings]):
    """Requests that come by mail: invitations, job offers, questions, guest posts.

    Each mail that a signal describes counts once, on the day it was sent. A request and its replies are one: they are
    known by Message-ID, In-Reply-To and References, and the first mail of them that fits is the one that counts. What
    is deleted, moved or archived later still counts, because the request did come. Mails that are only moved, or came
    twice, count once.

    Mails are only read: nothing is marked as seen, moved or deleted. Of a mail that counts its time is kept, and a
    keyed hash of its Message-ID; sender, recipients, subject and text are looked at and forgotten.

    **An app password** is made for this one use and can be revoked. Write it in `.env`.

    - Gmail (`imap.gmail.com`): switch on 2-Step Verification, then open myaccount.google.com/apppasswords. With an
      account of a company or school its administrator may have to allow it.
    - iCloud (`imap.mail.me.com`): account.apple.com, *Sign-In and Security*, *App-Specific Passwords*.
    - Yahoo (`imap.mail.yahoo.com`): *Account security*, *Generate app password*.
    - Fastmail (`imap.fastmail.com`): *Settings*, *Privacy & Security*, *Manage app passwords*.
    - GMX and WEB.DE (`imap.gmx.net`, `imap.web.de`): allow POP3 and IMAP in the mail settings; with two-factor
      authentication an app password too.
    - Proton: run Proton Bridge; it shows host (`127.0.0.1`), port (1143) and password. Write `tls: starttls` and let
      `ca_file` name the certificate that the Bridge exports.
    - Outlook and Microsoft 365 (`outlook.office365.com`) take no passwords any more: `oauth`.

    **OAuth 2** needs an app that you register with the provider. Write it as `oauth`, then run `okr auth`.

    - Microsoft: entra.microsoft.com, *App registrations*, *Mobile and desktop applications* with `http://localhost`,
      which is the `redirect`. `https://login.microsoftonline.com/common/oauth2/v2.0/` with `authorize`, `token` and
      `devicecode`; `scope: https://outlook.office.com/IMAP.AccessAsUser.All offline_access`.
    - Google: console.cloud.google.com, *Clients*, *Desktop app*. `https://accounts.google.com/o/oauth2/v2/auth` and
      `https://oauth2.googleapis.com/token`; `scope: https://mail.google.com/`; the `parameters` `access_type: offline`
      and `prompt: consent`.

    The first pull reads the headers of all mails, or those since the day that `history` or the key results ask for; the
    following ones read what is new. A very large mailbox is read over several pulls. The text of a mail is fetched only
    where a signal has a `body` and the rest of the mail has not decided yet. In folders that hold your own mails too
    (Gmail's `[Gmail]/All Mail`) a thread that you began counts if it fits, so better name a folder of what comes in.
    """

    every: ClassVar[timedelta | None] = minutes(15)
    proven: ClassVar[str] = "on Dovecot 2.3: passwords, XOAUTH2, TLS, STARTTLS, 100,000 mails"

    host: str = Field(description="the mail server: `imap.gmail.com`", examples=["imap.example.org"])
    port: int = Field(993, ge=1, le=65535, description="993 is encrypted from the start, 143 by STARTTLS")
    username: str = Field(
        min_length=1, description="who logs in, usually the mail address", examples=["me@example.org"]
    )
    password: SecretStr | None = Field(
        None, examples=["…"], description="the password, with most providers an app password"
    )
    token: SecretStr | None = Field(None, description="or an access token of OAuth 2 (XOAUTH2)")
    oauth: OAuth | None = Field(None, description="or how such a token is got by `okr auth` and renewed")
    folder: str = Field("INBOX", min_length=1, description="the folder that is read: `Requests`, `INBOX/Speaking`")
    tls: Literal["implicit", "starttls", "none"] | None = Field(
        None,
        description="how it is encrypted, where the port does not tell (143: `starttls`, else `implicit`); `none` only "
        "to a server on this machine",
    )
    ca_file: str | None = Field(
        None, min_length=1, description="for your own server: the PEM file of the authority of its certificate"
    )

    @field_validator("host")
    @classmethod
    def _name(cls, host: str) -> str:
        if not re.fullmatch(r"[\w.-]+|\[?[0-9a-fA-F:.]+\]?", host):
            raise ValueError("not the name of a server; write it alone: `imap.example.org`, the port in `port`")
        return host.strip("[]")

    @model_validator(mode="after")
    def _credential(self) -> Self:
        if [self.password, self.token, self.oauth].count(None) != 2:
            raise ValueError("give either `password`, `token` or `oauth`")
        secret = self.password or self.token
        if not all(text.isprintable() for text in (self.username, secret.get_secret_value() if secret else "")):
            raise ValueError("`username`, `password` and `token` are written in one line")
        if self.tls == "none" and not is_here(self.host):
            raise ValueError("`tls: none` is for a server on this machine; leave it out, or write `tls: starttls`")
        if self.tls == "starttls" and self.port == 993:
            raise ValueError("port 993 is encrypted from the start; for `tls: starttls` write `port: 143`")
        return self

    def authorization(self) -> OAuth | None:
        return self.oauth

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        before = PLACES.validate_python(ask.cursor or {})
        after = {}
        with closing(await self._opened(ask)) as session:
            for folder, signals in self._folders().items():
                reader = _Reader(ask, session, signals)
                after[folder] = await reader.read(folder, before.get(folder))
                for item in reader.yields:
                    yield item
        if after != before:
            yield Cursor(PLACES.dump_python(after, mode="json"))

    async def seen(self, ask: Ask) -> Seen:
        """How many mails there are to look through, which tells a folder without any from a signal that finds none."""
        folders = list(self._folders())[:2]
        with closing(await self._opened(ask)) as session:
            found = [await ask.thread(session.examine, folder, host=session.host) for folder in folders]
        lie = [(name, box.mails) for name, box in zip(folders, found, strict=True) if box.mails is not None]
        return Seen(self.username, tuple(f"{mails:,} mails lie in {name}" for name, mails in lie))

    def _folders(self) -> dict[str, dict[str, MailSettings]]:
        """The signals of each folder, by their names."""
        folders: dict[str, dict[str, MailSettings]] = {}
        for name, settings in self.named.items():
            folders.setdefault(settings.folder or self.folder, {})[name] = settings
        return folders

    async def _opened(self, ask: Ask) -> "Session":
        from connectors.parts.imap_login import Login
        from connectors.parts.imap_open import opened

        login = Login(self.username, self.password, self.token)
        return await opened(ask, self._server(ask.home), login, granted=self.oauth is not None)

    def _server(self, home: Path) -> "Server":
        from connectors.parts.imap_wire import Server, Tls

        ca_file = home / Path(self.ca_file).expanduser() if self.ca_file else None
        return Server(self.host, self.port, Tls(self.tls or ("starttls" if self.port == 143 else "implicit")), ca_file)


class _Reader:
    """One folder, read from where the last pull ended."""

    def __init__(self, ask: Ask, session: "Session", signals: Mapping[str, MailSettings]) -> None:
        self._ask, self._session, self._signals = ask, session, signals
        self.yields: list[Yielded] = []

    async def read(self, folder: str, before: Place | None) -> Place:
        """Fills `yields`; the place where the next pull goes on."""
        ask, session = self._ask, self._session
        box = await ask.thread(session.examine, folder, host=session.host)
        place = (before or Place(validity=box.validity, since=ask.since)).resumed(box.validity, ask.since)
        uids: list[int] = []
        if box.next != place.uid + 1:
            uids = await ask.thread(session.search, place.uid, place.since, host=session.host)
        letters: list[Letter] = []
        read, until = max(place.uid, (box.next or 0) - 1, *uids[-1:]), None
        for batch in _batches(uids, HEADERS):
            mails = await ask.thread(_headers, session, batch, host=session.host)
            letters += await self._letters(mails)
            if session.received > ENOUGH * ask.limits.body and batch[-1] < uids[-1]:
                read, until = batch[-1], mails[max(mails)].arrived if mails else place.since
                break
        letters.sort(key=lambda letter: letter.at)
        seen = {name: self._counted(name, letters, place) for name in self._signals}
        self.yields += [Span(name, place.since, _not_before(place.since, until)) for name in self._signals]
        return Place(validity=place.validity, uid=read, since=place.since, seen=seen)

    def _counted(self, name: str, letters: Sequence[Letter], place: Place) -> list[str]:
        seen = dict.fromkeys(place.seen.get(name, ()))
        for letter in requests(letters, name, seen):
            if place.since is None or letter.at >= place.since:
                self.yields.append(Reading(name, at=letter.at, key=self._ask.fingerprint(letter.root)))
        return remembered(seen)

    async def _letters(self, mails: Mapping[int, Mail]) -> list[Letter]:
        says = {uid: {name: one.says(mail) for name, one in self._signals.items()} for uid, mail in mails.items()}
        unsure = [uid for uid, signals in says.items() if None in signals.values()]
        bodies = {name: one.body for name, one in self._signals.items() if one.body is not None}
        for batch in _batches(unsure, BODIES):
            read = await self._ask.thread(_bodies, self._session, batch, bodies, host=self._session.host)
            for uid, finds in read.items():
                says[uid] = {name: name in finds if say is None else say for name, say in says[uid].items()}
        return [
            Letter(
                at=mail.at,
                root=mail.root,
                marks=tuple(self._ask.fingerprint(one)[:12] for one in (mail.own, *mail.links)),
                wanted=frozenset(name for name, say in says[uid].items() if say),
            )
            for uid, mail in mails.items()
        ]


def _headers(session: "Session", uids: Sequence[int]) -> dict[int, Mail]:
    return {raw.uid: mail_of(raw.header, raw.arrived) for raw in session.headers(uids)}


def _bodies(session: "Session", uids: Sequence[int], bodies: Mapping[str, re.Pattern[str]]) -> dict[int, set[str]]:
    """The signals whose words are in the text of each of these mails."""
    texts = ((uid, text_of(message)) for uid, message in session.bodies(uids).items())
    return {uid: {name for name, words in bodies.items() if words.search(text)} for uid, text in texts}


def _batches(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (uids[start : start + size] for start in range(0, len(uids), size))


def _not_before(start: datetime | None, end: datetime | None) -> datetime | None:
    return max(start, end) if start and end else end
