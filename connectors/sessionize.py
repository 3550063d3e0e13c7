"""Talks and speakers of an event that is organised with Sessionize."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import BaseModel, Field, RootModel

from connectors.parts.origin import beneath
from ingest.connector import Ask, Connector, Reading, Yielded, hours, level

Id = Annotated[str, Field(min_length=1)]


class Speaker(BaseModel):
    id: Id


class Session(BaseModel):
    id: Id
    speakers: list[Speaker]


class Group(BaseModel):
    sessions: list[Session]


Groups = RootModel[list[Group]]


class Sessionize(Connector):
    """Talks and speakers of an event that you organise with Sessionize, as its public programme has them.

    Sessionize tells of what was accepted and is published, and of nothing else: how many talks were handed in, and
    when, is not in its API, and a speaker cannot ask about talks of their own. So these are levels without a past;
    before anything is published they are 0. `sessions` are those that have a speaker, so that breaks do not count. A
    session that stands in several groups counts once, and so does a speaker with several sessions. Names are not kept.

    In Sessionize open the event, *API / Embed*, and add an endpoint of the format JSON, with *Sessions* and *Speakers*
    in it; its id stands in its address, `https://sessionize.com/api/v2/{id}/view/…`. It needs no key: who knows the id
    can read the programme. Sessionize answers from a cache, some minutes old. Its API is described nowhere that
    programs could read, and the form of the answer is known from its users.
    """

    every = hours(6)
    needs = "an endpoint of the event (API / Embed)"
    proven = "from programs that use it, with recorded answers; to be checked live"
    signals = {
        "sessions": level("sessions", "accepted and published sessions that have a speaker"),
        "speakers": level("people", "who speaks in them"),
    }

    endpoint: str = Field(
        pattern=r"^[A-Za-z0-9]+$",
        description="the endpoint's id, behind `/api/v2/` in its address",
        examples=["jl4ktls0"],
    )
    url: str = Field("https://sessionize.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        groups = await ask.json(Groups, f"{beneath(self.url, 'api', 'v2')}/{self.endpoint}/view/Sessions")
        talks = [one for group in groups.root for one in group.sessions if one.speakers]
        yield Reading("sessions", len({one.id for one in talks}))
        yield Reading("speakers", len({speaker.id for one in talks for speaker in one.speakers}))
