from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.sessionize import Sessionize
from ingest.connector import Connector, Reading
from ingest.connector.kit import HttpConformance


class TestSessionize(HttpConformance):
    connector: ClassVar[type[Connector]] = Sessionize
    settings: ClassVar[Mapping[str, Any]] = {"endpoint": "a1b2c3d4"}
    recorded: ClassVar[Path] = Path(__file__).parent / "sessionize"

    def test_breaks_and_doubles_do_not_count(self) -> None:
        assert self.drained(self.ask()).readings == (Reading("sessions", 3), Reading("speakers", 3))

    def test_a_programme_that_is_not_published_has_no_sessions_yet(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("sessions", 0), Reading("speakers", 0))

    def test_nobodys_name_or_id_is_kept(self) -> None:
        drained = repr(self.drained(self.ask()))
        assert not any(text in drained for text in ("Made Up", "aaa", "101"))


@pytest.mark.parametrize("endpoint", ["", "../x", "a b", "a?b", "https://sessionize.com/api/v2/a1b2c3d4/view/All"])
def test_an_endpoint_is_an_id(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        Sessionize.model_validate({"endpoint": endpoint})
