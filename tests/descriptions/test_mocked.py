"""The mock notices what it is there for."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.descriptions.mocked import Mock
from tests.descriptions.test_description import KEY, OPENAPI, SWAGGER, asked
from tests.servers.prism.mock import Mocks, mocks


@pytest.fixture(scope="module")
def prism() -> Iterator[Mocks]:
    with mocks() as running:
        yield running


@pytest.fixture
def mock(tmp_path: Path, prism: Mocks) -> Mock:
    files = [tmp_path / "openapi.json", tmp_path / "swagger.json"]
    for file, document in zip(files, (OPENAPI, SWAGGER), strict=True):
        paths = {
            path: {**item, "get": _unreserved(item["get"])} for path, item in document["paths"].items() if "get" in item
        }
        file.write_text(json.dumps({**document, "paths": paths}))
    return Mock(files, prism)


def _unreserved(operation: dict[str, object]) -> dict[str, object]:
    """As trimming leaves it: Prism wants what OpenAPI says to ignore."""
    parameters = [one for one in operation.get("parameters", []) if one.get("name") != "Authorization"]  # type: ignore[attr-defined]
    return {**operation, "parameters": parameters}


@pytest.mark.parametrize(
    ("request_", "violation"),
    [
        (asked("/people/7?since=2026-01-01", headers=KEY), None),
        (asked("/people/7?since=2026-01-01", headers={"X-Version": "2"}), "security"),
        (asked("/people/7?since=yesterday", headers=KEY), "since"),
        (asked("/people/7", headers=KEY), "since"),
        (asked("/pages?count=7", headers={"Authorization": "Basic eDp5"}), None),
        (asked("/pages?count=700", headers={"Authorization": "Basic eDp5"}), "count"),
    ],
)
def test_what_the_description_does_not_allow_is_a_violation(
    mock: Mock, request_: httpx.Request, violation: str | None
) -> None:
    mock.sent(request_)
    if violation is None:
        assert mock.violations == []
    else:
        [told] = mock.violations
        assert violation in told


def test_what_is_not_described_is_asked_of_nobody(mock: Mock) -> None:
    with pytest.raises(AssertionError, match="/nobody is not described"):
        mock.sent(asked("/nobody"))
