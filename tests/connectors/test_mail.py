"""What a mail says, however broken it is."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parts.mail import LINKS, Mail, decoded, ids, mail_of, sent_at, shown, text_of

ARRIVED = datetime(2026, 10, 7, 9, tzinfo=UTC)
SENT = datetime(2026, 10, 7, 8, 30, tzinfo=UTC)


def mail(*lines: str | bytes) -> Mail:
    return mail_of(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines), ARRIVED)


def test_a_mail_is_taken_apart() -> None:
    read = mail(
        "Message-ID: <3@b>",
        "In-Reply-To: <2@b>",
        "References: <1@a>",
        "  <2@b>",
        "Date: Wed, 7 Oct 2026 10:30:00 +0200 (CEST)",
        "From: Grace <grace@example.org>",
        "To: Ada <ada@example.org>",
        "Cc: talks@example.org",
        "Subject: Re: a",
        "\tguest post",
    )

    assert read == Mail(
        arrived=ARRIVED,
        at=SENT,
        own="3@b",
        links=("1@a", "2@b"),
        subject="Re: a guest post",
        sender="Grace <grace@example.org>",
        recipients="Ada <ada@example.org>, talks@example.org",
    )
    assert read.root == "1@a"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Wed, 07 Oct 2026 08:30:00 GMT", SENT),
        ("7 Oct 2026 08:30:00 +0000", SENT),
        ("7 Oct 26 08:30 UT", SENT),
        ("Wed, 7 Oct 2026 08:30:00 -0000", SENT),
        ("Wed, 7 Oct 2026 08:30:00", SENT),
        ("Wed,  7\tOct 2026\r\n 03:30:00 EST", SENT),
        ("Mi, 7 Okt 2026 08:30:00 +0000", ARRIVED),
        ("Thu, 8 Oct 2026 08:59:00 +0000", datetime(2026, 10, 8, 8, 59, tzinfo=UTC)),
        ("Wed, 7 Oct 2099 08:30:00 +0000", ARRIVED),
        ("Thu, 1 Jan 1970 00:00:00 +0000", ARRIVED),
        ("Wed, 31 Feb 2026 08:30:00 +0000", ARRIVED),
        ("Wed, 7 Oct 2026 08:30:00 +9999", ARRIVED),
        ("Fri, 31 Dec 9999 23:59:59 -2300", ARRIVED),
        ("yesterday", ARRIVED),
        ("=?utf-8?q?Wed?=", ARRIVED),
        ("", ARRIVED),
    ],
)
def test_a_date_that_cannot_be_gives_way_to_the_arrival(date: str, at: datetime) -> None:
    assert sent_at(date, ARRIVED) == at


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("guest post", "guest post"),
        ("=?utf-8?Q?Gastbeitrag_f=C3=BCr_M=C3=BCller?=", "Gastbeitrag für Müller"),
        ("=?UTF-8?B?R8OkcmJlbg==?=", "Gärben"),
        ("Re: =?iso-8859-1?q?f=FCr?= you", "Re: für you"),
        ("=?utf-8?q?gu?= =?utf-8?q?est?=\r\n =?utf-8?q?_post?=", "guest post"),
        ("=?utf-8?q?f=C3?= =?utf-8?q?=BCr?=", "für"),
        ("=?utf-8?b?w?= =?utf-8?b?7w=?=", "=?utf-8?b?w?= =?utf-8?b?7w=?="),
        ("=?windows-1252?q?=80_50?=", "€ 50"),
        ("=?x-nobody-knows?q?f=C3=BCr?=", "für"),
        ("=?x-nobody-knows?q?f=FCr?=", "für"),
        ("=?utf-8?q?f=FCr?=", "für"),
        ("=?utf-8?Q?guest post?=", "guest post"),
        ("=?idna?q?xn--a?=", "xn--a"),
        ("=?\0?q?a?=", "a"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        ('"=?utf-8?q?M=C3=BCller?=" <m@example.org>', '"Müller" <m@example.org>'),
        ("Mu\u0308ller", "Müller"),
        ("C:\\users", "C:\\users"),
    ],
)
def test_a_header_is_read_as_its_reader_sees_it(written: str, read: str) -> None:
    assert shown(written) == read


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Subject: für".encode(), "für"),
        ("Subject: für".encode("latin-1"), "für"),
        (b"Subject:", ""),
        (b"SUBJECT: one\r\nSubject: two", "one"),
        (b"X: y", ""),
        (b"\xff\xfe\0", ""),
        (b"Subject: \xed\xa0\x80", "í\xa0\x80".replace("\xa0", " ")),
    ],
)
def test_a_header_in_any_bytes_is_read(line: bytes, subject: str) -> None:
    assert mail(line).subject == subject


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<1@a> <2@b>", ["1@a", "2@b"]),
        ("<1@a><2@b>", ["1@a", "2@b"]),
        ("<1@\r\n a>", ["1@a"]),
        ("1@a 2@b", ["1@a", "2@b"]),
        ("Your message of Tuesday", []),
        ("Your message <1@a> of Tuesday", ["1@a"]),
        ("<>", []),
        ("", []),
    ],
)
def test_ids_are_found_however_they_are_written(line: str, found: list[str]) -> None:
    assert ids(line) == found


def test_only_the_first_and_the_last_of_endless_references_are_followed() -> None:
    many = " ".join(f"<{number}@a>" for number in range(1000))

    links = mail(f"References: {many}").links

    assert links[0] == "0@a"
    assert links[-1] == "999@a"
    assert len(links) == LINKS + 1


def test_a_mail_without_an_id_is_known_by_date_sender_and_subject() -> None:
    lines = ("Date: Wed, 7 Oct 2026 10:30:00 +0200", "From: grace@example.org", "Subject: hi")

    assert mail(*lines).own == mail(*lines, "Message-ID: <>").own == mail(*reversed(lines)).own
    assert len({mail(*lines).own, mail(*lines[:2]).own, mail(*lines[1:]).own, mail(*lines[::2]).own}) == 4


def test_an_id_in_odd_clothes_is_one() -> None:
    assert mail("Message-ID: 1").own == "1"
    assert mail("Message-ID: <1>").own == "1"
    assert mail("Message-ID:\r\n <1@a>").own == "1@a"


HTML = "<p>Would you write a <b>guest</b>&nbsp;post?</p>"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b"Subject: a\r\n\r\nguest\r\npost", "guest post"),
        (b"\r\nguest post", "guest post"),
        (b"", ""),
        (b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(b"guest post"), "guest post"),
        (b"Content-Transfer-Encoding: quoted-printable\r\n\r\nguest=\r\n post =C3=BC", "guest post ü"),
        (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nf\xfcr", "für"),
        (b"Content-Type: text/plain; charset=nonsense\r\n\r\nf\xc3\xbcr", "für"),
        (b"Content-Type: text/plain; charset=utf-8\r\n\r\nf\xfcr", "für"),
        (b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 60_000, "a-" * 60_000),
        (b"Content-Type: text/html\r\n\r\n" + HTML.encode(), "Would you write a guest post?"),
        (b"Content-Type: \xff\r\n\r\nguest post", "guest post"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\nbefore\r\n--x\r\n\r\nguest", "guest"),
        (b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nguest", ""),
        (
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\n"
            b"Content-Disposition: attachment\r\n\r\ntwo\r\n--x\r\nContent-Type: image/png\r\n\r\nthree\r\n--x--",
            "one",
        ),
        (b"Content-Type: message/rfc822\r\n\r\nSubject: b\r\n\r\nforwarded", "forwarded"),
        (b"Content-Transfer-Encoding: base64\r\n\r\nZ3Vlc3QgcG9zd", "guest pos"),
    ],
)
def test_the_text_of_a_mail_is_found_in_any_wrapping(message: bytes, text: str) -> None:
    assert text_of(message).startswith(text)
    assert bool(text_of(message)) == bool(text) or b"multipart" in message


def test_parts_within_parts_without_end_are_searched_as_they_stand() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000))

    assert "guest post" in text_of(nested + b"\r\nguest post")


def test_what_takes_long_to_decode_is_not() -> None:
    assert decoded(b"a-" * 100_000, "punycode") == "a-" * 100_000


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail(anything: bytes) -> None:
    read = mail_of(anything, ARRIVED)

    assert read.own
    assert read.at <= ARRIVED + timedelta(days=1)
    assert "\n" not in read.subject
    text_of(anything)


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["Message-ID", "References", "In-Reply-To", "Date", "From", "Subject", "Content-Type"]),
        st.text(st.sampled_from("<>@ab1 =?utf-8?q?b=C3;\"':,+/\t\xfc"), max_size=60),
    )
)


@given(HEADERS)
def test_any_headers_are_a_mail(headers: list[tuple[str, str]]) -> None:
    lines = [f"{name}: {value}" for name, value in headers]

    assert mail(*lines) == mail(*lines)
    text_of("\r\n".join([*lines, "", "body"]).encode())
