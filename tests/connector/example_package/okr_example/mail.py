"""Newsletter subscribers from Example Mail."""

from collections.abc import AsyncIterator
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from ingest.connector import Ask, Connector, Reading, Signal, level


class Page(BaseModel):
    count: int


class ExampleMail(Connector):
    """Newsletter subscribers from Example Mail. Needs a key with read access."""

    signals: ClassVar[dict[str, Signal]] = {"subscribers": level("people", "confirmed subscribers today")}

    api_key: SecretStr = Field(description="a key with read access")

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        page = await ask.json(Page, "https://api.example.com/v1/subscribers", bearer=self.api_key)
        yield Reading("subscribers", page.count)
