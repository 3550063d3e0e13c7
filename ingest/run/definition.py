"""Key results' definitions as they are kept: a JSON text for each version, and back."""

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ingest.okr.expression import parse_expression
from ingest.okr.objective import KeyResult
from ingest.okr.period import parse_period
from ingest.okr.signal import Kind
from ingest.okr.target import parse_target


def written(key_result: KeyResult) -> str:
    """What of a key result makes a new version when it changes: all that its numbers depend on."""
    baseline = key_result.baseline
    definition: dict[str, Any] = {
        "value": key_result.value_text,
        "kinds": {name: str(kind) for name, kind in sorted(key_result.kinds.items())},
        "target": key_result.target_text,
        "period": key_result.period.text,
        "zone": key_result.period.zone.key,
        "baseline": baseline.isoformat() if isinstance(baseline, date) else baseline,
        "baseline_text": key_result.baseline_text,
        "take": key_result.take,
        "milestones": [[day.isoformat(), share] for day, share in key_result.milestones],
        "weight": key_result.weight,
    }
    return json.dumps(definition, ensure_ascii=False, sort_keys=True)


def defined(today: KeyResult, text: str) -> KeyResult:
    """A key result by a kept version of its definition; what no number depends on (its title) is today's."""
    return today if text == written(today) else _parsed(today, text)


@lru_cache(maxsize=4096)
def _parsed_parts(text: str) -> dict[str, Any]:
    kept = json.loads(text)
    baseline = kept["baseline"]
    return {
        "value": parse_expression(kept["value"]),
        "value_text": kept["value"],
        "kinds": {name: Kind(kind) for name, kind in kept["kinds"].items()},
        "target": parse_target(kept["target"]),
        "target_text": kept["target"],
        "period": parse_period(kept["period"], ZoneInfo(kept["zone"])),
        "baseline": date.fromisoformat(baseline) if isinstance(baseline, str) else baseline,
        "baseline_text": kept["baseline_text"],
        "take": kept["take"],
        "milestones": tuple((date.fromisoformat(day), share) for day, share in kept["milestones"]),
        "weight": kept["weight"],
    }


def _parsed(today: KeyResult, text: str) -> KeyResult:
    return replace(today, **_parsed_parts(text))
