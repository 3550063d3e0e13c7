"""Mails as Microsoft Graph lists them: read from where the last pull ended, and what is kept of them meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.parts.request_mail import HeaderSettings
from connectors.parts.thread import Letter
from ingest.connector import Answer, Ask, Params, hours

MOST = 20_000
"""Mails that are read in one pull."""
_AGAIN = hours(1)

Id = Annotated[str, Field(min_length=1)]
Letters = tuple[list[Letter], datetime | None]


class Address(BaseModel):
    name: str | None = None
    address: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.name is None and self.address is None:
            raise ValueError("has neither name nor address")
        return self


class Person(BaseModel):
    address: Address = Field(alias="emailAddress")

    def __str__(self) -> str:
        return f"{self.address.name or ''} <{self.address.address or ''}>"


class Message(BaseModel):
    id: Id
    conversation: Id = Field(alias="conversationId")
    at: AwareDatetime = Field(alias="receivedDateTime")
    subject: str | None = None
    sender: Person | None = Field(None, alias="from")
    to: list[Person] | None = Field(alias="toRecipients")
    copies: list[Person] | None = Field(alias="ccRecipients")

    def says(self, signal: HeaderSettings) -> bool:
        """Whether a signal means it."""
        recipients = ", ".join(map(str, (*(self.to or ()), *(self.copies or ()))))
        fits = signal.fits(self.subject or "", str(self.sender or ""), recipients)
        return any(fits) or not fits if signal.match == "any" else all(fits)


class Page(BaseModel):
    value: list[Message]
    next: str | None = Field(None, alias="@odata.nextLink")


class Place(BaseModel):
    """How far a folder was read. Kept from pull to pull; nothing in it tells who wrote."""

    model_config = ConfigDict(frozen=True)

    since: datetime | None = None
    """Older mails are left out."""
    until: datetime | None = None
    """All that came before this was read; None: nothing yet."""
    seen: dict[str, list[str]] = {}
    """Of each signal: hashes of the conversations that counted."""

    def resumed(self, before: "Place | None") -> "Place":
        """Where to go on: from `before`, unless older mails are wanted than then."""
        if before is None or (before.since is not None and (self.since is None or self.since < before.since)):
            return self
        return before

    def start(self) -> datetime | None:
        """From when on to list; None: from the first mail on."""
        if self.until is None:
            return self.since
        return self.until - _AGAIN if self.since is None else max(self.until - _AGAIN, self.since)


async def listed(
    ask: Ask, address: str, params: Params, signals: Mapping[str, HeaderSettings], bearer: SecretStr
) -> Letters:
    """What a listing in the order of time holds, and until when that is all; None: until now."""
    messages: list[Message] = []
    whole = True

    def following(page: Page, _: Answer) -> str | None:  # called when the page is among the messages
        nonlocal whole
        whole = page.next is None
        return page.next if len(messages) < MOST else None

    async for page in ask.pages(Page, address, following, params=params, bearer=bearer):
        messages += page.value
    letters = _letters(ask, messages, signals)
    return letters, None if whole else max(message.at for message in messages)


def _letters(ask: Ask, messages: Sequence[Message], signals: Mapping[str, HeaderSettings]) -> list[Letter]:
    return [
        Letter(
            at=message.at,
            root=message.conversation,
            marks=(ask.fingerprint(message.conversation)[:12],),
            wanted=frozenset(name for name, signal in signals.items() if message.says(signal)),
        )
        for message in sorted(messages, key=lambda one: one.at)
    ]
