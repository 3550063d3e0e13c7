"""Signals that a connector names itself, and what may be said of them: `signals: {subscribers: {max_step: 20%}}`."""

from collections.abc import Mapping
from dataclasses import replace

from ingest.config.draft import draft_of, section_of, under
from ingest.config.guess import meant
from ingest.config.keys import SignalKeys
from ingest.config.node import Node, Section
from ingest.config.report import Report
from ingest.connector.connector import Connector, Signal
from ingest.okr.plausible import limit_of

KEY = "signals"


def has_own_signals(kind: type[Connector]) -> bool:
    """Whether the connector names its signals, so that `signals` is no setting of it."""
    return all(KEY not in (name, field.alias) for name, field in kind.model_fields.items())


def split_signals(settings: Section, kind: type[Connector]) -> tuple[Section, Node | None]:
    """The settings without what is said of the connector's own signals, and that."""
    if not has_own_signals(kind) or KEY not in settings:
        return settings, None
    rest = {key: node for key, node in settings.values.items() if key != KEY}
    return replace(settings, values=rest), settings.values[KEY]


def with_steps(offered: Mapping[str, Signal], node: Node | None, path: str, report: Report) -> Mapping[str, Signal]:
    """The connector's signals with what is said of them; what is wrong is reported."""
    section = section_of(node, under(path, KEY), report)
    if section is None:
        return offered
    found = dict(offered)
    for name, inner in section.values.items():
        where = under(under(path, KEY), name)
        if name not in offered:
            report.add(section.keys[name].place, where, "this connector has no such signal" + meant(name, offered))
        elif (keys := section_of(inner, where, report)) is not None:
            draft = draft_of(SignalKeys, keys, section.keys[name].place, where, report)
            if draft.max_step is not None:
                found[name] = replace(offered[name], max_step=draft.max_step)
                try:
                    limit_of(draft.max_step, offered[name].kind)
                except ValueError as error:
                    report.refuse(keys.values["max_step"], under(where, "max_step"), str(error))
    return found
