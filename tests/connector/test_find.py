import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ingest.connector import Connector
from ingest.connector.find import BrokenConnector, UnknownConnector, find, names

OWN = '''
from ingest.connector import Connector, Reading, level

class MyConnector(Connector):
    """Mine."""
    signals = {"people": level()}

    async def pull(self, ask):
        yield Reading("people", NUMBER)
'''


def own(home: Path, text: str = OWN.replace("NUMBER", "1"), name: str = "my.py") -> Path:
    (home / name).write_text(text)
    return home


def test_a_built_in_connector_is_found_by_its_file_name(tmp_path: Path) -> None:
    found = find("manual", tmp_path)
    assert (found.__name__, found.__module__) == ("Manual", "connectors.manual")


def test_every_built_in_connector_can_be_found(tmp_path: Path) -> None:
    listed = names()
    assert {"manual", "push", "mailchimp"} <= set(listed)
    assert listed == sorted(listed)
    assert all(issubclass(find(name, tmp_path), Connector) for name in listed)


@pytest.mark.parametrize(
    ("name", "suggestion"), [("mailchimpp", "mailchimp"), ("manul", "manual"), ("Manual", "manual")]
)
def test_a_name_that_is_nearly_right_is_suggested(tmp_path: Path, name: str, suggestion: str) -> None:
    with pytest.raises(UnknownConnector) as caught:
        find(name, tmp_path)
    assert suggestion in caught.value.suggestions


@pytest.mark.parametrize("name", ["", "__init__", "_ics", "../manual", "os.path", "connectors.manual", "a b", "ä" * 99])
def test_what_is_no_connectors_name_is_unknown(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownConnector):
        find(name, tmp_path)


@pytest.mark.parametrize("name", ["./my.py:MyConnector", "my.py:MyConnector", "./my.py"])
def test_ones_own_connector_is_found_beside_the_file(tmp_path: Path, name: str) -> None:
    assert find(name, own(tmp_path)).__name__ == "MyConnector"


def test_an_edited_file_is_another_class_and_an_unchanged_one_the_same(tmp_path: Path) -> None:
    first = find("./my.py:MyConnector", own(tmp_path))
    assert find("./my.py:MyConnector", tmp_path) is first
    assert find("./my.py:MyConnector", own(tmp_path, OWN.replace("NUMBER", "2"))) is not first


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("import sys; sys.exit(3)", "./my.py:MyConnector", "SystemExit: 3"),
        ("raise RuntimeError('oh')", "./my.py:MyConnector", "RuntimeError: oh"),
        ("def (", "./my.py:MyConnector", "SyntaxError"),
        ("import no_such_package", "./my.py:MyConnector", "needs the Python package no_such_package"),
        ("", "./my.py:MyConnector", "there is no MyConnector in my.py"),
        ("", "./my.py", "no connector"),
        ("MyConnector = 7", "./my.py:MyConnector", "not a subclass"),
        ("class MyConnector: pass", "./my.py:MyConnector", "not a subclass"),
        (OWN + OWN.replace("MyConnector", "Other"), "./my.py", "more than one connector"),
        ("from ingest.connector import Connector\nclass My(Connector): pass", "./my.py:My", "no method `pull`"),
        (
            "from ingest.connector import Connector\nclass My(Connector):\n  x: object()",
            "./my.py:My",
            "cannot be loaded",
        ),
    ],
)
def test_a_module_that_cannot_be_used_says_why(tmp_path: Path, text: str, name: str, reason: str) -> None:
    with pytest.raises(BrokenConnector, match=reason) as caught:
        find(name, own(tmp_path, text))
    assert str(tmp_path) not in caught.value.reason


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenConnector, match="cannot be read: No such file"):
        find("./my.py:MyConnector", tmp_path)


def test_a_package_of_another_distribution_that_hides_ours_is_named(tmp_path: Path) -> None:
    """In a process of its own, since Python remembers packages."""
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "__init__.py").write_text("")
    code = f"""
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(tmp_path)!r})
        from ingest.connector.find import BrokenConnector, find
        try:
            find("manual", Path())
        except BrokenConnector as error:
            print(error.reason)
        """
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, cwd=root
    )
    assert str(tmp_path / "connectors") in run.stdout
    assert "hides the one of okr-ingest" in run.stdout


def test_the_contract_imports_nothing_heavy() -> None:
    """`okr --help` pays for every import of this room."""
    heavy = ["asyncio", "httpx", "aiohttp", "sqlalchemy", "fastapi", "apscheduler", "pytest"]
    code = f"import sys, ingest.connector, ingest.connector.find; print([x for x in {heavy} if x in sys.modules])"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == "[]"
