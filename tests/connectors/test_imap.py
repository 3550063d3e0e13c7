"""The connector on a real Dovecot: which mails count, what is remembered, and that nothing is changed."""

import json
from asyncio import run
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import ValidationError

from connectors.imap import Imap
from ingest.connector import Ask, Connector, Limits, Refused, Seen, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import Documented
from tests.servers.dovecot import PASSWORD, USER, Dovecot, dovecot, token

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 7, 8, tzinfo=UTC)
EVERY_MAIL: dict[str, Any] = {"posts": {}}
ARRIVED = datetime(2026, 10, 20, 8, tzinfo=UTC)
NAMES = count()


class TestImap(Documented):
    connector: ClassVar[type[Connector]] = Imap
    settings: ClassVar[Mapping[str, Any]] = {
        "host": "imap.example.org",
        "username": USER,
        "password": "a-made-up-password",
        "signals": {"posts": {"subject": "guest post", "from": "@"}},
    }


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


class Box:
    """A folder of its own on the server, and the connector over it."""

    def __init__(self, server: Dovecot) -> None:
        self.server, self.folder = server, f"Box {next(NAMES)}"
        self.deliver()

    def deliver(self, *mails: bytes, at: datetime | None = ARRIVED) -> None:
        self.server.deliver(*mails, folder=f'"{self.folder}"', at=at)

    def pull(self, signals: Mapping[str, Any] = EVERY_MAIL, *, login: Any = None, **asked: Any) -> Drained:
        settings = self.settings(signals, login)
        return run(drain(Imap.model_validate(settings), ask(**asked)))

    def settings(self, signals: Mapping[str, Any] = EVERY_MAIL, login: Any = None) -> dict[str, Any]:
        return {
            "host": "localhost",
            "port": self.server.encrypted_port,
            "ca_file": str(self.server.authority),
            "username": USER,
            **(login or {"password": PASSWORD}),
            "folder": self.folder,
            "signals": signals,
        }

    def seen(self) -> Seen:
        return run(Imap.model_validate(self.settings()).seen(ask()))

    def subjects(self, **settings: str) -> int:
        return len(self.pull({"posts": settings}).readings)


@pytest.fixture
def box(server: Dovecot) -> Box:
    return Box(server)


def ask(cursor: Any = None, since: datetime | None = None, limits: Limits = Limits()) -> Ask:  # noqa: B008
    return Ask(
        client=httpx.AsyncClient,
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        home=Path(),
        key=b"key",
        since=since,
        cursor=cursor,
        limits=limits,
    )


def kept(drained: Drained) -> Any:
    """The cursor as the database gives it back."""
    assert drained.cursor is not None
    return json.loads(json.dumps(drained.cursor.value))


def mail(own: str = "", *lines: str, subject: str = "guest post", day: int = 7, body: str = "Hi Ada") -> bytes:
    head = [f"Message-ID: <{own}@example.org>"] if own else []
    head += [f"Date: {day} Oct 2026 10:00:00 +0200", "From: Grace <grace@example.org>", "To: ada@example.org"]
    return "\r\n".join([*head, f"Subject: {subject}", *lines, "", body]).encode()


def reply(own: str, *to: str, **said: Any) -> bytes:
    known = " ".join(f"<{one}@example.org>" for one in to)
    return mail(own, f"References: {known}", f"In-Reply-To: <{to[-1]}@example.org>", subject="Re: guest post", **said)


def test_each_mail_is_an_event_of_the_time_when_it_was_sent(box: Box) -> None:
    box.deliver(mail("1"), mail("2", day=9), mail("3", subject="lunch"))

    drained = box.pull({"posts": {"subject": "Guest Post"}})

    assert [reading.at for reading in drained.readings] == [OCTOBER, OCTOBER.replace(day=9)]
    assert {(reading.signal, reading.value) for reading in drained.readings} == {("posts", 1.0)}
    assert drained.spans == (Span("posts"),), "a mailbox covers all time before the pull, and retracts nothing"


