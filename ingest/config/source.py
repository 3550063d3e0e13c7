"""Sources: each a connector made ready from its settings, or every reason why not."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from ingest.config.account import account_of, check_token_files
from ingest.config.draft import draft_of, loses, plain, refuse, refuse_empty, section_of, under
from ingest.config.form import parse_id
from ingest.config.guess import meant
from ingest.config.keys import SourceKeys
from ingest.config.model import Source
from ingest.config.node import Node, Scalar, Section, present
from ingest.config.offered import PluginError, limits_of, offered
from ingest.config.schedule import schedule_of, stale_after
from ingest.config.scope import Scope
from ingest.config.steps import split_signals, with_steps
from ingest.connector.connector import Connector
from ingest.connector.find import BrokenConnector, UnknownConnector, find
from ingest.connector.secret import secrets_of

Sources = Mapping[str, Source | None]
"""By id; None where a source is wrong, which is reported: nothing more is said of what names it."""

_OWN = re.compile(r"(.+\.py)(?::\w+)?")


_COMMON = [key for key in SourceKeys.model_fields if key != "connector"]


def read_sources(section: Section | None, scope: Scope) -> Sources:
    """All sources, by id."""
    if section is None:
        return {}
    sources = {id_: _read(id_, section.keys[id_], node, scope) for id_, node in section.values.items()}
    _check_renamed(sources, section, scope)
    check_token_files(sources, section, scope)
    return sources


def _read(id_: str, key: Scalar, node: Node, scope: Scope) -> Source | None:
    path, report, before = f"sources.{id_}", scope.report, scope.report.problems
    try:
        parse_id(id_)
    except ValueError as error:
        report.add(key.place, path, str(error))
    section = section_of(node, path, report)
    if section is None:
        if report.problems == before and not loses(node):
            report.add(key.place, path, "is empty; say at least which `connector` it is")
        return None
    common, settings, renamed = _parted(section, path, scope)
    draft = draft_of(SourceKeys, common, key.place, path, report)
    if "connector" not in draft.model_fields_set:
        return None
    try:
        kind = _kind(draft.connector, common.values["connector"], path, scope)
        if kind is None:
            return None
        schedule = schedule_of(kind, draft, common, path, report)
        settings, said = split_signals(settings, kind)
        connector = _ready(kind, settings, key, path, scope)
        if connector is None or report.problems != before:
            return None
        signals = with_steps(offered(connector, draft.connector), said, path, report)
        if report.problems != before:
            return None
        limits = limits_of(id_, signals)
        account = account_of(id_, connector, draft, common, path, scope)
    except (BrokenConnector, PluginError) as error:
        return _broken(id_, draft, section, error, scope)
    scope.filling.hide(*secrets_of(connector))
    return Source(
        id=id_,
        kind=draft.connector,
        connector=connector,
        schedule=schedule,
        stale_after=stale_after(kind, draft, schedule),
        history=draft.history,
        signals=signals,
        fingerprint=_fingerprint(section),
        formerly=draft.formerly,
        renamed_signals=renamed,
        account=account,
        limits=limits,
    )


def _parted(section: Section, path: str, scope: Scope) -> tuple[Section, Section, dict[str, str]]:
    """The keys of every source, the connector's own settings, and the signals' new names with their old ones."""
    ours = {key: node for key, node in section.values.items() if key in _COMMON or _names_connector(key, section)}
    rest = {key: node for key, node in section.values.items() if key not in ours}
    renamed: dict[str, str] = {}
    signals = rest.get("signals")
    if isinstance(signals, Section):
        named = {name: _taken(name, node, path, renamed, scope) for name, node in signals.values.items()}
        rest["signals"] = replace(signals, values=named)
        for new, old in renamed.items():
            if old in named:
                place = signals.keys[new].place
                scope.report.add(place, f"{path}.signals.{new}.formerly", f"'{old}' is still there; delete one of them")
    return replace(section, values=ours), replace(section, values=rest), renamed


def _names_connector(key: str, section: Section) -> bool:
    """Whether a key is `connector`, or a slip for it where that is missing."""
    return key == "connector" or ("connector" not in section and "did you mean" in meant(key, ["connector"]))


def _taken(name: str, node: Node, path: str, renamed: dict[str, str], scope: Scope) -> Node:
    """A signal's settings without `formerly`, which is ours; a signal that says nothing has the defaults."""
    if not present(node):
        return Section(node.place, {}, {})
    if not isinstance(node, Section) or "formerly" not in node:
        return node
    old = node.values["formerly"]
    where = f"{path}.signals.{name}.formerly"
    if isinstance(old, Scalar):
        try:
            renamed[name] = parse_id(old.text)
        except ValueError as error:
            scope.report.refuse(old, where, str(error))
    else:
        scope.report.refuse(old, where, "must be the name that the signal had before")
    return replace(node, values={key: one for key, one in node.values.items() if key != "formerly"})


