"""The page of a connector in the docs, made of its class."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ingest.connector.connector import Connector, Signal
from ingest.connector.settings import Named

_QUOTED = re.compile(r"^[@`%*&!|>#,]|: | #")
"""What YAML would not read as the text that it is: `@ada@example.social`."""
_WORDS: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    SecretStr: "secret",
    timedelta: "duration, as 1h or 2d",
    date: "day, as 2026-03-01",
    datetime: "instant, as 2026-03-01T09:00:00Z",
    ZoneInfo: "time zone, as Europe/Berlin",
}


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    type: str
    required: bool
    default: str | None
    """As it would be written; None where there is none."""
    description: str
    secret: bool
    example: str | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it stands in what one begins with: it must be said, or its author gives an example of it."""
        return self.required or self.example is not None


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    summary: str
    """The first line of the docstring."""
    about: str
    """The whole docstring."""
    every: str | None
    """How often it is asked where nothing else is said; None: never."""
    settings: tuple[Setting, ...]
    signal_settings: tuple[Setting, ...]
    """What each signal may say, where the user names them."""
    signals: Mapping[str, Signal]
    needs: str
    """What its credential must be allowed, and where one gets it."""
    fastest: str
    """The shortest time between two pulls, where the source says one; else empty."""
    ends: date | None
    """When the vendor ends the version of its API that is asked."""
    proven: str
    """How far it was tried: with recorded answers, real files, a live account."""

    def example(self) -> str:
        """A source for okr.yaml with all that must be said, and what its author gives an example of."""
        lines = ["sources:", f"  my_{self.name}:", f"    connector: {self.name}"]
        lines += [f"    {one.name}: {_placeholder(one, self.name)}" for one in self.settings if one.is_shown]
        if self.signal_settings:
            lines += ["    signals:", "      my_signal:"]
            wanted = [one for one in self.signal_settings if one.is_shown or one.name == "kind"]
            lines += [f"        {one.name}: {_placeholder(one, self.name)}" for one in wanted]
        return "\n".join(lines)

    def _asked(self) -> str:
        if self.every is None:
            return "Never asked."
        return f"Asked every {self.every}." + (f" At most every {self.fastest}." if self.fastest else "")

    def text(self) -> str:
        """The page as Markdown."""
        parts = [f"# {self.name}", self.about, f"It needs {self.needs}." if self.needs else "", self._asked()]
        if self.ends is not None:
            parts.append(f"The vendor ends this version of its API on {self.ends}.")
        parts += [_table("Settings", self.settings), _table("Settings of each signal", self.signal_settings)]
        if self.signals:
            rows = [
                f"| `{name}` | {one.kind} | {one.unit or ''} | {one.description} |"
                for name, one in self.signals.items()
            ]
            parts.append(
                "\n".join(
                    ["## Signals", "", "| signal | kind | unit | what it tells |", "| --- | --- | --- | --- |", *rows]
                )
            )
        parts += ["## Example\n\n```yaml\n" + self.example() + "\n```", f"Proven: {self.proven}" if self.proven else ""]
        return "\n\n".join(part for part in parts if part) + "\n"


def page_of(name: str, connector: type[Connector]) -> Page:
    """The page of a connector under the name that a configuration gives it."""
    about = cleandoc(connector.__doc__ or "")
    named = connector.model_fields.get("named") if issubclass(connector, Named) else None
    return Page(
        name=name,
        summary=about.partition("\n")[0],
        about=about,
        every=None if connector.every is None else span_text(connector.every),
        settings=tuple(_setting(field, info) for field, info in connector.model_fields.items() if info is not named),
        signal_settings=_signal_settings(named) if named is not None else (),
        signals=connector.signals,
        needs=connector.needs,
        fastest="" if connector.fastest <= Connector.fastest else span_text(connector.fastest),
        ends=connector.ends,
        proven=connector.proven,
    )


def span_text(span: timedelta) -> str:
    """A duration as it is written in settings: `1h`, `90s`, `35d`."""
    for unit, size in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1))):
        if span and span % size == timedelta(0):
            return f"{span // size}{unit}"
    return f"{span.total_seconds():g}s"


def _signal_settings(named: FieldInfo) -> tuple[Setting, ...]:
    _, model = get_args(named.annotation)
    return tuple(_setting(field, info) for field, info in model.model_fields.items())


def _setting(name: str, info: FieldInfo) -> Setting:
    default = None if info.is_required() or info.default is PydanticUndefined else _written(info.default)
    return Setting(
        name=info.alias or name,
        type=_type(info.annotation),
        required=info.is_required(),
        default=default,
        description=info.description or "",
        secret=_holds_secret(info.annotation),
        example=_written(info.examples[0]) if info.examples else None,
    )


def _type(annotation: Any) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    parts = [part for part in get_args(annotation) if part is not NoneType]
    origin = get_origin(annotation)
    if origin is Literal:
        return " | ".join(str(part) for part in parts)
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(_type(part) for part in parts))
    if origin in {list, tuple, set, frozenset}:
        return f"list of {_type(parts[0])}" if parts else "list"
    if origin is dict:
        return f"mapping of {_type(parts[0])} to {_type(parts[1])}"
    if origin is not None and parts:
        return _type(parts[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " | ".join(str(member.value) for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping of " + ", ".join(info.alias or name for name, info in annotation.model_fields.items())
    return getattr(annotation, "__name__", str(annotation)).lower()


def _holds_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))


def _written(value: Any) -> str | None:
    if value is None or isinstance(value, SecretStr):
        return None
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(one) or '' for one in value)}]" if value else None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _placeholder(setting: Setting, connector: str) -> str:
    if setting.secret:
        return f"${{{connector.upper()}_{setting.name.upper()}}}"
    written = setting.example or setting.default
    if written and _QUOTED.search(written):
        return json.dumps(written, ensure_ascii=False)
    return written or f"…  # {setting.description or setting.type}"


def _table(title: str, settings: tuple[Setting, ...]) -> str:
    if not settings:
        return ""
    rows = [f"| `{one.name}` | {_cell(one.type)} | {_default(one)} | {_cell(one.description)} |" for one in settings]
    return "\n".join([f"## {title}", "", "| setting | type | default | meaning |", "| --- | --- | --- | --- |", *rows])


def _default(setting: Setting) -> str:
    return "**required**" if setting.required else f"`{setting.default}`" if setting.default else "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
