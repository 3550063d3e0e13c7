"""What tests of connectors share."""

from collections.abc import Iterator

import pytest

from tests.servers.prism.mock import Mocks, mocks


@pytest.fixture(scope="session")
def prism() -> Iterator[Mocks]:
    """From a vendor's description to the address of a server that is made of it."""
    with mocks() as running:
        yield running
