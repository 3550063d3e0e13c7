"""What the service logs of a pull: what is news alone."""

import logging
from dataclasses import replace

import pytest

from ingest.connector.outcome import Ending, Outcome
from ingest.run.rota import tell
from ingest.run.standing import Standing, after
from ingest.store.unit import By, Unit

TROUBLE = Ending(Outcome.OK, "3 measurements; its token could not be renewed: no", "make a new one")


def a_unit(ending: Ending) -> Unit:
    return Unit("network", By.PULL, 0, 1, ending)


def test_what_is_to_be_done_although_all_is_well_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    standing: Standing | None = None
    endings = [Ending(Outcome.OK, "3 measurements"), TROUBLE, replace(TROUBLE, message="4 measurements; no"), TROUBLE]
    with caplog.at_level(logging.INFO):
        for ending in [*endings, Ending(Outcome.OK, "3 measurements"), TROUBLE]:
            tell(a_unit(ending), standing)
            standing = after(standing, a_unit(ending))
    said = "network: 3 measurements; its token could not be renewed: no; make a new one"
    assert [one.getMessage() for one in caplog.records] == [said, said]


def test_a_source_that_recovers_with_something_to_be_done_says_both(caplog: pytest.LogCaptureFixture) -> None:
    failed = a_unit(Ending(Outcome.REFUSED, "no", "make a new one at once"))
    with caplog.at_level(logging.INFO):
        tell(a_unit(TROUBLE), after(None, failed))
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]
