"""The contract: a connector is one class whose fields are its YAML and whose one method yields readings."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from ingest.connector.hook import Hook, Message
from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.renewal import Renewal
from ingest.connector.reading import Reading, Yielded
from ingest.connector.seen import Seen
from ingest.okr.signal import Kind

if TYPE_CHECKING:
    from ingest.connector.ask import Ask


@dataclass(frozen=True, slots=True)
class Signal:
    """Something a source can tell."""

    kind: Kind
    unit: str | None = None
    description: str = ""
    max_step: str | None = None
    """The largest plausible step between readings (of events the largest plausible amount): `500` or `20%`."""


def level(unit: str | None = None, description: str = "", max_step: str | None = None) -> Signal:
    return Signal(Kind.LEVEL, unit, description, max_step)


def counter(unit: str | None = None, description: str = "", max_step: str | None = None) -> Signal:
    return Signal(Kind.COUNTER, unit, description, max_step)


def events(unit: str | None = None, description: str = "", max_step: str | None = None) -> Signal:
    return Signal(Kind.EVENTS, unit, description, max_step)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


class Connector(BaseModel):
    """Base of every connector.

    Fields are the settings in YAML (each with a description), the docstring is its page in the docs. No try/except,
    no retry, no clock, no logging and no storage in a connector: `Ask` and the caller have them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    every: ClassVar[timedelta | None] = hours(1)
    """How often it is asked where the user does not say; None: it is never asked (manual, push)."""
    fastest: ClassVar[timedelta] = minutes(1)
    """The shortest `every` that the source allows."""
    stale_after: ClassVar[timedelta | None] = None
    """Its own default where `2 × every + 1 h` is wrong: 35 days for an export."""
    needs_allow: ClassVar[str | None] = None
    """What must be allowed outside of the file (`--allow command`) before it may be configured; None: nothing."""
    needs: ClassVar[str] = ""
    """What its credential must be allowed, and where one gets it: `an API key that may read (Settings, API)`. It is
    said on its page, and to whom a source answers with 401 or 403 after "it needs"."""
    ends: ClassVar[date | None] = None
    """The day on which the vendor ends the version of its API that is asked, where it has told."""
    proven: ClassVar[str] = ""
    """How far it was tried, said on its page: with recorded answers, real files, a live account."""
    signals: ClassVar[Mapping[str, Signal]] = {}
    """What it tells. A generic connector lets the user name them: see `offered`."""

    def offered(self) -> Mapping[str, Signal]:
        """The signals of this source, by name. Generic connectors make them of their settings."""
        return self.signals

    def hook(self) -> Hook | None:
        """How senders reach this source at `/hooks/{source}`; None: not at all."""
        return None

    def authorization(self) -> OAuth | Renewal | None:
        """How the user grants us access with `okr auth SOURCE`, or how the token in the settings is renewed; None: it
        stays as it is. `Ask.token` gives the token."""
        return None

    def received(self, message: Message) -> Iterable[Reading]:
        """What a verified delivery to the hook tells; `Broken` where it is not what the sender's docs say.

        A reading without a time is of the moment it came; an event without a key gets one made of the delivery.
        """
        raise NotImplementedError

    async def seen(self, ask: "Ask") -> Seen:
        """What the credential can see, told by `okr check --live` after a pull that went well: one small request.

        How many there are and how far back is known from the pull; here it is the name that they stand under.
        """
        return Seen()

    def pull(self, ask: "Ask") -> AsyncIterator[Yielded]:
        """Ask the source once and yield what it says."""
        raise NotImplementedError