def test_a_folder_tells_how_many_mails_there_are_to_look_through(box: Box) -> None:
    assert box.seen() == Seen(USER, (f"0 mails lie in {box.folder}",))
    box.deliver(mail("1"), mail("2"), mail("3", subject="lunch"))
    assert box.seen() == Seen(USER, (f"3 mails lie in {box.folder}",))


def test_nothing_personal_is_in_what_is_kept(box: Box) -> None:
    box.deliver(mail("1"), reply("2", "1"), mail(body="without an id"))

    drained = box.pull({"posts": {"body": "hi", "subject": "guest", "match": "any"}})

    assert len(drained.readings) == 2
    shown = f"{drained}{kept(drained)}".lower()
    assert not any(word in shown for word in ("grace", "ada", "example.org", "guest", PASSWORD.lower()))


MAILS = (
    mail("1", subject="=?utf-8?q?Gastbeitrag_f=C3=BCr_Sie?="),
    mail("2", subject="Lunch", body="Would you write a guest post?"),
    b"From: =?utf-8?b?TcO8bGxlcg==?= <m@recruiter.example>\r\nCc: speaking@example.org\r\nSubject: Job\r\n\r\nhi",
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 3),
        ({"subject": "GASTBEITRAG FÜR"}, 1),
        ({"subject": "/gastbeitrag|job/"}, 2),
        ({"subject": "guest post"}, 0),
        ({"from": "müller"}, 1),
        ({"from": "@recruiter.example"}, 1),
        ({"to": "ada@"}, 2),
        ({"to": "speaking@"}, 1),
        ({"body": "guest post"}, 1),
        ({"body": "guest post", "subject": "lunch"}, 1),
        ({"body": "guest post", "subject": "gastbeitrag"}, 0),
        ({"body": "guest post", "subject": "gastbeitrag", "match": "any"}, 2),
        ({"from": "müller", "to": "ada@"}, 0),
        ({"from": "müller", "to": "ada@", "match": "any"}, 3),
        ({"match": "any"}, 3),
    ],
)
def test_mails_are_found_as_the_settings_say(server: Dovecot, settings: dict[str, str], expected: int) -> None:
    box = Box(server)
    box.deliver(*MAILS)

    assert box.subjects(**settings) == expected


def test_several_signals_and_folders_are_read_in_one_pull(server: Dovecot) -> None:
    one, other = Box(server), Box(server)
    one.deliver(mail("1"), mail("2", subject="job"))
    other.deliver(mail("3", subject="job"))

    drained = one.pull(
        {"posts": {"subject": "post"}, "jobs": {"subject": "job"}, "more": {"subject": "job", "folder": other.folder}}
    )

    assert [reading.signal for reading in drained.readings] == ["posts", "jobs", "more"]
    assert {span.signal for span in drained.spans} == {"posts", "jobs", "more"}
    assert one.pull(cursor=kept(drained)).readings == ()


def test_a_folder_may_have_any_name(box: Box) -> None:
    box.folder = 'Anfragen/Müller & "Söhne"'
    box.server.deliver(mail("1"), folder='"Anfragen/M&APw-ller &- \\"S&APY-hne\\""')

    assert box.subjects() == 1


def test_a_second_pull_reads_what_is_new_and_no_more(box: Box) -> None:
    box.deliver(mail("1"), mail("2"))
    first = box.pull()
    box.deliver(mail("3"))

    second = box.pull(cursor=kept(first))
    third = box.pull(cursor=kept(second))

    assert (len(first.readings), len(second.readings)) == (2, 1)
    assert third.readings == ()
    assert third.cursor is None, "nothing has changed"
    assert third.spans == (Span("posts"),)


def test_a_request_and_its_replies_count_once_over_all_pulls(box: Box) -> None:
    box.deliver(mail("1"), reply("2", "1", day=8))
    first = box.pull()
    box.deliver(reply("3", "1", "2", day=9), reply("4", "3", day=9), mail("5", day=10))

    second = box.pull(cursor=kept(first))

    assert [reading.at for reading in (*first.readings, *second.readings)] == [OCTOBER, OCTOBER.replace(day=10)]


