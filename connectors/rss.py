"""Entries of an RSS or Atom feed: guest posts, episodes, articles of others."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, field_validator

from connectors.parts.feed import Entry, entries, listed, title
from connectors.parts.happening import Happening
from connectors.parts.words import found, whole
from ingest.connector import Ask, Broken, Cursor, Named, Reading, Seen, Span, Yielded, minutes

_LONGEST_KEY = 200
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"


class EntrySettings(Happening):
    """Which entries count. Without any condition each does; several must all be met."""

    because = "a feed tells events"
    author: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None, examples=["Ada"], description="what an author's name contains, or between slashes a regular expression"
    )
    title: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None, description="what the title contains, or a `/…/` found in it"
    )
    category: Annotated[re.Pattern[str], BeforeValidator(whole)] | None = Field(
        None, description="one of the entry's categories, whole (`guest post`), or a `/…/` found in one"
    )

    def wants(self, entry: Entry) -> bool:
        return (
            (self.title is None or self.title.search(entry.title) is not None)
            and (self.author is None or any(map(self.author.search, entry.authors)))
            and (self.category is None or any(map(self.category.search, entry.categories)))
        )


class Kept(BaseModel):
    asked: datetime


class Rss(Named[EntrySettings]):
    """Entries of an RSS or Atom feed: guest posts, episodes, what others publish.

    Each entry that a signal wants counts once, when it was published. It is known by its guid (Atom: id), else by its
    link, so an entry that is edited or moved to another day is the same one. Where a feed says only when an entry was
    last changed, that is its time.

    **A feed shows the last entries only**, often 10 to 50. So what was before the oldest of them is unknown, and not
    zero; an entry that drops out of the feed stays counted; and where more came between two pulls than the feed holds,
    the gap is told. `complete: true` says that this feed lists all there ever were, as many podcasts' do: then all of
    the past is known, and an entry that is taken out of the feed no longer counts.

    A blog's feed is often at `/feed`, `/rss.xml`, `/atom.xml` or `/index.xml`; a podcast's is what its host gives to
    the directories. Guest posts of yours on somebody's blog are those with your name as `author`. Listeners are in no
    feed.

    A feed that is cut off or no well-formed XML, an entry that counts and has no date, and a date that cannot be read
    stop the pull and are named. A day without a time begins at midnight in the configured zone, a time without a zone
    is taken as UTC. At most 16 MiB and 10,000 entries are read.
    """

    proven = "with feeds of RSS 0.91, 1.0 and 2.0 and Atom in a table of tests, cut and hostile ones too"
    fastest = minutes(15)

    url: SecretStr = Field(
        description="the address of the feed; that of a private one is a secret", examples=["https://…"]
    )
    complete: bool = Field(False, description="`true` where the feed lists all entries there ever were")

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value().strip())
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError("not the address of a feed; it begins with https://")
        return url

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        shown = list(listed(await ask.thread(entries, await self._body(ask))))
        for signal, settings in self.named.items():
            for entry in filter(settings.wants, shown):
                at = _time(ask, entry)
                if at is None:
                    raise Broken("does not say when it was published", f"entry {entry.number}")
                if ask.since is None or at >= ask.since:
                    yield Reading(signal, 1, at, None if entry.key is None else _key(ask, entry.key))
        if self.complete:
            yield Span(start=ask.since, whole=True)
            return
        yield Span(start=self._start(ask, shown))
        yield Cursor(Kept(asked=ask.now).model_dump(mode="json"))

    async def seen(self, ask: Ask) -> Seen:
        return Seen(await ask.thread(title, await self._body(ask)))

    async def _body(self, ask: Ask) -> bytes:
        answer = await ask.get(self.url.get_secret_value().strip(), headers={"Accept": _ACCEPT})
        if answer.is_html:
            raise Broken("the answer is a web page (HTML) and no feed; is the address that of the feed itself?")
        return answer.body

    def _start(self, ask: Ask, shown: list[Entry]) -> datetime:
        """From when on nothing is missing: the oldest entry; without any, the last pull."""
        times = [at for entry in shown if (at := _time(ask, entry)) is not None]
        if not times:
            return Kept.model_validate(ask.cursor).asked if ask.cursor else ask.now
        return min(ask.now, *times)


def _time(ask: Ask, entry: Entry) -> datetime | None:
    if isinstance(entry.day, datetime) or entry.day is None:
        return entry.day
    return ask.midnight(entry.day)


def _key(ask: Ask, key: str) -> str:
    """As it is stored: what may be an address of a person, or is no plain text, as a keyed hash."""
    return key if "@" not in key and key.isprintable() and len(key) <= _LONGEST_KEY else ask.fingerprint(key)