def _kind(name: str, node: Node, path: str, scope: Scope) -> type[Connector] | None:
    """The class of a connector; None where it is unknown or not allowed, which is reported."""
    where = under(path, "connector")
    own = _OWN.fullmatch(name)
    if own and not (scope.home / Path(own[1]).expanduser()).exists():
        scope.report.refuse(node, where, f"there is no file {own[1]} beside the configuration")
        return None
    try:
        kind = find(name, scope.home)
    except UnknownConnector as error:
        guess = f"; did you mean '{error.suggestions[0]}'?" if error.suggestions else "; `okr connectors` lists them"
        scope.report.refuse(node, where, "unknown connector" + guess)
        return None
    if kind.needs_allow is not None and kind.needs_allow not in scope.allow:
        cure = f"--allow {kind.needs_allow} on the command line, or OKR_ALLOW={kind.needs_allow}"
        scope.report.refuse(node, where, f"is dangerous, and must be allowed outside of this file: {cure}")
        return None
    return kind


def _ready(kind: type[Connector], settings: Section, key: Scalar, path: str, scope: Scope) -> Connector | None:
    """The connector with its settings; None where they are wrong, which is reported."""
    lost = loses(settings)
    refuse_empty(settings, kind, path, scope.report)
    try:
        connector = kind.model_validate(plain(settings))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            if one["loc"] or not lost:
                refuse(one, settings, one["loc"], path, scope.report, kind, key, _COMMON)
        return None
    except Exception as error:
        raise PluginError(f"its settings cannot be read ({type(error).__name__})") from error
    return None if lost else connector


def _broken(id_: str, draft: SourceKeys, section: Section, error: Exception, scope: Scope) -> Source:
    """A source whose connector, somebody else's code, cannot be used: it alone is out of service."""
    reason = error.reason if isinstance(error, BrokenConnector) else str(error)
    scope.report.doubt(section.values["connector"], f"sources.{id_}.connector", f"cannot be used: {reason}")
    return Source(
        id=id_,
        kind=draft.connector,
        connector=Connector(),
        schedule=None,
        stale_after=None,
        history=None,
        signals={},
        fingerprint=_fingerprint(section),
        formerly=draft.formerly,
        problem=reason,
    )


def _check_renamed(sources: Sources, section: Section, scope: Scope) -> None:
    """A former id must be gone, and belong to one source only."""
    heirs: dict[str, str] = {}
    for id_, source in sources.items():
        if source is None or source.formerly is None:
            continue
        node = section.values[id_]
        place = node.values["formerly"] if isinstance(node, Section) else node
        if source.formerly in sources:
            scope.report.refuse(place, f"sources.{id_}.formerly", f"'{source.formerly}' is still there")
        elif source.formerly in heirs:
            told = f"'{source.formerly}' is what {heirs[source.formerly]} was, too"
            scope.report.refuse(place, f"sources.{id_}.formerly", told)
        heirs[source.formerly] = id_


def _fingerprint(section: Section) -> str:
    """32 bits of a hash over all settings, secrets included: enough to see a change, too few to find a secret by."""
    return blake2b(json.dumps(plain(section), sort_keys=True).encode(), digest_size=4).hexdigest()
