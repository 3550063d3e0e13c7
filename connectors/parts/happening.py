"""Signals that count what happened, and are never a level."""

from typing import ClassVar

from pydantic import Field, field_validator

from ingest.connector import Kind, SignalSettings


class Happening(SignalSettings):
    """A signal of events alone."""

    because: ClassVar[str]
    """Why it is nothing else: `a feed tells events`."""

    kind: Kind = Field(Kind.EVENTS, description="always `events`")

    @field_validator("kind")
    @classmethod
    def _events(cls, kind: Kind) -> Kind:
        if kind is not Kind.EVENTS:
            raise ValueError(f"{cls.because}; write `kind: events` or leave it out")
        return kind
