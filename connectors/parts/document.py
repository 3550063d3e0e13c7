"""What the signals of one address read in its answer, page by page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from connectors.parts.expression import Expression, found
from connectors.parts.listing import Listed, Listings, Row
from connectors.parts.scalar import key_of, number_of, time_of
from ingest.connector import Ask, Broken, Kind, Reading


class JsonSettings(Listed):
    """Where the numbers of a signal are in the answer."""

    url: str | None = Field(
        None, min_length=1, description="its own address, also relative to the source's; default: the source's"
    )
    paged: bool = Field(True, description="`false`: its address has no pages, though the source has `pages`")
    value: Expression | None = Field(None, examples=["stats.subscribers"], description="the number as it is now")
    items: Expression | None = Field(None, description="or a list: things that happened, or a history of the number")
    time: Expression | None = Field(None, description="when, in an item of the list")
    key: Expression | None = Field(None, description="what tells an event apart from others, in an item: its id")
    amount: Expression | None = Field(
        None, description="the number in an item; events without it count 1 each, a history needs it"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.value is None) == (self.items is None):
            raise ValueError("give either `value`, or `items` with `time`")
        if self.items is None:
            if self.time or self.key or self.amount:
                raise ValueError("`time`, `key` and `amount` belong to `items`")
            if self.kind is Kind.EVENTS:
                raise ValueError("events need `items`, `time` and a `key`")
        elif self.time is None:
            raise ValueError("`items` needs `time`: when each of them was")
        elif self.kind is not Kind.EVENTS and self.amount is None:
            raise ValueError(f"a {self.kind} of `items` needs `amount`: the number; or is it `kind: events`?")
        elif self.kind is not Kind.EVENTS and self.key is not None:
            raise ValueError(f"a {self.kind} is found again by its time; leave `key` out, or is it `kind: events`?")
        if self.whole is not None and self.kind is not Kind.EVENTS:
            raise ValueError("`whole` belongs to `kind: events`")
        return self


class Documents:
    """The pages of one address, read for its signals."""

    def __init__(self, signals: Mapping[str, JsonSettings], listings: Listings, ask: Ask) -> None:
        self._values = {name: one for name, one in signals.items() if one.value is not None}
        self._lists = {name: one for name, one in signals.items() if one.items is not None}
        self._listings, self._zone = listings, ask.zone
        self._pages = 0
        self._joined: Any = None

    def take(self, page: Any) -> None:
        """One page. Each must hold what the signals read, so that an error in place of a page is none."""
        self._pages += 1
        for name, settings in self._lists.items():
            self._list(name, settings, page)
        if self._values:
            self._joined = page if self._pages == 1 else joined(self._joined, page)
            for name, settings in self._values.items():
                _number(settings.value or "", page, name, settings)

    def readings(self) -> Iterator[Reading]:
        """The numbers as they are now, read in all pages together."""
        for name, settings in self._values.items():
            yield Reading(name, _number(settings.value or "", self._joined, name, settings))

    def _list(self, name: str, settings: JsonSettings, page: Any) -> None:
        expression = settings.items or ""
        items = found(expression, page)
        if not isinstance(items, list):
            told = "finds nothing" if items is None else "should be a list, and is none"
            raise Broken(f"{told} (signals.{name})", expression)
        before = f"{expression}[{{}}]" if self._pages == 1 else f"page {self._pages}: {expression}[{{}}]"
        for index, item in enumerate(items):
            where = before.format(index)
            self._listings[name].add(self._row(settings, item, where), where)

    def _row(self, settings: JsonSettings, item: Any, where: str) -> Row:
        at = _read(lambda found: time_of(found, self._zone), settings.time, item, where)
        key = None if settings.key is None else _read(key_of, settings.key, item, where)
        if settings.amount is None:
            return Row(at, 1.0, key)
        return Row(at, _read(lambda found: number_of(found, settings.unit), settings.amount, item, where), key)


def joined(first: Any, later: Any) -> Any:
    """Two pages as one: their lists one behind the other, everything else as the first has it."""
    if isinstance(first, list) and isinstance(later, list):
        return [*first, *later]
    if isinstance(first, dict) and isinstance(later, dict):
        missing = {name: part for name, part in later.items() if name not in first and isinstance(part, list)}
        both = {name: joined(part, later[name]) if name in later else part for name, part in first.items()}
        return {**both, **missing}
    return first


def lists_of(signals: Iterable[JsonSettings]) -> list[str]:
    """The lists that signals read, each once."""
    return list(dict.fromkeys(one.items for one in signals if one.items is not None))


def _number(expression: str, page: Any, name: str, settings: JsonSettings) -> float:
    number = found(expression, page)
    if number is None:
        raise Broken(f"finds nothing (signals.{name})", expression)
    try:
        return number_of(number, settings.unit)
    except ValueError as error:
        raise Broken(f"{error} (signals.{name})", expression) from None


def _read(parse: Any, expression: str | None, item: Any, where: str) -> Any:
    try:
        return parse(found(expression or "@", item))
    except ValueError as error:
        raise Broken(str(error), f"{where}.{expression}") from None
