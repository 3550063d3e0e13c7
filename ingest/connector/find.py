"""From `connector: name` to its class: built in by file name, others' by entry point, a user's own by path."""

import importlib
import importlib.util
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from hashlib import blake2b
from inspect import isabstract, isclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ingest.connector.connector import Connector

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "okr_ingest.connectors"
"""The entry-point group of third parties' connectors."""
_PACKAGE = "connectors"
_HOUSE = Path(__file__).resolve().parents[2]
"""Where this distribution lies: the built-in package is beside this one."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OWN = re.compile(r"(?P<file>.+\.py)(?::(?P<attribute>\w+))?")


class UnknownConnector(Exception):
    """No connector has this name; `suggestions` are the nearest that exist."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.suggestions = name, tuple(suggestions)


class BrokenConnector(Exception):
    """The connector is there and cannot be used; `reason` says why and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def find(name: str, home: Path) -> type[Connector]:
    """The class of a connector. Whatever goes wrong in somebody's module is that connector's trouble alone.

    1. `./my.py:MyConnector` is the user's own file, relative to `home`; the class may be left out where there is one.
    2. `mailchimp` is the built-in `connectors/mailchimp.py`,
    3. else the entry point of that name in the group `okr_ingest.connectors`.

    Raises `UnknownConnector` or `BrokenConnector`.
    """
    if own := _OWN.fullmatch(name):
        return _own(name, home / Path(own["file"]).expanduser(), own["attribute"])
    if name in built_in():
        _refuse_shadow(name)
        return _only_class(name, _imported(name, f"{_PACKAGE}.{name}"))
    points = [point for point in _entry_points() if point.name == name]
    if not points:
        raise UnknownConnector(name, get_close_matches(name, names()))
    return _from_entry_point(name, points)


def names() -> list[str]:
    """Every connector that can be named: the built-in ones and those of entry points, in order. Loads none of them."""
    return sorted({*built_in(), *(point.name for point in _entry_points())})


def built_in() -> set[str]:
    """The names of the connectors of this distribution. Loads none of them."""
    files = (_HOUSE / _PACKAGE).glob("*.py")
    return {file.stem for file in files if _NAME.fullmatch(file.stem)}


def _refuse_shadow(name: str) -> None:
    """Another distribution may have put a package of the same name before ours on the path."""
    found = importlib.util.find_spec(_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    ours = str(_HOUSE / _PACKAGE)
    if not any(Path(place).resolve() == Path(ours) for place in places):
        other = places[0] if places else "something else"
        raise BrokenConnector(
            name,
            f"the package `{_PACKAGE}` of another distribution ({other}) hides the one of okr-ingest; "
            "install okr-ingest in an environment of its own: pipx install okr-ingest",
        )


def _entry_points() -> "tuple[EntryPoint, ...]":
    return _installed(tuple((place, _changed(place)) for place in sys.path))


@lru_cache(maxsize=1)
def _installed(places: tuple[tuple[str, int], ...]) -> "tuple[EntryPoint, ...]":
    """Those of the distributions in these places, which are known by when they changed. A look takes milliseconds, and
    a configuration may name thousands of connectors."""
    from importlib.metadata import entry_points

    return tuple(entry_points(group=GROUP))


def _changed(place: str) -> int:
    try:
        return Path(place or ".").stat().st_mtime_ns
    except OSError:
        return 0


def _from_entry_point(name: str, points: "Sequence[EntryPoint]") -> type[Connector]:
    values = {point.value for point in points}
    if len(values) > 1:
        raise BrokenConnector(name, f"several distributions offer it: {', '.join(sorted(values))}; remove one")
    try:
        loaded = points[0].load()
    except BaseException as error:
        raise _unusable(name, error) from error
    return _connector(name, loaded)


def _own(name: str, file: Path, attribute: str | None) -> type[Connector]:
    try:
        source = file.read_bytes()
    except OSError as error:
        raise BrokenConnector(name, f"its file cannot be read: {error.strerror}") from None
    module_name = f"own_connector_{blake2b(str(file).encode() + b'|' + source, digest_size=8).hexdigest()}"
    module = sys.modules.get(module_name) or _loaded(name, module_name, file)
    if attribute is None:
        return _only_class(name, module)
    if not hasattr(module, attribute):
        raise BrokenConnector(name, f"there is no {attribute} in {file.name}")
    return _connector(name, getattr(module, attribute))


def _loaded(name: str, module_name: str, file: Path) -> ModuleType:
    """A module of a file outside the path, known by its content: an edited file is another module after a reload."""
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise BrokenConnector(name, "its file is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # pydantic looks annotations up there
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[module_name]
        raise _unusable(name, error) from error
    return module


def _imported(name: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except BaseException as error:
        raise _unusable(name, error) from error


def _unusable(name: str, error: BaseException) -> BaseException:
    """Somebody's module may raise anything, SystemExit too; only the user's own interrupt goes through."""
    if isinstance(error, KeyboardInterrupt):
        return error
    if isinstance(error, ModuleNotFoundError):
        return BrokenConnector(name, f"it needs the Python package {error.name}, which is not installed")
    return BrokenConnector(name, f"it cannot be loaded: {type(error).__name__}: {error}")


def _only_class(name: str, module: ModuleType) -> type[Connector]:
    found = [value for value in vars(module).values() if _is_own_class(value, module)]
    if len(found) != 1:
        count = "no connector" if not found else "more than one connector"
        raise BrokenConnector(name, f"there is {count} in {module.__name__.rpartition('.')[2]}; name the class")
    return _connector(name, found[0])


def _is_own_class(value: object, module: ModuleType) -> bool:
    return (
        isclass(value)
        and issubclass(value, Connector)
        and value.__module__ == module.__name__
        and value.__name__.isidentifier()  # `Named[X]` is a class too
        and not value.__name__.startswith("_")
    )


def _connector(name: str, loaded: object) -> type[Connector]:
    """What was found, if it can be used as a connector."""
    if not (isclass(loaded) and issubclass(loaded, Connector)) or isabstract(loaded):
        raise BrokenConnector(name, "it is not a subclass of ingest.connector.Connector")
    if loaded.every is not None and loaded.pull is Connector.pull:
        raise BrokenConnector(name, "it has no method `pull`; set `every = None` if it is never asked")
    return loaded
