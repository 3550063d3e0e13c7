from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr, ValidationError

from connectors.manual import Manual
from connectors.push import Push
from ingest.connector import Connector, Hook, Signature
from ingest.connector.kit import Documented

SIGNALS = {"calls": {"kind": "events", "unit": "calls", "description": "calls for a talk"}, "weight": {}}


class TestManual(Documented):
    connector: ClassVar[type[Connector]] = Manual
    settings: ClassVar[Mapping[str, Any]] = {"since": "2026-01-01", "signals": SIGNALS}


class TestPush(Documented):
    connector: ClassVar[type[Connector]] = Push
    settings: ClassVar[Mapping[str, Any]] = {"secret": "a-made-up-secret", "signature": "body", "signals": SIGNALS}


def test_neither_is_ever_asked() -> None:
    assert Manual.every is None
    assert Push.every is None


def test_since_says_from_when_on_nothing_is_missing() -> None:
    assert Manual.model_validate(TestManual.settings).since == date(2026, 1, 1)
    assert Push.model_validate({"signals": SIGNALS}).since is None


def test_without_a_secret_there_is_no_hook() -> None:
    hook = Push.model_validate(TestPush.settings).hook()
    assert isinstance(hook, Hook)
    assert hook == Hook(Signature.BODY, (SecretStr("a-made-up-secret"),))
    assert Push.model_validate({"signals": SIGNALS}).hook() is None
    assert Push.model_validate({"signals": SIGNALS, "secret": ""}).hook() is None
    assert Manual.model_validate(TestManual.settings).hook() is None


@pytest.mark.parametrize("change", [{"since": "yesterday"}, {"signals": {}}, {"signature": "md5"}])
def test_a_mistake_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Push.model_validate({**TestPush.settings, **change})
