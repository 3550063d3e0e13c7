"""Which mails are requests: each thread once, in one pull or in many."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parts.thread import Letter, Place, remembered, requests

START = datetime(2026, 10, 7, 9, tzinfo=UTC)
EARLIER = START - timedelta(days=1)


def letter(own: str, *links: str, wanted: bool = True, minute: int = 0) -> Letter:
    at = START + timedelta(minutes=minute)
    return Letter(at, (*links, own)[0], (own, *links), frozenset({"posts"}) if wanted else frozenset())


def counted(*pulls: list[Letter]) -> list[str]:
    """The own ids of the mails that count, where each list is read by a pull of its own."""
    seen: list[str] = []
    found = []
    for letters in pulls:
        known = dict.fromkeys(seen)
        found += [one.marks[0] for one in requests(letters, "posts", known)]
        seen = remembered(known)
    return found


A, B, C = letter("a"), letter("b", "a"), letter("c", "a", "b")


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ([A], ["a"]),
        ([A, B, C], ["a"]),
        ([B, C], ["b"]),
        ([C, B, A], ["c"]),
        ([A, A], ["a"]),
        ([A, letter("x")], ["a", "x"]),
        ([letter("a", wanted=False), B, C], ["b"]),
        ([letter("a", wanted=False), letter("b", "a"), letter("d", "a")], ["b"]),
        ([A, letter("b", "a", wanted=False), letter("c", "b")], ["a"]),
        ([A, letter("c", "b", "a")], ["a"]),
    ],
)
def test_a_request_and_its_replies_count_once_by_the_first_that_fits(
    letters: list[Letter], expected: list[str]
) -> None:
    assert counted(letters) == expected
    assert counted(*[[one] for one in letters]) == expected


def test_all_mails_of_a_thread_have_one_root() -> None:
    assert {A.root, B.root, C.root} == {"a"}


LETTERS = st.lists(
    st.builds(
        letter,
        st.sampled_from("abcdef"),
        st.sampled_from("abcdef"),
        st.sampled_from("abcdef"),
        wanted=st.booleans(),
    ),
    max_size=12,
)


@given(LETTERS, st.lists(st.integers(0, 12), max_size=4))
def test_it_does_not_matter_how_many_pulls_read_the_mails(letters: list[Letter], cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(letters)]

    assert counted(*(letters[start:end] for start, end in pairwise(ends))) == counted(letters)


PLACE = Place(validity=1, uid=7, since=START, seen={"posts": ["a"]})


@pytest.mark.parametrize(
    ("place", "validity", "since", "expected"),
    [
        (PLACE, 1, START, PLACE),
        (PLACE, 1, START + timedelta(days=1), PLACE),
        (PLACE, 1, EARLIER, Place(validity=1, since=EARLIER)),
        (PLACE, 1, None, Place(validity=1)),
        (PLACE, 2, START, Place(validity=2, since=START, seen={"posts": ["a"]})),
        (PLACE, 2, EARLIER, Place(validity=2, since=EARLIER)),
        (Place(validity=1, uid=7), 1, START, Place(validity=1, uid=7)),
    ],
)
def test_a_folder_is_read_anew_where_its_numbers_are_void_or_more_history_is_wanted(
    place: Place, validity: int, since: datetime | None, expected: Place
) -> None:
    assert place.resumed(validity, since) == expected
