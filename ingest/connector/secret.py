"""Secrets: those that settings hold, and texts that must not repeat them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

T = TypeVar("T")


def revealed(value: SecretStr | T) -> str | T:
    """What is to be sent: the text of a secret, anything else as it is."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def secrets_of(value: Any) -> set[str]:
    """All secrets in settings, however deep."""
    if isinstance(value, SecretStr):
        return {value.get_secret_value()} - {""}
    if isinstance(value, BaseModel):
        return secrets_of([getattr(value, name) for name in type(value).model_fields])
    if isinstance(value, Mapping):
        return secrets_of(list(value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return {secret for one in value for secret in secrets_of(one)}
    return set()


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with `…` in place of each secret; the longest first, so that none is left half shown."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text
