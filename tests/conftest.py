"""What all tests share: which of them run where."""

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `slow` run with `.ci/run --all` only; they are left out, not skipped, so that a skip is news."""
    if os.environ.get("OKR_TEST_SLOW") == "1":
        return
    items[:] = [item for item in items if item.get_closest_marker("slow") is None]


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """With OKR_TEST_REAL_SERVERS=1 (in CI) a skipped test is a failed one: its real server must be there."""
    if (
        os.environ.get("OKR_TEST_REAL_SERVERS") == "1"
        and call.excinfo
        and call.excinfo.errisinstance(pytest.skip.Exception)
    ):
        reason = str(call.excinfo.value)
        call.excinfo = pytest.ExceptionInfo.from_exception(AssertionError(f"skipped where nothing may be: {reason}"))
