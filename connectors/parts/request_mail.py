"""Which mails are requests, as the user describes them in the settings of a signal."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from connectors.parts.happening import Happening
from connectors.parts.words import found

Words = Annotated[re.Pattern[str], BeforeValidator(found)]


class HeaderSettings(Happening):
    """Which mails are requests of this kind. Without any condition every mail in the folder is one."""

    because = "mails are events"
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
