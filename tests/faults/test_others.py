"""Faults that a connector could take for an answer, met by every further connector, all in one round."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import SecretStr

from ingest.connector import OAuth
from ingest.connector.oauth.token import Token
from ingest.connector.outcome import Outcome
from ingest.connector.secret import secrets_of
from tests.faults.alone import answered
from tests.faults.others import MEANS_ELSE, OTHERS, TRIED, pointed, tried
from tests.faults.round import Told
from tests.faults.table import TABLE, Row

CASES = [pytest.param(name, row, id=f"{name}: {row.name}") for name in OTHERS for row in tried(name)]


def source_of(name: str, row: Row) -> str:
    return f"{name}_{row.fault}".replace("-", "_")


@cache
def met() -> dict[str, Told]:
    sources = {
        source_of(name, row): pointed(name).at(f"http://127.0.0.1:<http>/{row.fault}")
        for name in OTHERS
        for row in tried(name)
    }
    with TemporaryDirectory() as folder:
        (Path(folder) / "okr.yaml").write_text(json.dumps({"timezone": "UTC", "sources": sources}))
        (Path(folder) / "groups.json").write_text("[]")
        (Path(folder) / "good.json").write_text("[]")
        for name in OTHERS:
            grant(Path(folder), name)
        return answered(Path(folder))[0]


def grant(folder: Path, name: str) -> None:
    """Where access is granted with `okr auth` it was, for each of the sources."""
    oauth = OTHERS[name]().made().authorization()
    if not isinstance(oauth, OAuth):
        return
    token = Token(access=SecretStr("made-up-access"), client_id=oauth.client_id, token_url=oauth.token_url)
    tokens = folder / ".okr" / "tokens"
    tokens.mkdir(mode=0o700, parents=True, exist_ok=True)
    for row in tried(name):
        file = tokens / f"{source_of(name, row)}.json"
        file.write_text(token.text())
        file.chmod(0o600)


def test_what_is_tried_is_in_the_table() -> None:
    assert {row.fault for row in TABLE} >= TRIED


@pytest.mark.parametrize(("name", "row"), CASES)
def test_a_fault_has_its_outcome_and_nothing_of_it_is_stored(name: str, row: Row) -> None:
    told = met()[source_of(name, row)]
    expected = MEANS_ELSE.get((name, row.fault), row.outcome)
    assert told.outcome in (expected if isinstance(expected, tuple) else (expected,)), told
    assert told.stored == 0, told
    assert (told.cure is not None) == (told.outcome == Outcome.REFUSED), "who is refused is told what to do"
    said = f"{told.message} {told.cure or ''}"
    assert said.isprintable(), told
    assert len(said) <= 400, told
    assert "bug" not in said, told
    assert not any(secret in said for secret in secrets_of(OTHERS[name]().made())), "a secret shows"
