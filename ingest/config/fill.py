"""`${NAME}`, `${NAME:-default}` and `${file:/run/secrets/x}`, filled in after YAML was read, in texts only.

`$${` writes `${`. Every other `$` is what it is.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ingest.config.node import Items, Node, Scalar, Section
from ingest.config.report import Report

SHORTEST_SECRET = 4
"""Shorter values are not hidden in logs: hiding every `1` would hide everything."""

_LARGEST_FILE = 64 * 1024
_MOST = 4 * 1024 * 1024
"""Characters that all references together may bring: one that is named often enough makes any size of anything."""
_REFERENCE = re.compile(r"(\$)?\$\{([^{}]*)(\})?")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


class _MissingError(Exception):
    """Why a reference cannot be filled in."""


class Filling:
    """Fills in what the environment, a `.env` and files hold, and remembers what and from where."""

    def __init__(self, env: Mapping[str, str], beside: Mapping[str, str], home: Path, report: Report) -> None:
        """`env` wins over `beside`, which is the content of the `.env`; relative paths start at `home`."""
        self._values = {**beside, **env}
        self._home, self._report = home, report
        self.secrets: set[str] = set()
        self.files: dict[Path, None] = {}
        self._brought = 0

    def section(self, section: Section, path: str) -> Section:
        """The section with every reference in its texts filled in; keys are left as they are."""
        values = {key: self._node(one, f"{path}.{key}" if path else key) for key, one in section.values.items()}
        return Section(section.place, section.keys, values, section.flow)

    def hide(self, *secrets: str) -> None:
        """Secrets that are written in the file itself."""
        self.secrets.update(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)

    def _node(self, node: Node, path: str) -> Node:
        if isinstance(node, Scalar):
            return self._text(node, path) if "${" in node.text else node
        if isinstance(node, Items):
            return replace(node, items=tuple(self._node(one, f"{path}[{n}]") for n, one in enumerate(node.items)))
        return self.section(node, path)

    def _text(self, node: Scalar, path: str) -> Scalar:
        references: list[str] = []
        missing: list[str] = []

        def value(match: re.Match[str]) -> str:
            if match[1]:
                return match[0][1:]
            try:
                found = self._counted(self._value(match))
            except _MissingError as error:
                missing.append(str(error))
                return ""
            references.append("${" + match[2].split(":-")[0] + "}")
            return found

        text = _REFERENCE.sub(value, node.text)
        for message in missing:
            self._report.add(node.place, path, message)
        return replace(node, text=text, filled=tuple(references), lost=bool(missing))

    def _counted(self, found: str) -> str:
        self._brought += len(found)
        if self._brought > _MOST:
            raise _MissingError(f"all that is filled in has more than {_MOST:,} characters; name long texts less often")
        return found

    def _value(self, match: re.Match[str]) -> str:
        inside = match[2]
        if not match[3]:
            raise _MissingError("a ${ is not closed by }, or stands inside another; `$${` writes it as it is")
        if inside.startswith("file:"):
            return self._file(inside.removeprefix("file:"))
        parts = _NAME.fullmatch(inside)
        if parts is None:
            raise _MissingError("inside ${…} stands NAME, NAME:-default or file:/path; `$${` writes it as it is")
        name, default = parts.groups()
        value = self._values.get(name, "")
        if value:
            self.hide(value)
            return value
        if default is not None:
            return default
        state = "empty" if name in self._values else "not set"
        raise _MissingError(f"{name} is {state}; set it in the environment or in .env, or write ${{{name}:-default}}")

    def _file(self, written: str) -> str:
        path = self._home / written
        try:
            with path.open("rb") as file:
                data = file.read(_LARGEST_FILE + 1)
            text = data.decode("utf-8").rstrip("\r\n")
        except OSError as error:
            raise _MissingError(f"the file {written} cannot be read: {error.strerror or 'not a file'}") from None
        except ValueError:  # no UTF-8, or a path that cannot be one
            raise _MissingError(f"the file {written} is no UTF-8 text") from None
        if len(data) > _LARGEST_FILE or not text:
            raise _MissingError(f"the file {written} is {'empty' if not text else 'larger than 64 KiB'}")
        self.files[path] = None
        self.hide(text, *text.split("\n"))
        return text
