"""How single texts are read: ids, days, durations, numbers. Each says in its `ValueError` what to write."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from ingest.connector.settings import parse_duration
from ingest.okr.cron import parse_cron
from ingest.okr.day import parse_day
from ingest.okr.instant import Duration, duration
from ingest.okr.number import amount, plain_number

_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def slug(title: str) -> str:
    """The id that a title makes: `20% more Leser:innen` is `more_leser_innen`. Empty where it has no Latin letter."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "_", letters).lstrip("_0123456789").rstrip("_")


def parse_id(text: str) -> str:
    if _ID.fullmatch(text):
        return text
    made = slug(text)
    raise ValueError("an id is small letters, digits and _, a letter first" + (f"; write {made}" if made else ""))


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


def _duration(text: str) -> Duration:
    return duration(parse_duration(text))


def _cron(text: str) -> str:
    parse_cron(text)
    return " ".join(text.split())


def _weight(text: str) -> float:
    weight = plain_number(text)
    if weight < 0:
        raise ValueError("a weight is 0 or more")
    return weight


def _baseline(text: str) -> float | date:
    return parse_day(text) if re.fullmatch(r"\s*\d{4}-\d{1,2}-\d{1,2}\s*", text) else amount(text)


def _flag(text: str) -> bool:
    if text.lower() in ("true", "yes", "on"):
        return True
    if text.lower() in ("false", "no", "off"):
        return False
    raise ValueError("must be true or false")


def _read(parse: Callable[[str], Any]) -> BeforeValidator:
    def read(written: Any) -> Any:
        if not isinstance(written, str):
            raise ValueError("must be a text, not a list or a section")
        return parse(written)

    return BeforeValidator(read)


def _schema(**keys: Any) -> WithJsonSchema:
    return WithJsonSchema(keys)


Id = Annotated[str, AfterValidator(parse_id), _schema(type="string", pattern=f"^{_ID.pattern}$")]
"""`[a-z][a-z0-9_]*`"""
Text = Annotated[str, AfterValidator(_text), _schema(type="string", minLength=1)]
Span = Annotated[Duration, _read(_duration), _schema(type="string", examples=["15m", "1h", "2d"])]
"""A duration in microseconds."""
Line = Annotated[str, AfterValidator(_cron), _schema(type="string", examples=["0 7 * * mon-fri"])]
"""A crontab line."""
Day = Annotated[date, _read(parse_day), _schema(type="string", examples=["2026-03-01"])]
Flag = Annotated[bool, _read(_flag), _schema(type="boolean")]
Weight = Annotated[float, _read(_weight), _schema(type="number", minimum=0)]
Baseline = Annotated[float | date, _read(_baseline), _schema(type="string", examples=["1200", "2026-01-01"])]
Share = Annotated[float, _read(amount), _schema(type="string", examples=["40%"])]
