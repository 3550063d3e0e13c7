"""okr.yaml, or a folder of such files, as one frozen `Config`; or every problem in it.

1. The files are read and composed: texts, lists and sections with their places (`file`, `compose`).
2. `${…}` is filled in from the environment, `.env` and files (`fill`).
3. Sources become ready connectors, then objectives and tactics are read against them.
4. What is wrong is collected on the way and raised at the end, all of it (`report`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.config.compose import compose
from ingest.config.database import DEFAULT, database_of, passwords
from ingest.config.draft import draft_of, is_lost, section_of, under
from ingest.config.env import parse_env
from ingest.config.file import shown, text_of
from ingest.config.fill import Filling
from ingest.config.keys import FileKeys
from ingest.config.model import Config
from ingest.config.node import Node, Place, Scalar, Section, present
from ingest.config.objective import read_objectives
from ingest.config.report import Report
from ingest.config.scope import Scope
from ingest.config.server import read_notify, read_server
from ingest.config.source import read_sources
from ingest.config.tactic import read_tactics
from ingest.config.zone import machine_zone, zone_of

ENV_FILE = ".env"
_ONCE = ("timezone", "mission", "notify", "database", "server")
"""Keys that one file alone may hold."""


@dataclass(frozen=True, slots=True)
class _Written:
    """All files together."""

    files: tuple[Path, ...]
    """Those that are configuration, in order."""
    sections: tuple[Section, ...]
    whole: bool
    """Each of them could be read."""

    def lists(self, key: str) -> list[Node]:
        return [one.values[key] for one in self.sections if key in one]

    def only(self, key: str) -> Section | None:
        """The section of the first file that holds a key."""
        return next((one for one in self.sections if key in one), None)

    def value(self, key: str) -> Node | None:
        section = self.only(key)
        return section.values[key] if section else None


def load(path: Path, env: Mapping[str, str], *, allow: frozenset[str] = frozenset()) -> Config:
    """The configuration of a file or a folder. `ConfigError` has every problem, in the order of files and lines.

    `env` fills in `${NAME}` before the `.env` beside the file does; `allow` are the dangerous things that are allowed.
    """
    report = Report()
    folder = path if _is_folder(path) else path.parent
    home, beside = folder.absolute(), folder / ENV_FILE
    filling = Filling(env, _beside(beside, report), home, report)
    written = _read(path, filling, report)
    names = [shown(file) for file in (*written.files, beside)]
    _refuse_twice(written, report)
    zone = _zone(written.value("timezone"), report, env)
    scope = Scope(report, filling, home, zone, allow, written.whole)
    sources = read_sources(_merged(written, report), scope)
    aims = read_objectives(written.lists("objectives"), sources, scope)
    tactics = read_tactics(written.lists("tactics"), aims, scope)
    holder = written.only("server")
    server = read_server(
        section_of(written.value("server"), "server", report), holder.keys["server"] if holder else None, scope
    )
    notify = read_notify(written.value("notify"), scope)
    database = _database(written.value("database"), scope)
    report.raise_problems(names, filling.secrets)
    return Config(
        path=path,
        home=home,
        files=(*written.files, *([beside] if beside.is_file() else []), *filling.files),
        zone=zone,
        mission=_mission(written.value("mission")),
        sources={id_: source for id_, source in sources.items() if source is not None},
        objectives=tuple(aims.objectives),
        tactics=tactics,
        notify=notify,
        database=database,
        server=server,
        secrets=frozenset(filling.secrets),
        warnings=report.warnings(names, filling.secrets),
        places={
            name: str(place) for register in (aims.ids, aims.names.register) for name, place in register.places.items()
        },
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it may not be looked at; reading it then says so
        return False


def _beside(path: Path, report: Report) -> dict[str, str]:
    try:
        if not path.is_file():
            return {}
    except OSError:
        return {}
    text = text_of(path, report)
    return {} if text is None else parse_env(text, shown(path), report)


def _read(path: Path, filling: Filling, report: Report) -> _Written:
    files = _files(path, report)
    sections: list[Section] = []
    whole = bool(files)
    for file in files:
        text, before = text_of(file, report), report.problems
        node = None if text is None else compose(shown(file), text, report)
        if isinstance(node, Section):
            filled = filling.section(node, "")
            draft_of(FileKeys, filled, node.place, "", report)
            sections.append(filled)
        elif node is not None:
            report.add(node.place, "", "must be sections such as `sources:` and `objectives:`")
        whole = whole and (isinstance(node, Section) or (text is not None and report.problems == before))
    return _Written(files, tuple(sections), whole)


def _files(path: Path, report: Report) -> tuple[Path, ...]:
    """The file, or the folder's *.yaml by name. Files that begin with a dot are left out."""
    if not _is_folder(path):
        return (path,)
    files = sorted(file for file in path.glob("*.yaml") if file.is_file() and not file.name.startswith("."))
    for other in sorted(path.glob("*.yml")):
        report.warn(Place(shown(other), 1, 1), "", "is not read: a folder is its *.yaml; rename it")
    if not files:
        report.add(Place(shown(path), 1, 1), "", "there is no *.yaml in this folder; `okr init` writes one")
    return tuple(files)


def _refuse_twice(written: _Written, report: Report) -> None:
    """Report what one file alone may hold and two do."""
    for key in _ONCE:
        places = [section.keys[key].place for section in written.sections if key in section]
        for place in places[1:]:
            told = f"is in {places[0]} already; one file alone may hold it"
            report.add(place, key, told)


def _zone(node: Node | None, report: Report, env: Mapping[str, str]) -> ZoneInfo:
    if not isinstance(node, Scalar) or is_lost(node) or not node.text.strip():
        return machine_zone(env)
    try:
        return zone_of(node.text.strip())
    except ValueError as error:
        report.refuse(node, "timezone", str(error))
        return machine_zone(env)


def _merged(written: _Written, report: Report) -> Section | None:
    """The sources of all files in one section."""
    keys: dict[str, Scalar] = {}
    values: dict[str, Node] = {}
    place: Place | None = None
    for node in written.lists("sources"):
        section = section_of(node, "sources", report)
        if section is None:
            continue
        place = place or section.place
        for id_, value in section.values.items():
            if id_ in keys:
                told = f"the id is taken: {keys[id_].place}"
                report.add(section.keys[id_].place, under("sources", id_), told)
            else:
                keys[id_], values[id_] = section.keys[id_], value
    return Section(place, keys, values) if place else None


def _database(node: Node | None, scope: Scope) -> str:
    if not isinstance(node, Scalar) or is_lost(node) or not node.text.strip():
        return database_of(DEFAULT, scope.home)
    try:
        url = database_of(node.text.strip(), scope.home)
    except ValueError as error:
        scope.report.refuse(node, "database", str(error))
        return DEFAULT
    scope.filling.hide(*passwords(url))
    return url


def _mission(node: Node | None) -> str | None:
    return node.text.strip() if isinstance(node, Scalar) and present(node) else None
