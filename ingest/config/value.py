"""The `value` of a key result: its expression, and the kind of each signal that it names."""

import re
from collections.abc import Mapping

from ingest.config.draft import is_lost
from ingest.config.guess import meant
from ingest.config.node import Node, Scalar
from ingest.config.scope import Scope
from ingest.config.source import Sources
from ingest.okr.expression import Expression, ExpressionError, parse_expression, signals_of
from ingest.okr.signal import Kind


def value_of(
    node: Node, path: str, sources: Sources, scope: Scope
) -> tuple[Expression | None, Mapping[str, Kind] | None]:
    """The expression, and the kinds of its signals. None where one is wrong, or names a source that is."""
    if not isinstance(node, Scalar) or is_lost(node):
        return None, None
    try:
        expression = parse_expression(node.text)
    except ExpressionError as error:
        scope.report.refuse(node, path, str(error), error.offset)
        return None, None
    found = {name: _kind(name, node, path, sources, scope) for name in signals_of(expression)}
    kinds = {name: kind for name, kind in found.items() if kind is not None}
    return expression, kinds if len(kinds) == len(found) else None


def _kind(name: str, node: Scalar, path: str, sources: Sources, scope: Scope) -> Kind | None:
    """The kind of a signal; None where it is unknown, which is reported, or cannot be known, which has been."""
    id_, _, signal = name.partition(".")
    if id_ not in sources:
        if scope.whole:
            told = f"there is no source '{id_}'" + meant(id_, sources)
            scope.report.refuse(node, path, told, _offset(name, node.text))
        return None
    source = sources[id_]
    if source is None:
        return None
    if source.problem is not None:
        return Kind.LEVEL  # nobody can say; no measurement of it comes
    if signal not in source.signals:
        told = f"the source '{id_}' has no signal '{signal}'" + meant(signal, source.signals)
        scope.report.refuse(node, path, told, _offset(name, node.text))
        return None
    return source.signals[signal].kind


def _offset(name: str, text: str) -> int:
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)
    return found.start() if found else 0
