"""How many cases a test generates: the same ones each time; with `OKR_TEST_EFFORT=10` ten times as many, new ones."""

import os

from hypothesis import settings

EFFORT = int(os.environ.get("OKR_TEST_EFFORT", "1"))


def cases(count: int) -> settings:
    return settings(
        max_examples=count * EFFORT, derandomize=EFFORT == 1, database=None, deadline=None, print_blob=EFFORT > 1
    )