def test_a_reply_whose_request_is_gone_counts_under_the_same_key(box: Box, server: Dovecot) -> None:
    other = Box(server)
    box.deliver(mail("1"), reply("2", "1"))
    other.deliver(reply("2", "1"))

    assert [one.key for one in box.pull().readings] == [one.key for one in other.pull().readings]


def test_a_folder_that_is_numbered_anew_is_read_again_and_counts_nothing_twice(box: Box) -> None:
    box.deliver(mail("1"), mail())
    first = box.pull()
    with box.server.mailbox() as own:
        assert own.delete(f'"{box.folder}"')[0] == "OK"
    box.deliver(mail("1"), mail(), mail("2"))
    cursor = kept(first)
    cursor[box.folder]["validity"] += 1

    second = box.pull(cursor=cursor)
    anew = box.pull()

    assert len(second.readings) == 1
    keys = {one.key for one in anew.readings}
    assert {one.key for one in first.readings} | {one.key for one in second.readings} == keys


def test_what_is_deleted_or_moved_still_counts_and_is_not_counted_again(box: Box) -> None:
    box.deliver(mail("1"), mail("2"))
    first = box.pull()
    with box.server.mailbox() as own:
        own.select(f'"{box.folder}"')
        own.store("1:*", "+FLAGS", "\\Deleted")
        own.expunge()

    second = box.pull(cursor=kept(first))
    box.deliver(mail("2"))
    third = box.pull(cursor=kept(first))

    assert second.readings == third.readings == ()
    assert not any(span.whole for span in (*second.spans, *third.spans)), "nothing is retracted"


def test_history_is_read_as_far_back_as_it_is_wanted_and_again_where_more_is(box: Box) -> None:
    box.deliver(mail("1", day=1), at=OCTOBER.replace(day=1))
    box.deliver(mail("2", day=8), at=OCTOBER.replace(day=8))
    box.deliver(mail("3", day=5), at=OCTOBER.replace(day=8))
    since = OCTOBER.replace(day=8, hour=0)

    first = box.pull(since=since)
    again = box.pull(since=since + timedelta(days=1), cursor=kept(first))
    more = box.pull(since=since - timedelta(days=4), cursor=kept(first))
    everything = box.pull(cursor=kept(more))

    assert first.spans == again.spans == (Span("posts", since),)
    assert [len(one.readings) for one in (first, again, more, everything)] == [1, 0, 2, 3]
    assert everything.spans == (Span("posts"),)


def test_nothing_is_changed_by_reading(box: Box) -> None:
    box.deliver(mail("1"), mail("2"))

    box.pull({"posts": {"body": "hi"}})

    with box.server.mailbox() as own:
        own.select(f'"{box.folder}"', readonly=True)
        assert own.search(None, "UNSEEN")[1] == [b"1 2"]
        assert own.search(None, "RECENT")[1] != [b""], "not even what was new to mail programs is old now"


def test_an_empty_folder_is_fine(box: Box) -> None:
    drained = box.pull()

    assert drained.readings == ()
    assert drained.spans == (Span("posts"),)


def test_mails_that_are_broken_count_at_their_arrival(box: Box) -> None:
    box.deliver(
        b"\r\n",
        b"From: nobody",
        b"Subject: \xff\xfe\r\nDate: never\r\n\r\n",
        b"Subject: =?utf-8?b?broken?=\r\nMessage-ID: <>\r\nContent-Type: multipart/mixed\r\n\r\n--",
        b"Subject: " + b"a" * 200_000 + b"\r\nMessage-ID: <far@behind>\r\n\r\n",
    )

    drained = box.pull({"posts": {}, "found": {"body": "no such thing"}})

    assert [reading.at for reading in drained.readings] == [ARRIVED] * 5


def test_only_the_beginning_of_a_large_mail_is_read(box: Box) -> None:
    box.deliver(mail("1", body="guest " + "x" * 5_000_000 + " post"))

    small = Limits(body=2**20)

    assert len(box.pull({"posts": {"body": "guest"}}, limits=small).readings) == 1
    assert box.pull({"posts": {"body": "post$"}}, limits=small).readings == ()


