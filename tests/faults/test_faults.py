"""Every fault of the server that misbehaves, met by a connector of each way to ask over HTTP, through the real client.

All others meet the faults that could be a connector's own, see `test_others`.
"""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ingest.connector.find import built_in
from ingest.connector.outcome import Outcome
from tests.faults.alone import answered
from tests.faults.network import FORBIDDEN, PUBLIC
from tests.faults.others import OTHERS
from tests.faults.pointed import ELSEWHERE, POINTED, SECRET, Pointed
from tests.faults.round import Told
from tests.faults.table import LED, Row, rows
from tests.servers.misbehaving.trap import PLAIN, SECURE

HERE = {name: one for name, one in POINTED.items() if one.connector in built_in()}
BODY, SLACK = 64, 48
"""MiB: the largest body, and what goes with it."""
CROWD, AT_A_TIME = 16, 4
"""Large answers that come together, and how many of them are read at a time."""
LONGEST = 400
ORDINARY = {"host", "user-agent", "accept", "accept-encoding", "connection"}
"""Headers that tell nothing."""
AT_ONCE = 2
ROUNDS = ThreadPoolExecutor(AT_ONCE)
Answered = tuple[dict[str, Told], dict[str, list[dict[str, str]]]]


def source_of(row: Row) -> str:
    return row.name.replace("-", "_")


def met(name: str) -> dict[str, Told]:
    """What came of a round of pulls in which each source meets one fault, and one meets none."""
    return gone(name)[0]


def gone(name: str) -> Answered:
    """The same, with who was caught in a trap: when it was `tried`, and when sources were `pulled`. A round mostly
    waits, so the next one begins beside it."""
    names = list(HERE)
    rounds = [begun(one) for one in names[names.index(name) :][:AT_ONCE]]
    return rounds[0].result()


@cache
def begun(name: str) -> Future[Answered]:
    return ROUNDS.submit(came, name)


def came(name: str) -> Answered:
    with TemporaryDirectory() as folder:
        prepare(Path(folder), POINTED[name])
        return answered(Path(folder))


def prepare(folder: Path, pointed: Pointed) -> None:
    sources = {"fine": pointed.at("http://127.0.0.1:<http>/well")}
    for row in rows(pointed):
        scheme = "http" if row.port == "http" else "https"
        sources[source_of(row)] = pointed.at(f"{scheme}://127.0.0.1:<{row.port}>/{row.fault}")
    groups = [["fine"], *([source_of(row)] for row in rows(pointed) if row.fault.startswith("large-"))]
    groups.append([f"crowd_{number}" for number in range(CROWD)])
    sources |= {name: pointed.at("http://127.0.0.1:<http>/large-endless") for name in groups[-1]}
    good = [[path, one.kind, one.body.decode()] for path, one in pointed.good.items()]
    (folder / "okr.yaml").write_text(json.dumps({"timezone": "UTC", "sources": sources}))
    (folder / "groups.json").write_text(json.dumps(groups))
    (folder / "good.json").write_text(json.dumps(good))


CASES = [pytest.param(name, row, id=f"{name}: {row.name}") for name, pointed in HERE.items() for row in rows(pointed)]


def test_every_connector_that_asks_over_http_meets_the_faults() -> None:
    met_here = {one.connector for one in HERE.values()}
    assert built_in() == met_here | OTHERS.keys() | (ELSEWHERE.keys() & built_in())
    assert not OTHERS.keys() & (met_here | ELSEWHERE.keys())


@pytest.mark.parametrize("name", HERE)
def test_the_table_has_each_fault_once(name: str) -> None:
    sources = [source_of(row) for row in rows(POINTED[name])]
    assert len(sources) == len(set(sources))


@pytest.mark.parametrize("name", HERE)
def test_beside_all_that_fails_a_source_that_is_fine_is_kept(name: str) -> None:
    fine = met(name)["fine"]
    assert fine.outcome == Outcome.OK, fine.message
    assert fine.stored > 0


@pytest.mark.parametrize(("name", "row"), CASES)
def test_a_fault_has_its_outcome_and_nothing_of_it_is_stored(name: str, row: Row) -> None:
    told = met(name)[source_of(row)]
    allowed = row.outcome if isinstance(row.outcome, tuple) else (row.outcome,)
    assert told.outcome in allowed, told
    assert row.words in told.message, told
    assert row.cure in (told.cure or ""), told
    assert (told.cure is not None) == (told.outcome == Outcome.REFUSED), "who is refused is told what to do"
    assert (told.stored > 0) == (told.outcome == Outcome.OK), told
    if row.retry is None:
        assert told.retry is None, told
    else:
        assert told.retry is not None
        assert row.retry[0] - 1 <= told.retry <= row.retry[1] + told.seconds, told


@pytest.mark.parametrize(("name", "row"), CASES)
def test_what_is_said_of_a_fault_is_short_plain_and_without_secrets(name: str, row: Row) -> None:
    told = met(name)[source_of(row)]
    said = f"{told.message} {told.cure or ''}"
    assert told.message
    assert said.isprintable(), told
    assert len(said) <= LONGEST, told
    assert SECRET not in said
    assert "<" not in said, "markup of a third party"
    assert "bug" not in said, told


@pytest.mark.parametrize("name", HERE)
def test_whoever_comes_to_a_place_where_nobody_may_come_is_noticed(name: str) -> None:
    tried = gone(name)[1]["tried"]
    assert {visit["place"] for visit in tried} == {
        f"{where} {port}" for where in FORBIDDEN for port in (*PLAIN, SECURE)
    }


@pytest.mark.parametrize("name", HERE)
def test_no_redirect_leads_to_a_place_where_nobody_may_come_and_none_takes_a_credential_along(name: str) -> None:
    """Not one connection, whatever was sent or said there; to another host go those alone that tell nothing secret."""
    told, caught = gone(name)
    led = [source for source, one in told.items() if LED in one.message]
    assert {visit["place"] for visit in caught["pulled"]} == ({f"{PUBLIC} {SECURE}"} if led else set())
    assert len(led) == (0 if POINTED[name].keyed else 2)
    heads = [visit["head"] for visit in caught["pulled"] if "head" in visit]
    assert len(heads) >= len(led)
    for head in heads:
        asked, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        assert asked == "GET /caught HTTP/1.1"
        assert {line.partition(":")[0].lower() for line in lines} <= ORDINARY
        assert SECRET not in head


@pytest.mark.parametrize("name", HERE)
def test_what_has_no_measure_takes_no_more_memory_than_the_largest_body(name: str) -> None:
    """All of it together: each was met alone, one after the other."""
    grown = {source: told.grown for source, told in met(name).items() if source.startswith("large_")}
    assert sum(grown.values()) <= BODY + SLACK, grown


@pytest.mark.parametrize("name", HERE)
def test_a_crowd_of_such_answers_is_read_a_few_at_a_time(name: str) -> None:
    crowd = [met(name)[f"crowd_{number}"] for number in range(CROWD)]
    assert {one.outcome for one in crowd} <= {Outcome.BROKEN, Outcome.UNAVAILABLE}
    assert crowd[0].grown <= AT_A_TIME * BODY + SLACK
