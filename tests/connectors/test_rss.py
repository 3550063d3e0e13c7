"""RSS and Atom: what is recorded, which entries count, what a feed covers, and what hostile ones do."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.parts.feed import ELEMENTS, LARGEST, MANY, entries, title
from connectors.rss import Rss
from ingest.connector import Broken, Connector, Reading, Seen, Span
from tests.connectors.pulling import NOW, Pulled, pull
from tests.connectors.secret_address import SecretAddress

URL = "https://blog.example.com/private-t0ken/feed"


class TestRss(SecretAddress):
    connector: ClassVar[type[Connector]] = Rss
    settings: ClassVar[Mapping[str, Any]] = {
        "url": URL,
        "signals": {"guest_posts": {"author": "ada"}, "tagged": {"category": "guest post"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "rss"

    def test_an_entry_counts_when_it_was_published_under_its_guid(self) -> None:
        drained = self.drained(self.ask())
        assert drained.readings == (
            Reading("guest_posts", 1, datetime(2026, 11, 3, 9, tzinfo=UTC), "post-31"),
            Reading("guest_posts", 1, datetime(2026, 10, 1, 6, tzinfo=UTC), "post-12"),
            Reading("tagged", 1, datetime(2026, 11, 3, 9, tzinfo=UTC), "post-31"),
        )

    def test_a_feed_has_a_title_or_none(self) -> None:
        assert self.seen(self.conversation("seen")) == Seen("Example Blog")
        assert [title(body.encode()) for body in (ATOM, RDF)] == ["x", "x"]
        assert title(b'<rss version="2.0"><channel></channel></rss>') == ""

    def test_before_the_oldest_entry_nothing_is_known(self) -> None:
        assert self.drained(self.ask()).spans == (Span(start=datetime(2026, 10, 1, 6, tzinfo=UTC)),)


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()


def item(day: str = "Tue, 03 Nov 2026 10:00:00 GMT", guid: str = "a", rest: str = "") -> str:
    dated = f"<pubDate>{day}</pubDate>" if day else ""
    return f"<item><guid>{guid}</guid>{dated}{rest}</item>"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>tag:example.com,2026:1</id><title>One</title><author><name>Ada</name></author><author><name>Bo</name></author>
<published>2026-11-03T10:00:00+02:00</published><updated>2026-11-09T10:00:00Z</updated></entry>
<entry><id>tag:example.com,2026:2</id><title>Two</title><updated>2026-11-04T10:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>x</title></channel>
<item rdf:about="https://example.com/1"><title>One</title><link>https://example.com/1</link><dc:creator>Ada</dc:creator>
<dc:date>2026-11-03</dc:date></item></rdf:RDF>"""


def feed(body: bytes | str, cursor: Any = None, since: datetime | None = None, **settings: Any) -> Pulled:
    source = Rss.model_validate({"url": URL, "signals": {"posts": {}}, **settings})
    content = body.encode() if isinstance(body, str) else body
    return pull(source, Path(), cursor=cursor, answer=lambda _: httpx.Response(200, content=content))


def test_atom_entries_have_their_id_and_the_day_of_publishing_and_not_of_the_last_change() -> None:
    assert [(one.key, one.at) for one in feed(ATOM).readings] == [
        ("tag:example.com,2026:1", datetime(2026, 11, 3, 8, tzinfo=UTC)),
        ("tag:example.com,2026:2", datetime(2026, 11, 4, 10, tzinfo=UTC)),
    ]
    assert [one.key for one in feed(ATOM, signals={"posts": {"author": "/^bo$/"}}).readings] == [
        "tag:example.com,2026:1"
    ]


def test_a_day_without_a_time_begins_at_the_configured_midnight() -> None:
    pulled = feed(RDF)
    assert [(one.key, one.at) for one in pulled.readings] == [
        ("https://example.com/1", datetime(2026, 11, 2, 23, tzinfo=UTC))
    ]


def test_rss_0_91_with_its_document_type_is_read() -> None:
    old = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>x</title>'
        "<item><title>One</title><link>https://example.com/1</link><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate>"
        "</item></channel></rss>"
    )
    assert [one.key for one in feed(old).readings] == ["https://example.com/1"]


@pytest.mark.parametrize(
    ("signal", "count"),
    [
        ({}, 3),
        ({"title": "episode"}, 2),
        ({"title": "/episode \\d+/"}, 1),
        ({"category": "show"}, 1),
        ({"author": "ada", "title": "episode"}, 1),
        ({"author": "nobody"}, 0),
    ],
)
def test_conditions_choose_entries(signal: dict[str, str], count: int) -> None:
    body = rss(
        item(guid="1", rest="<title>Episode 1</title><author>Ada</author><category>Show</category>"),
        item(guid="2", rest="<title>Episode two</title><category>Showcase</category>"),
        item(guid="3", rest="<title>News</title><author>Bo</author>"),
    )
    assert len(feed(body, signals={"posts": signal}).readings) == count