def test_a_token_is_taken(box: Box) -> None:
    box.deliver(mail("1"))

    assert len(box.pull(login={"token": token()}).readings) == 1


@pytest.mark.parametrize(
    ("login", "cure"),
    [
        ({"password": "wrong"}, "app password"),
        ({"password": "wrong", "username": "nobody"}, "app password"),
        ({"password": "w\u00f6\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")}, "app password"),
        ({"token": "nonsense"}, "new access token"),
        ({"token": token(lifetime=-600)}, "new access token"),
        ({"token": token(user="grace@example.org")}, "new access token"),
        ({"token": token(key=b"another key")}, "new access token"),
    ],
)
def test_a_login_that_is_not_accepted_is_refused_with_what_to_do(box: Box, login: dict[str, str], cure: str) -> None:
    with pytest.raises(Refused) as error:
        box.pull(login=login)

    assert cure in error.value.cure
    assert not any(secret in str(error.value.ending()) for secret in login.values())


def test_a_folder_that_is_not_there_is_refused_and_the_others_are_named(box: Box) -> None:
    there, box.folder = box.folder, "Bxo 1"

    with pytest.raises(Refused, match="'Bxo 1'") as error:
        box.pull()

    assert there in error.value.cure or "more" in error.value.cure
    assert "Box" in error.value.cure


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"ca_file": None}, Refused, "certificate"),
        ({"host": "127.0.0.1"}, Refused, "certificate"),
        ({"ca_file": "no-such.pem"}, Refused, r"no-such\.pem"),
        ({"tls": "implicit", "port": "plain"}, Refused, "not encrypted"),
        ({"tls": "starttls", "port": "plain"}, None, ""),
        ({"tls": "starttls", "port": "plain", "ca_file": None}, Refused, "certificate"),
        ({"tls": "none", "port": "plain"}, None, ""),
        ({"tls": "none", "port": "plain", "host": "127.0.0.1"}, None, ""),
        ({"port": "free"}, Unavailable, "refused"),
        ({"host": "nobody.invalid"}, Unavailable, "does not resolve"),
        ({"host": "169.254.169.254"}, Refused, "never reached"),
    ],
)
def test_only_an_encrypted_connection_to_the_right_server_is_used(
    server: Dovecot, settings: dict[str, Any], error: type[Exception] | None, words: str
) -> None:
    ports = {"plain": server.port, "free": 1, None: server.encrypted_port}
    source = Imap.model_validate(
        {
            "host": "localhost",
            "username": USER,
            "password": PASSWORD,
            "ca_file": str(server.authority),
            "signals": EVERY_MAIL,
            **settings,
            "port": ports[settings.get("port")],
        }
    )
    if error is None:
        run(drain(source, ask()))
        return
    with pytest.raises(error, match=words) as raised:
        run(drain(source, ask()))
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"password": None}, "either `password`, `token` or `oauth`"),
        ({"token": "t"}, "either `password`, `token` or `oauth`"),
        ({"password": "a\nb"}, "in one line"),
        ({"username": "a\r\nb"}, "in one line"),
        ({"host": "imaps://imap.example.org"}, "not the name of a server"),
        ({"tls": "none"}, "on this machine"),
        ({"tls": "starttls"}, "port: 143"),
        ({"tls": "ssl"}, "tls"),
        ({"port": 0}, "port"),
        ({"signals": {}}, "at least 1"),
        ({"signals": {"posts": {"kind": "level"}}}, "mails are events"),
        ({"signals": {"posts": {"subject": "/(/"}}}, "not a regular expression"),
        ({"signals": {"posts": {"from": ""}}}, "nothing to look for"),
        ({"signals": {"posts": {"sender": "a"}}}, "sender"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], words: str) -> None:
    good = {"host": "imap.example.org", "username": "ada", "password": "secret", "signals": EVERY_MAIL}

    with pytest.raises(ValidationError, match=words):
        Imap.model_validate({**good, **settings})
