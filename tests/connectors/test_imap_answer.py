"""How a mail server is asked, and how its answers are taken apart."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parts.imap_answer import arrival, folders, mailbox, messages, quoted, readable, sequence_set

TEXT = b'1 (UID 5 INTERNALDATE " 7-Oct-2026 10:00:00 +0200" BODY[HEADER.FIELDS (DATE)]<0> '


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([None], []),
        ([(TEXT + b"{2}", b"ab"), b")"], [(5, b"ab")]),
        ([(b"1 (BODY[]<0> {2}", b"ab"), b" UID 5)"], [(5, b"ab")]),
        ([(b"1 (UID 5 BODY[] {2}", b"ab"), b")", (b"2 (UID 6 BODY[] {1}", b"c"), b")"], [(5, b"ab"), (6, b"c")]),
        ([TEXT + b'"a \\"b\\" \\\\")'], [(5, b'a "b" \\')]),
        ([TEXT + b'"")'], [(5, b"")]),
        ([TEXT + b"NIL)"], [(5, b"")]),
        ([b"1 (FLAGS (\\Seen))", (TEXT + b"{2}", b"ab"), b")"], [(5, b"ab")]),
        ([b'1 (BODY[] " UID 7 " UID 5)'], [(5, b" UID 7 ")]),
    ],
)
def test_mails_are_found_in_what_a_server_sends(found: list[Any], expected: list[tuple[int, bytes]]) -> None:
    assert [(uid, body) for _, uid, body in messages(found)] == expected


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (b" 7-Oct-2026 10:00:00 +0200", datetime(2026, 10, 7, 8, tzinfo=UTC)),
        (b"17-Dec-2026 00:30:00 -0800", datetime(2026, 12, 17, 8, 30, tzinfo=UTC)),
    ],
)
def test_an_arrival_is_an_instant(written: bytes, at: datetime) -> None:
    assert arrival(written) == at


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", "INBOX"),
        ("[Gmail]/All Mail", "[Gmail]/All Mail"),
        ("R&D", "R&-D"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("台北/日本語", "&U,BTFw-/&ZeVnLIqe-"),
        ("😀", "&2D3eAA-"),
    ],
)
def test_a_folder_is_named_in_the_protocol_as_it_must_be(name: str, written: str) -> None:
    assert mailbox(name) == written
    assert readable(written.encode()) == name


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
def test_any_name_of_a_folder_comes_back(name: str) -> None:
    assert readable(mailbox(name).encode()) == name


@given(st.binary(max_size=30))
def test_any_bytes_are_a_name_to_show(name: bytes) -> None:
    assert readable(name) is not None


def test_folders_are_listed_in_every_form() -> None:
    listed = [
        b'(\\HasNoChildren) "/" "INBOX"',
        b'(\\HasNoChildren) "/" Sent',
        b'(\\HasNoChildren) NIL "a \\"b\\""',
        b'(\\Noselect \\HasChildren) "/" "[Gmail]"',
        (b'(\\HasNoChildren) "/" {9}', b"R&-D talks"),
        b"",
        None,
    ]

    assert folders(listed) == ["INBOX", "Sent", 'a "b"', "R&D talks"]


def test_a_text_is_quoted() -> None:
    assert quoted('a "b" \\') == '"a \\"b\\" \\\\"'


@pytest.mark.parametrize(
    ("numbers", "written"),
    [([], ""), ([5], "5"), ([1, 2, 3], "1:3"), ([1, 3, 4, 9], "1,3:4,9"), ([1, 2, 4, 5, 6], "1:2,4:6")],
)
def test_numbers_that_follow_each_other_are_written_as_a_range(numbers: list[int], written: str) -> None:
    assert sequence_set(numbers) == written
