"""What the properties of a Notion page hold, as plain JSON. Pure."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from ingest.connector import Broken

_PLAIN = {"number", "checkbox", "url", "email", "phone_number", "created_time", "last_edited_time"}
_NAMED = {"select", "status", "created_by", "last_edited_by"}
_LISTED = {"multi_select", "people", "files"}
_TYPED = {"formula", "rollup"}
_DEEPEST = 4


class Property(BaseModel):
    """A value under the name of its type: `{"type": "number", "number": 5}`."""

    model_config = ConfigDict(extra="allow")

    type: str

    def value(self, where: str) -> Any:
        """A number, a text, true or false, None, or a list of them; what is none of these is told as an error."""
        if self.type not in (self.model_extra or {}):
            raise Broken("is missing", f"{where}.{self.type}")
        return _value(self.type, (self.model_extra or {})[self.type], where, 0)


def _value(kind: str, told: Any, where: str, depth: int) -> Any:
    if told is None or kind in _PLAIN:
        return told
    if kind == "date":
        return _part(told, "start", where)
    if kind in {"title", "rich_text"}:
        return "".join(str(_part(one, "plain_text", where)) for one in _list(told, where))
    if kind in _NAMED:
        return _part(told, "name", where)
    if kind in _LISTED:
        return [_part(one, "name", where) for one in _list(told, where)]
    if kind == "relation":
        return [_part(one, "id", where) for one in _list(told, where)]
    if kind == "unique_id":
        prefix, number = told.get("prefix") if isinstance(told, dict) else None, _part(told, "number", where)
        return f"{prefix}-{number}" if prefix else number
    if kind in _TYPED and depth < _DEEPEST:
        return _typed(told, where, depth)
    return {"error": f"it is of the type {kind}, in which no number or text is looked for"}


def _typed(told: Any, where: str, depth: int) -> Any:
    """Of a formula or a rollup, which has a type of its own."""
    kind = _part(told, "type", where)
    if kind not in told:
        raise Broken("is missing", f"{where}.{kind}")
    if kind in {"string", "boolean", "number"}:
        return told[kind]
    if kind != "array":
        return _value(str(kind), told[kind], where, depth + 1)
    items = _list(told[kind], where)
    return [_value(str(_part(one, "type", where)), one.get(one["type"]), where, depth + 1) for one in items]


def _part(told: Any, name: str, where: str) -> Any:
    if not isinstance(told, dict) or name not in told:
        raise Broken("is missing", f"{where}.{name}")
    if not isinstance(told[name], str | int | None) or isinstance(told[name], bool):
        raise Broken("should be a text", f"{where}.{name}")
    return told[name]


def _list(told: Any, where: str) -> list[Any]:
    if not isinstance(told, list):
        raise Broken("should be a list", where)
    return told
