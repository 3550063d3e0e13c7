"""Forms as they are posted: `application/x-www-form-urlencoded`, whose names may say where in an object they belong."""

import re
from typing import Any
from urllib.parse import parse_qsl

from ingest.connector.shape import cleaned
from ingest.connector.strict import NotStrict

TYPE = "application/x-www-form-urlencoded"
_FIELDS = 1_000
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DEEPEST = 8


def form_object(body: bytes) -> dict[str, Any]:
    """The fields of a form: `data[email]=a` is `{"data": {"email": "a"}}`, and `tags[]=a&tags[]=b` a list.

    `NotStrict` for what is no text, more than 1,000 fields, and a field given twice.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise NotStrict("a form that is no text in UTF-8") from None
    except ValueError:
        raise NotStrict(f"a form with more than {_FIELDS} fields") from None
    found: dict[str, Any] = {}
    for name, value in pairs:
        _put(found, name, value)
    return found


def _put(found: dict[str, Any], name: str, value: str) -> None:
    parts = _NAME.fullmatch(name)
    steps = [name] if parts is None else [parts[1], *re.findall(r"\[([^\]]*)\]", parts[2])]
    is_list = len(steps) > 1 and steps[-1] == ""
    if is_list:
        steps.pop()
    if len(steps) > _DEEPEST:
        raise NotStrict("a form that is nested too deeply")
    place: Any = found
    for step in steps[:-1]:
        place = place.setdefault(step, {})
        if not isinstance(place, dict):
            raise _twice(name)
    if is_list and isinstance(place.setdefault(steps[-1], []), list):
        place[steps[-1]].append(value)
    elif is_list or steps[-1] in place:
        raise _twice(name)
    else:
        place[steps[-1]] = value


def _twice(name: str) -> NotStrict:
    return NotStrict("the field is there twice", cleaned(name, 60))
