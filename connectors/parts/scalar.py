"""Numbers, times and keys as programs write them. `ValueError` says what is wrong, with a short excerpt at most."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ingest.connector.figure import FigureError, excerpt
from ingest.connector.figure import number as figure
from ingest.connector.shape import found_text
from ingest.connector.timestamp import when

LONGEST_KEY = 200
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?\s*", re.ASCII)
_COMMA = re.compile(r"\s*([+-]?\d+),(\d+)\s*", re.ASCII)
_EPOCH = re.compile(r"\d{9,10}(\.\d{1,9})?|\d{12,13}", re.ASCII)
_SECONDS, _MILLISECONDS = (1e8, 1e11), (1e11, 1e14)
"""1973 to 5138 either way, and nothing that could be both."""
_START = datetime(1970, 1, 1, tzinfo=UTC)


def number_of(value: Any, unit: str | None = None) -> float:
    """A number, or its text with a decimal point. A duration is counted in `unit`, default seconds."""
    if isinstance(value, timedelta):
        return figure(value, unit=unit)
    if isinstance(value, str):
        return _finite(_of_text(value))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"should be a number, and is {_kind(value)}")
    return _finite(value)


def time_of(value: Any, zone: ZoneInfo) -> datetime:
    """A time (RFC 3339, ISO 8601), a day, or seconds or milliseconds since 1970, of which the size tells which.

    A day means its beginning and a time without a zone is one of `zone`.
    """
    if isinstance(value, date):
        return _when(value, zone)
    if isinstance(value, str):
        return _time_of_text(value.strip(), zone)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"should be a time, and is {_kind(value)}")
    number = float(value)
    if _SECONDS[0] <= number < _SECONDS[1]:
        return _START + timedelta(seconds=number)
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        return _START + timedelta(milliseconds=number)
    raise ValueError(f"{number:.15g} is no time: neither seconds nor milliseconds since 1970")


def key_of(value: Any) -> str:
    """What tells an event apart: a text, a whole number, a UUID."""
    if isinstance(value, bool) or not isinstance(value, str | int | UUID):
        raise ValueError(f"should be a text or a whole number, which tells it apart, and is {_kind(value)}")
    if value == "":
        raise ValueError("is empty, and should tell it apart")
    return str(value)


def _of_text(text: str) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    if comma := _COMMA.fullmatch(text):
        whole, part = comma.groups()
        raise ValueError(f"{excerpt(text)} is {whole}.{part} or {whole}{part}; nobody says which")
    raise ValueError(f"{excerpt(text)} is no number")


def _finite(number: float | Decimal) -> float:
    try:
        read = float(number)
    except (OverflowError, ValueError):
        read = float("inf")
    if not isfinite(read):
        raise ValueError("is no finite number")
    return read


def _time_of_text(text: str, zone: ZoneInfo) -> datetime:
    if _EPOCH.fullmatch(text):
        return time_of(float(text), zone)
    try:
        moment = datetime.fromisoformat(text) if len(text) > 10 else text
    except ValueError:
        moment = text
    return _when(moment, zone)


def _when(written: str | date, zone: ZoneInfo) -> datetime:
    try:
        return when(written, zone)
    except FigureError as error:
        raise ValueError(re.split(": set locale|; write ", str(error), flags=re.IGNORECASE)[0]) from None


def _kind(value: Any) -> str:
    return "nothing (null)" if value is None else found_text(value)
