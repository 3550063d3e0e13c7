"""What a delivery to a hook brings: by JMESPath where the user says how, else measurements as the API takes them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from connectors.parts.expression import Expression, found, is_true
from connectors.parts.scalar import key_of, number_of, time_of
from ingest.connector import Broken, Kind, Message, Reading, SignalSettings
from ingest.connector.shape import Number, cleaned, misfit

T = TypeVar("T")
MOST = 10_000
"""Items in one delivery."""
_CURE = 'send [{"signal": …, "value": …}], or say in the settings of a signal where its number is'
_EXPRESSIONS = ("items", "when", "value", "amount", "key", "time")


class Posted(SignalSettings):
    """Where the numbers of a signal are in what a hook brings. All are JMESPath."""

    items: Expression | None = Field(
        None, description="the list in a delivery that is read item by item; default: the delivery, or its items"
    )
    when: Expression | None = Field(None, description="only the items that this is true for: `type == 'order.paid'`")
    value: Expression | None = Field(None, description="level, counter: the number in an item")
    amount: Expression | None = Field(None, description="events: how much an item counts; default 1")
    key: Expression | None = Field(
        None,
        description="events: the sender's own id of an item (a mail address is kept as a hash); "
        "default: made of the delivery",
    )
    time: Expression | None = Field(None, description="when it was true; default: when the delivery came")

    @property
    def is_told(self) -> bool:
        """Whether the user says where its numbers are."""
        return any(getattr(self, name) is not None for name in _EXPRESSIONS)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.kind is Kind.EVENTS:
            if self.value is not None:
                raise ValueError("events have no `value`: write `amount`, or leave it out where each counts 1")
        elif self.amount is not None or self.key is not None:
            raise ValueError(f"`amount` and `key` belong to `kind: events`; a {self.kind} has a `value`")
        elif self.is_told and self.value is None:
            raise ValueError("say where the number is: `value`")
        return self


def readings_of(signals: Mapping[str, Posted], message: Message) -> Iterator[Reading]:
    """What a delivery tells; `Broken` where anything of it is not as the settings say: then nothing of it counts."""
    if not isinstance(message.document, dict | list):
        raise Broken("a delivery is an object or a list, and this is neither")
    told = {name: settings for name, settings in signals.items() if settings.is_told}
    if not told:
        yield from _plain(signals, message)
    for name, settings in told.items():
        for place, item in _items(name, settings, message.document):
            yield _reading(name, settings, item, place, message)


def _items(name: str, settings: Posted, document: Any) -> Iterator[tuple[str, Any]]:
    """What counts of a delivery, each with its place."""
    where = f"signals.{name}"
    items = document if settings.items is None else found(settings.items, document)
    if items is None:
        raise Broken(
            f"finds nothing; where a delivery may be without, write {settings.items} || `[]`", f"{where}.items"
        )
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise Broken("should find a list, and finds something else", f"{where}.items")
    if len(items) > MOST:
        raise Broken(f"more than {MOST} items in one delivery", where)
    for index, item in enumerate(items):
        place = f"{where}, item {index}" if len(items) > 1 else where
        if settings.when is None or is_true(found(settings.when, item)):
            yield place, item


def _reading(name: str, settings: Posted, item: Any, place: str, message: Message) -> Reading:
    def part(expression: str | None, parse: Callable[[Any], T]) -> T | None:
        if expression is None:
            return None
        try:
            return parse(found(expression, item))
        except ValueError as error:
            raise Broken(str(error), f"{place}: {expression}") from None

    value = part(settings.value or settings.amount, lambda found: number_of(found, settings.unit))
    at = part(settings.time, lambda found: time_of(found, message.zone))
    key = part(settings.key, key_of)
    if key is not None and "@" in key:
        key = message.fingerprint(key)  # the address of a person
    return Reading(name, 1.0 if value is None else value, at, key)


# Measurements as the API takes them.


class _Plain(BaseModel):
    """One measurement as `POST /api/v1/measurements` takes it; the signal's name may be without the source."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)

    signal: str
    value: Number
    observed_at: str | None = None
    key: str | None = Field(None, min_length=1)


_PLAIN = TypeAdapter(list[_Plain])


def _plain(signals: Mapping[str, Posted], message: Message) -> Iterator[Reading]:
    items = message.document if isinstance(message.document, list) else [message.document]
    if len(items) > MOST:
        raise Broken(f"more than {MOST} measurements in one delivery")
    if not all(isinstance(one, dict) for one in items):
        raise Broken(f"measurements are objects; {_CURE}")
    if message.is_form:
        items = [_typed(one) for one in items]
    try:
        posted = _PLAIN.validate_python(items)
    except ValidationError as error:
        where, problem = misfit(error)
        raise Broken(f"{problem}; {_CURE}", where) from None
    for index, one in enumerate(posted):
        yield _measurement(one, f"[{index}]", signals, message)


def _typed(form: Any) -> Any:
    """A form's fields with the number as one."""
    try:
        return {**form, "value": number_of(form["value"])}
    except (KeyError, ValueError):
        return form


def _measurement(one: _Plain, place: str, signals: Mapping[str, Posted], message: Message) -> Reading:
    name = one.signal.removeprefix(f"{message.source}.")
    if name not in signals:
        raise Broken(f"there is no signal {cleaned(one.signal, 60)!r} in {message.source}", f"{place}.signal")
    if signals[name].kind is Kind.EVENTS and one.key is None:
        raise Broken("an event needs a key: what its source calls it, so that it is known again", f"{place}.key")
    return Reading(name, float(one.value), _observed(one.observed_at, place), one.key)


def _observed(text: str | None, place: str) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Broken("should be an RFC 3339 time with its offset: 2026-03-01T18:00:00Z", f"{place}.observed_at")
    return at
