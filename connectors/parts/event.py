"""Which events of a calendar count, and for how much."""

import html
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from connectors.parts.happening import Happening
from connectors.parts.ics import Event
from connectors.parts.words import found, regular, whole
from ingest.connector.figure import number

NUMBER = r"[-+]?\d+(?:[.,:]\d+)*%?"
TAG = re.compile(r"<[^<>]{0,1000}>")


class EventSettings(Happening):
    """Which events of the calendar count, and for how much. Without any condition every event counts."""

    because = "a calendar tells events"
    summary: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None,
        examples=["talk"],
        description="what the title contains, in capitals or not (`talk`); between slashes a regular expression "
        "(`/talk|keynote/`)",
    )
    category: Annotated[re.Pattern[str], BeforeValidator(whole)] | None = Field(
        None, description="one of the event's categories, whole (`speaking`), or a `/…/` found in one"
    )
    location: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None, description="what the place contains, or a `/…/` found in it"
    )
    amount: str | None = Field(
        None,
        min_length=1,
        description="where an event says how much it counts for: the word beside the number in its description or "
        "title (`attendees` finds `Attendees: 45` and `45 attendees`), a `/…/` with the number in brackets "
        "(`/(\\d+) came/`), or one of its own properties (`X-ATTENDEES`). Without it every event counts 1",
    )

    @field_validator("amount")
    @classmethod
    def _one_number(cls, written: str | None) -> str | None:
        expression = regular(written)
        if expression and expression.groups != 1:
            raise ValueError(r"write the number in one pair of brackets: `/(\d+) came/`")
        return written

    def wants(self, event: Event) -> bool:
        return (
            (self.summary is None or self.summary.search(event.summary) is not None)
            and (self.location is None or self.location.search(event.location) is not None)
            and (self.category is None or any(map(self.category.search, event.categories)))
        )

    def amount_of(self, event: Event) -> float | None:
        """How much an event counts for; None while it does not say. `FigureError` where that could be two numbers."""
        if self.amount is None:
            return 1.0
        says = self._says(self.amount, event).strip()
        return number(says, unit=self.unit) if re.fullmatch(NUMBER, says, re.ASCII) else None

    def _says(self, amount: str, event: Event) -> str:
        if amount.upper().startswith("X-"):
            return event.own.get(amount.upper(), "")
        text = f"{plain(event.description)}\n{event.summary}"
        finds = (each.search(text) for each in beside(amount))
        return next((find[1] or "" for find in finds if find), "")


def beside(amount: str) -> list[re.Pattern[str]]:
    """What finds the number that belongs to a word, behind a colon first, then before it; or the user's own way."""
    if expression := regular(amount):
        return [expression]
    word = re.escape(amount)
    return [
        re.compile(rf"(?<!\w){word}\s*[:=]\s*({NUMBER})", re.IGNORECASE),
        re.compile(rf"(?<![\w.,])({NUMBER})\s*{word}(?!\w)", re.IGNORECASE),
    ]


def plain(text: str) -> str:
    """A description without the HTML that some calendars put in."""
    return html.unescape(TAG.sub(" ", text))
