"""The connector `command`, with real programs: what they print, and those that fail, hang, flood and leave children."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.command import Command
from ingest.config.load import load
from ingest.config.model import ConfigError
from ingest.connector import Ask, Broken, Connector, Limits, Reading, Refused, SourceError, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import Conformance
from tests.connectors.pulling import BERLIN, NOW

HERE = Path(__file__).parent / "command"
SIGNALS: dict[str, Any] = {"attendees": {"kind": "events"}, "subscribers": {}}


class TestCommand(Conformance):
    connector: ClassVar[type[Connector]] = Command
    settings: ClassVar[Mapping[str, Any]] = {
        "command": [sys.executable, "numbers.py"],
        "environment": {"SHOP_KEY": "a-made-up-key"},
        "signals": SIGNALS,
    }
    home: ClassVar[Path] = HERE

    def test_lines_are_measurements(self) -> None:
        drained = self.drained(self.ask())
        assert drained.readings == (
            Reading("subscribers", 431),
            Reading("attendees", 40, datetime(2026, 1, 13, 23, tzinfo=UTC), "meetup-2026-01-14"),
            Reading("attendees", 46, datetime(2026, 2, 10, 23, tzinfo=UTC), "meetup-2026-02-11"),
        )
        assert [span.whole for span in drained.spans] == [True]


def pulled(
    code: str,
    home: Path,
    *,
    signals: Mapping[str, Any] = SIGNALS,
    request: float = 30,
    since: datetime | None = None,
    **settings: Any,
) -> Drained:
    """What a program written in Python tells."""
    source = Command.model_validate({"command": [sys.executable, "-c", code], "signals": signals, **settings})
    return asyncio.run(drain(source, ask(home, request, since)))


def ask(home: Path, request: float = 30, since: datetime | None = None) -> Ask:
    def nobody() -> httpx.AsyncClient:
        raise AssertionError("no request is made")

    limits = Limits(request=request, json=2**20)
    return Ask(client=nobody, now=NOW, zone=BERLIN, home=home, key=b"k" * 32, limits=limits, since=since)


def printed(*lines: str) -> str:
    return f"import sys; sys.stdout.write({chr(10).join(lines)!r})"


def failed(code: str, home: Path, **settings: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        pulled(code, home, **settings)
    return caught.value


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        ('{"signal": "subscribers", "value": 0}', Reading("subscribers", 0)),
        ('{"signal": "subscribers", "value": "4.5"}', Reading("subscribers", 4.5)),
        (
            '{"signal": "subscribers", "value": 4, "observed_at": "2026-11-01T08:00:00Z"}',
            Reading("subscribers", 4, datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ),
        (
            '{"signal": "attendees", "observed_at": 1777636800, "key": 17}',
            Reading("attendees", 1, datetime(2026, 5, 1, 12, tzinfo=UTC), "17"),
        ),
        (
            '{"signal": "attendees", "observed_at": "2026-11-01"}',
            Reading("attendees", 1, datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ),
    ],
)
def test_a_line_is_read(line: str, reading: Reading, tmp_path: Path) -> None:
    assert pulled(printed("", line, " "), tmp_path).readings == (reading,)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("subscribers 431", "line 2: not JSON"),
        ("431", "line 2: should be an object, and is a number"),
        ('{"value": 4}', "line 2, signal: is missing"),
        ('{"signal": "subscriber", "value": 4}', "line 2, signal: there is no signal 'subscriber' in the settings"),
        ('{"signal": "subscribers"}', "line 2, value: should be a number, and is nothing"),
        ('{"signal": "subscribers", "value": true}', "line 2, value: should be a number"),
        ('{"signal": "subscribers", "value": "1,5"}', "line 2, value: '1,5' is 1.5 or 15"),
        ('{"signal": "subscribers", "value": NaN}', "line 2, value: NaN is not a number"),
        ('{"signal": "subscribers", "value": 1, "valeu": 2}', "line 2, valeu: is not known"),
        ('{"signal": "subscribers", "value": 1, "value": 2}', "line 2, value: the key is there twice"),
        ('{"signal": "subscribers", "value": 4, "key": "a"}', "line 2, observed_at: should be a time"),
        ('{"signal": "subscribers", "value": 4, "observed_at": "2026-11-01", "key": "a"}', "line 2, key: a level"),
        ('{"signal": "subscribers", "value": 5}', "line 2, subscribers: was told before, with another number"),
        ('{"signal": "attendees", "key": "a"}', "line 2, observed_at: should be a time, and is nothing"),
        ('{"signal": "attendees", "observed_at": "soon"}', "line 2, observed_at: "),
        ('{"signal": "attendees", "observed_at": "2026-11-01", "key": ""}', "line 2, key: is empty"),
        ('{"signal": "subscribers", "value": 4', "line 2: not JSON"),
    ],
)
def test_a_line_that_is_no_measurement_is_named(line: str, message: str, tmp_path: Path) -> None:
    error = failed(printed('{"signal": "subscribers", "value": 4}', line), tmp_path)
    assert isinstance(error, Broken)
    assert re.match(re.escape(message), error.ending().message), error.ending().message


def test_a_program_that_prints_nothing_tells_of_no_event_and_no_level(tmp_path: Path) -> None:
    drained = pulled("", tmp_path)
    assert drained.readings == ()
    assert [(span.signal, span.whole) for span in drained.spans] == [("attendees", True)]


def test_of_recent_events_only_the_time_from_the_oldest_on_is_covered(tmp_path: Path) -> None:
    line = '{"signal": "attendees", "observed_at": "2026-11-01T08:00:00Z", "key": "a"}'
    drained = pulled(printed(line), tmp_path, signals={"attendees": {"kind": "events", "whole": "false"}})
    assert drained.spans == (Span("attendees", datetime(2026, 11, 1, 8, tzinfo=UTC)),)


def test_it_runs_beside_the_configuration_without_our_secrets(tmp_path: Path) -> None:
    code = (
        "import json, os; open('seen', 'w').write(json.dumps([dict(os.environ), os.getcwd()]));"
        'print(\'{"signal": "subscribers", "value": 1}\')'
    )
    os.environ["OKR_TABLES_SECRET"] = "s3cret"
    try:
        pulled(code, tmp_path, environment={"SHOP_KEY": "k3y"}, since=NOW)
    finally:
        del os.environ["OKR_TABLES_SECRET"]
    seen = (tmp_path / "seen").read_text()
    assert "s3cret" not in seen
    assert all(text in seen for text in ("k3y", str(tmp_path), '"OKR_SINCE": "2026-11-22T12:00:00+00:00"', '"PATH"'))


def test_no_shell_reads_its_arguments(tmp_path: Path) -> None:
    source = Command.model_validate(
        {
            "command": [sys.executable, "-c", "import sys; sys.exit(sys.argv[1])", "$HOME; touch x | `id`"],
            "signals": SIGNALS,
        }
    )
    with pytest.raises(Unavailable) as caught:
        asyncio.run(drain(source, ask(tmp_path)))
    assert caught.value.message.endswith("ended with status 1: $HOME; touch x | `id`")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("import sys; sys.exit(3)", Unavailable, "ended with status 3$"),
        ("import sys; sys.exit(78)", Refused, "ended with status 78$"),
        ("raise SystemExit('no network\\n\\n')", Unavailable, "ended with status 1: no network$"),
        ("import os; os.kill(os.getpid(), 9)", Unavailable, "was ended by signal 9$"),
        ("raise SystemExit('\\x1b[31mred\\x07 ' + 'x' * 1_000)", Unavailable, r"status 1: \[31mred x+…$"),
        ("raise SystemExit('k3y' + 'x' * 4094)", Unavailable, "status 1: x+…$"),
        ("import sys; sys.exit(b'\\xff\\xfe'.decode('latin1') + 'k3y!')", Unavailable, "status 1: .*…!$"),
    ],
)
def test_a_program_that_fails_is_told_with_its_last_words(
    code: str, kind: type[SourceError], message: str, tmp_path: Path
) -> None:
    error = failed(code, tmp_path, environment={"SHOP_KEY": "k3y"})
    told = error.ending()
    assert type(error) is kind
    assert re.search(message, told.message), told.message
    assert told.message.isprintable()
    assert (told.cure is not None) == (kind is Refused)
    assert "k3y" not in told.message


@pytest.mark.parametrize("command", [["no-such-program"], ["./missing.py"], ["./numbers.py"], ["."]])
def test_what_cannot_be_run_is_refused(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "numbers.py").write_text("print(1)")  # nobody may run it
    source = Command.model_validate({"command": command, "signals": SIGNALS})
    with pytest.raises(Refused, match="cannot be run") as caught:
        asyncio.run(drain(source, ask(tmp_path)))
    assert "check `command`" in caught.value.cure
    assert str(tmp_path) not in caught.value.message


CHILD = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
CHILD += "open('child', 'w').write(str(child.pid));"


def ends(home: Path) -> bool:
    """Whether the child is gone, within the time that a killed process may need. One that nobody asked for is a Z."""
    stat, until = Path(f"/proc/{(home / 'child').read_text()}/stat"), time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if stat.read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (f"{CHILD} import time; time.sleep(600)", Unavailable, "took longer than 1.5 s and was stopped"),
        (f"{CHILD} print('x' * 2 ** 22, flush=True); import time; time.sleep(600)", Broken, "more than 1 MiB"),
        (f"{CHILD} sys.stderr.write('x' * 2 ** 22); sys.exit(1)", Unavailable, "status 1: x+…"),
        (f"{CHILD} import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)", Unavailable, "stopped"),
    ],
    ids=["it hangs", "it floods", "it complains without end", "it ignores a polite end"],
)
def test_what_goes_on_is_killed_with_its_children(
    code: str, kind: type[SourceError], message: str, tmp_path: Path
) -> None:
    error = failed(code, tmp_path, request=1.5)
    assert type(error) is kind
    assert re.search(message, error.ending().message)
    assert ends(tmp_path)


def test_a_child_that_is_left_behind_holds_nothing_up_and_is_ended(tmp_path: Path) -> None:
    code = CHILD + 'print(\'{"signal": "subscribers", "value": 1}\')'
    assert pulled(code, tmp_path).readings == (Reading("subscribers", 1),)
    assert ends(tmp_path)


def wait_for(file: Path) -> None:
    until = time.monotonic() + 30
    while not file.exists() or not file.read_text():
        assert time.monotonic() < until, "nothing was written"
        time.sleep(0.02)


def test_a_pull_that_is_given_up_ends_its_program(tmp_path: Path) -> None:
    source = Command.model_validate(
        {"command": [sys.executable, "-c", f"{CHILD} import time; time.sleep(600)"], "signals": SIGNALS}
    )

    async def given_up() -> None:
        pull = asyncio.create_task(drain(source, ask(tmp_path)))
        await asyncio.to_thread(wait_for, tmp_path / "child")
        pull.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pull

    asyncio.run(given_up())
    assert ends(tmp_path)


def test_a_configuration_with_it_is_refused_unless_it_is_allowed_outside_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "okr.yaml"
    file.write_text(
        "timezone: UTC\nsources:\n  mine:\n    connector: command\n    command: ./numbers.py\n"
        "    signals:\n      subscribers:\n        unit: people\n"
    )
    with pytest.raises(ConfigError, match="--allow command on the command line, or OKR_ALLOW=command"):
        load(file, {})
    assert load(file, {}, allow=frozenset({"command"})).sources["mine"].connector.offered().keys() == {"subscribers"}


@pytest.mark.parametrize(
    "settings",
    [
        {"command": []},
        {"command": "./numbers.py --all"},
        {"command": ""},
        {"command": [""]},
        {"command": ["a\0b"]},
        {"environment": {"A=B": "x"}},
        {"environment": {"A": "x\0"}},
    ],
)
def test_settings_that_cannot_work_are_found_at_the_start(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Command.model_validate({"command": ["x"], "signals": SIGNALS, **settings})
