"""Which mails are requests, as the user describes them in the settings of a signal."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from connectors.parts.words import found
from ingest.connector import Kind, SignalSettings

Words = Annotated[re.Pattern[str], BeforeValidator(found)]


class RequestSettings(SignalSettings):
    """A signal that counts mails."""

    kind: Kind = Field(Kind.EVENTS, description="always `events`")

    @field_validator("kind")
    @classmethod
    def _events(cls, kind: Kind) -> Kind:
        if kind is not Kind.EVENTS:
            raise ValueError("mails are events; write `kind: events` or leave it out")
        return kind


class HeaderSettings(RequestSettings):
    """Which mails are requests of this kind. Without any condition every mail in the folder is one."""

    subject: Words | None = Field(
        None,
        examples=["guest post"],
        description="what the subject contains, in capitals or not (`guest post`); between slashes a regular "
        "expression (`/guest (post|article)/`)",
    )
    sender: Words | None = Field(None, alias="from", description="what the sender's name or address contains")
    to: Words | None = Field(None, description="what the recipients contain, those of a copy too: `speaking@`")
    match: Literal["any", "all"] = Field("all", description="whether one of these must fit or all of them")
    folder: str | None = Field(None, min_length=1, description="another folder than that of the source")

    def fits(self, subject: str, sender: str, recipients: str) -> list[bool]:
        """Whether each of the conditions on the headers that there are holds."""
        asked = ((self.subject, subject), (self.sender, sender), (self.to, recipients))
        return [words.search(text) is not None for words, text in asked if words is not None]