def test_an_entry_that_is_listed_twice_counts_once() -> None:
    assert feed(rss(item(guid="1"), item(guid="1"), item(guid="2"))).values("posts") == [1, 1]


def test_an_id_that_may_be_somebodys_address_is_a_fingerprint() -> None:
    [key] = [one.key for one in feed(rss(item(guid="ada@example.com"))).readings]
    assert key is not None
    assert "@" not in key


@pytest.mark.parametrize(
    ("body", "cursor", "start"),
    [
        (rss(item()), None, datetime(2026, 11, 3, 10, tzinfo=UTC)),
        (rss(), None, NOW),
        (rss(), {"asked": "2026-11-20T12:00:00Z"}, datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (rss(item()), {"asked": "2026-10-01T12:00:00Z"}, datetime(2026, 11, 3, 10, tzinfo=UTC)),
        (rss(item("Tue, 05 Jan 2027 10:00:00 GMT")), None, NOW),
    ],
    ids=["the oldest entry", "nothing yet", "since the last pull", "more came than it holds: a gap", "planned"],
)
def test_a_feed_covers_what_it_shows(body: bytes, cursor: Any, start: datetime) -> None:
    pulled = feed(body, cursor)
    assert pulled.spans == {None: Span(start=start)}
    assert pulled.cursor == {"asked": "2026-11-22T12:00:00Z"}


def test_a_complete_feed_covers_all_time_and_an_entry_that_is_gone_is_taken_back() -> None:
    assert feed(rss(item()), complete=True).spans == {None: Span(whole=True)}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (rss(item(day="")), "entry 1: does not say when it was published"),
        (rss(item(day="soon")), "entry 1, published: is no date"),
        (rss(item())[:-20], "no whole XML"),
        ("<opml version='2.0'><body/></opml>", "no RSS or Atom feed"),
        ("<p>hello", "no whole XML"),
        ("", "no whole XML"),
        ("{}", "no whole XML"),
        ('<?xml version="1.0" encoding="no-such"?><rss version="2.0"/>', "charset|no whole XML"),
        ("<!doctype html><title>Log in</title>", "web page"),
    ],
)
def test_what_is_no_whole_feed_is_broken(body: bytes | str, message: str) -> None:
    with pytest.raises(Broken) as caught:
        feed(body)
    assert re.search(message, caught.value.ending().message)


ENTITIES = '<?xml version="1.0"?><!DOCTYPE r [{}]><rss version="2.0"><channel><title>&a;</title></channel></rss>'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (ENTITIES.format('<!ENTITY a "a"><!ENTITY b "&a;&a;">'), "entities"),
        (ENTITIES.format('<!ENTITY a SYSTEM "file:///etc/hostname">'), "entities"),
        (ENTITIES.format('<!ENTITY % a SYSTEM "http://127.0.0.1/x">%a;'), "entities"),
        ("<rss version='2.0'>" + "<a>" * 200_000, "nested deeper"),
        ("<rss version='2.0'>" + "<a/>" * (ELEMENTS + 1) + "</rss>", "more than 500000 elements"),
        ("<rss version='2.0'>" + "<item/>" * (MANY + 1) + "</rss>", "more than 10000 entries"),
        (b"<rss version='2.0'>" + b" " * LARGEST, "larger than 16 MiB"),
    ],
    ids=["entities that grow", "a file", "an address", "depth", "elements", "entries", "bytes"],
)
def test_a_hostile_feed_is_broken_before_it_is_taken_apart(body: bytes | str, message: str) -> None:
    with pytest.raises(Broken, match=message):
        entries(body.encode() if isinstance(body, str) else body)


def test_markup_in_texts_is_data() -> None:
    [entry] = entries(rss(item(rest="<title>&lt;script&gt;x&lt;/script&gt;</title>")))
    assert (entry.title, entry.day) == ("<script>x</script>", datetime(2026, 11, 3, 10, tzinfo=UTC))
    [dated] = entries(RDF.encode())
    assert dated.day == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "feed.xml"}, "not the address of a feed"),
        ({"url": "file:///etc/passwd"}, "not the address of a feed"),
        ({"signals": {"posts": {"kind": "level"}}}, "a feed tells events"),
        ({"signals": {"posts": {"title": "/(/"}}}, "not a regular expression"),
    ],
)
def test_settings_that_cannot_work_are_found_at_the_start(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Rss.model_validate({"url": URL, "signals": {"posts": {}}, **settings})
