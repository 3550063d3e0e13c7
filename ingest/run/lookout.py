"""What is news of a whole card, its sources and the week: pure, of what was told before."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from zoneinfo import ZoneInfo

from ingest.okr.occasion import Occasion, Told, tell, week_due
from ingest.run.card import Card, Scored
from ingest.run.health import SourceHealth
from ingest.store.tiding import Subject

WEEK: Subject = ("week", "")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that people are to be told, and what it is about; the week is about the whole card."""

    occasion: Occasion
    scored: Scored | None = None
    source: SourceHealth | None = None
    share: float | None = None
    """Of a milestone: what was reached."""


@dataclass(frozen=True, slots=True)
class Found:
    told: Mapping[Subject, str]
    """What is told from now on, of each subject of which that changed."""
    happenings: tuple[Happening, ...]


def look_over(told: Mapping[Subject, str], card: Card, sources: Iterable[SourceHealth], zone: ZoneInfo) -> Found:
    """What is news at the card's time. A key result is looked at from when each of its sources was asked once: what
    the first pulls bring was so before."""
    healths = {one.id: one for one in sources}
    changed: dict[Subject, str] = {}
    happenings: list[Happening] = []
    for one in card.key_results():
        subject: Subject = ("key_result", one.key_result.name)
        before = told.get(subject)
        if before is None and any(_is_unasked(healths.get(name.partition(".")[0])) for name in one.key_result.kinds):
            continue
        after, news = tell(_read(before), one.key_result, one.score, card.at)
        if (body := json.dumps(asdict(after))) != before:
            changed[subject] = body
        happenings += (Happening(item.occasion, scored=one, share=item.share) for item in news)
    for source in healths.values():
        if source.outcome is None:
            continue
        failing, subject = source.is_failing, ("source", source.id)
        was_failing = told.get(subject) == "true"
        if failing != was_failing:
            changed[subject] = json.dumps(failing)
            happenings.append(Happening("source_failing", source=source))
    last = told.get(WEEK)
    monday, due = week_due(None if last is None else date.fromisoformat(json.loads(last)), card.at, zone)
    if (body := json.dumps(monday.isoformat())) != last:
        changed[WEEK] = body
    if due:
        happenings.append(Happening("weekly"))
    return Found(changed, tuple(happenings))


def _is_unasked(source: SourceHealth | None) -> bool:
    return source is not None and source.outcome is None and source.next_pull_at is not None


def _read(body: str | None) -> Told | None:
    return None if body is None else Told(**json.loads(body))
