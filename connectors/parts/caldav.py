"""A calendar on a CalDAV server (RFC 4791): whether it is one, whether it changed, and its events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from pydantic import SecretStr

from connectors.parts.multistatus import DAV, Place, places
from ingest.connector import Answer, Ask, Broken, Refused
from ingest.connector.outcome import of_status
from ingest.connector.secret import without
from ingest.connector.shape import cleaned

CALDAV = "{urn:ietf:params:xml:ns:caldav}"
TYPE, NAME, TOKEN = f"{DAV}resourcetype", f"{DAV}displayname", f"{DAV}sync-token"
TAG = "{http://calendarserver.org/ns/}getctag"
PRINCIPAL, HOME = f"{DAV}current-user-principal", f"{CALDAV}calendar-home-set"
PARTS, DATA = f"{CALDAV}supported-calendar-component-set", f"{CALDAV}calendar-data"
SPACES = 'xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
LOOK = (
    f'<?xml version="1.0" encoding="utf-8"?><propfind {SPACES}><prop><resourcetype/><displayname/><s:getctag/>'
    "<sync-token/><current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/>"
    "</prop></propfind>"
).encode()
EVENTS = (
    f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query {SPACES}><prop><getetag/><c:calendar-data/></prop>'
    '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"/></c:comp-filter></c:filter>'
    "</c:calendar-query>"
).encode()
"""All events, whenever they are: what a server leaves out of a span by mistake would count as deleted."""
NO_DAV = frozenset(range(400, 500)) - {401, 407, 408, 425, 429} | {501}
"""How servers answer a method that they do not know."""
NO_TIME = 0
"""A status inside an answer comes without a Retry-After that would be dated by it."""
NAMED = 3
"""So many calendars are named where an account is given in place of one."""


@dataclass(frozen=True, slots=True)
class Collection:
    """An address on a CalDAV server, as one pull asks it."""

    ask: Ask
    url: str = field(repr=False)
    basic: tuple[str, SecretStr] | None = field(repr=False)

    async def state(self, *, sure: bool) -> str | None:
        """What the calendar at the address calls its state; empty if it does not tell. `Refused` names the calendars of
        an account.

        None: the address does not speak CalDAV, or is a file. If it must (`sure`), that is `Refused` or `Broken`.
        """
        heard = frozenset({401, 405}) if sure else NO_DAV | {401}
        answer = await self._say(self.url, "PROPFIND", LOOK, "0", heard)
        if answer.status == 401:
            raise self._login()
        if not sure and answer.status != 207:
            return None
        if answer.status == 405:
            raise Refused(
                f"{self.host} does not speak CalDAV at this address (405)",
                "write the address of a calendar, or the https address of its .ics as it is",
            )
        here = self._first(await self._places(answer))
        if f"{CALDAV}calendar" in here.kinds(TYPE):
            return here.text(TAG) or here.text(TOKEN)
        if not sure and f"{DAV}collection" not in here.kinds(TYPE):
            return None
        raise await self._no_calendar(here)

    async def title(self) -> str | None:
        """What the calendar is called, empty if it does not say; None where the address does not speak CalDAV."""
        answer = await self._say(self.url, "PROPFIND", LOOK, "0", NO_DAV | {401})
        if answer.status == 401:
            raise self._login()
        return self._first(await self._places(answer)).text(NAME) if answer.status == 207 else None

    async def events(self) -> list[bytes]:
        """Each event of the calendar in iCalendar, a repeating one with its exceptions. All of them, or an error."""
        answer = await self._say(self.url, "REPORT", EVENTS, "1", frozenset({401}))
        if answer.status == 401:
            raise self._login()
        told = {place.href: self._event(place) for place in await self._places(answer)}
        return [text.encode() for text in told.values() if text is not None]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def _event(self, place: Place) -> str | None:
        """None: it was deleted while the list was made."""
        text = place.text(DATA)
        status = place.status if place.status != 200 else place.refused.get(DATA, 200)
        if text:
            return text
        if status in {404, 410}:
            return None
        if status == 507:
            raise Broken(f"{self.host} lists only a part of the events (507)")
        refusal = of_status(status, f"{self.host} (one of its events)", NO_TIME)
        raise refusal or Broken("an event is listed without its text", "calendar-data")

    def _first(self, found: tuple[Place, ...]) -> Place:
        if not found:
            raise Broken(f"{self.host} tells nothing of this address")
        here = found[0]
        if refusal := of_status(here.status, self.host, NO_TIME):
            raise refusal
        return here

    async def _no_calendar(self, here: Place) -> Refused:
        """What to write instead, as far as the server tells it."""
        home = _joined(self.url, await self._home(here) or here.href).rstrip("/") + "/"
        message = f"{self.host}: this is an account or a folder and no calendar"
        if _origin(home) != _origin(self.url):
            return self._refused(message, f"its calendars are on another server; write `url: {_shown(home)}`")
        below = [place for place in await self._below(home) if _holds_events(place)]
        if not below:
            return self._refused(message, "write the address of a calendar; there is none with events below this one")
        return self._refused(message, f"write the address of one: {_shown(home)} and then {_listed(home, below)}")

    async def _home(self, here: Place) -> str | None:
        """Where the calendars of the account are."""
        principal = _joined(self.url, here.link(PRINCIPAL) or "")
        if here.link(HOME) or principal == self.url or _origin(principal) != _origin(self.url):
            return here.link(HOME)
        return next((place.link(HOME) for place in await self._below(principal, "0")), None)

    async def _below(self, url: str, depth: str = "1") -> tuple[Place, ...]:
        answer = await self._say(url, "PROPFIND", LOOK, depth, frozenset(range(400, 500)))
        return await self._places(answer) if answer.status < 300 else ()

    async def _say(self, url: str, method: str, body: bytes, depth: str, heard: frozenset[int]) -> Answer:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        return await self.ask.get(url, method=method, body=body, headers=headers, basic=self.basic, heard=heard)

    async def _places(self, answer: Answer) -> tuple[Place, ...]:
        if answer.is_html:
            raise Broken(f"{self.host}: the answer is a web page and no calendar")
        return await self.ask.thread(places, answer.body)

    def _login(self) -> Refused:
        return Refused(
            f"{self.host} does not accept the name and password (401)",
            "check `username` and `password`; where a login takes a second factor, make an app password for it",
        )

    def _refused(self, message: str, cure: str) -> Refused:
        secret = self.basic[1].get_secret_value() if self.basic else ""
        return Refused(message, without(cure, [secret]))


def _holds_events(place: Place) -> bool:
    """A calendar says which parts it takes, if not all."""
    if f"{CALDAV}calendar" not in place.kinds(TYPE):
        return False
    parts = {(part.get("name") or "").upper() for part in place.properties.get(PARTS, ())}
    return not parts or "VEVENT" in parts


def _listed(home: str, calendars: Iterable[Place]) -> str:
    """`talks/` (Talks), by the addresses below the home."""
    above = urlsplit(home).path
    ways = {urlsplit(_joined(home, each.href)).path.removeprefix(above): each.text(NAME) for each in calendars}
    names = [f"`{cleaned(way, 60)}`" + (f" ({cleaned(name, 30)})" if name else "") for way, name in ways.items()]
    return ", ".join(names[:NAMED]) + (f", and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _shown(url: str) -> str:
    """As it is written in the settings, without a name and password."""
    parts = urlsplit(url)
    return cleaned(f"{'caldav' if parts.scheme == 'http' else 'caldavs'}://{_place(parts)}{parts.path}", 120)


def _joined(url: str, href: str) -> str:
    """Where `href` leads from an address; nowhere if it is damaged."""
    try:
        return urljoin(url, href)
    except ValueError:
        return ""


def _place(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
