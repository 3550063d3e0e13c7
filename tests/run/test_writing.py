"""Measurements are written as they are read, and what is read is closed whoever stops listening."""

import io
from collections.abc import Generator

import pytest

from ingest.okr.signal import Kind
from ingest.run.exchange import Format, write_rows
from ingest.store.unit import Measured


class Gone(io.StringIO):
    """Somebody who has seen enough after the first measurement."""

    def write(self, text: str) -> int:
        if "news.readers" in text or 'signal="readers"' in text:
            raise BrokenPipeError
        return len(text)


@pytest.mark.parametrize("form", ["csv", "jsonl", "openmetrics"])
def test_what_is_read_is_closed_when_nobody_listens_any_more(form: Format) -> None:
    closed = []

    def read() -> Generator[Measured, None, None]:
        try:
            for time in range(10):
                yield Measured("news.readers", time, 1.0)
        finally:
            closed.append(True)

    with pytest.raises(BrokenPipeError) as error:
        write_rows(read, lambda _: ("news", Kind.LEVEL), form, Gone(), now=100)
    assert closed, error  # while the error, and with it everything that was under way, is still there
