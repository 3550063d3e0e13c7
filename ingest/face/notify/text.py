"""News in words: plain text, a line each. Titles and what sources said are data in it: one line, of bounded length."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from ingest.config.model import Server
from ingest.connector.shape import cleaned
from ingest.face import words
from ingest.okr.instant import HOUR, Instant
from ingest.okr.score import Status
from ingest.run.card import Card, Scored
from ingest.run.health import SourceHealth
from ingest.run.lookout import Happening
from ingest.store.tiding import Tiding

LONGEST = 300
"""Characters of what somebody else wrote."""
LISTED = 40
"""Key results that a week's summary names."""
_FIRST = (Status.OFF_TRACK, Status.MISSED, Status.NO_DATA, Status.STALE, Status.AT_RISK, Status.SCHEDULED)
"""What a summary names first."""


def text(happening: Happening, card: Card, sources: Sequence[SourceHealth]) -> str:
    """What happened, in a line; of a week in several."""
    if happening.scored is not None:
        return _of_key_result(happening, happening.scored)
    if happening.source is not None:
        return _of_source(happening.source)
    return "\n".join(_week(card, sources))


def _of_key_result(happening: Happening, one: Scored) -> str:
    title, score = words.isolated(plain(one.key_result.title)), score_text(one)
    match happening.occasion:
        case "achieved":
            return f"Achieved: {title} ({score})"
        case "off_track":
            return f"Off track for a day: {title} ({score})"
        case "recovered":
            return f"Recovered: {title} is {words.STATUS[one.score.status]} again ({score})"
    return f"{words.share(happening.share)} reached: {title} ({score})"


def score_text(one: Scored) -> str:
    """Value, target and progress: `1,630 of 1,800, 43 %`."""
    score, percent = one.score, words.in_percent(one.key_result)
    value = words.figure(score.value, percent=percent)
    told = value if score.target is None else f"{value} of {words.figure(score.target, percent=percent)}"
    if one.key_result.unit:
        told = f"{told} {plain(one.key_result.unit)}"
    if score.progress is None:
        return told
    should = "" if score.expected is None else f", should be {words.share(score.expected)}"
    return f"{told}, {words.share(score.progress)}{should if score.status is not Status.ACHIEVED else ''}"


def _of_source(source: SourceHealth) -> str:
    if source.outcome == "ok":
        return f"Source works again: {source.id}"
    cure = f" → {plain(words.to_do(source) or '')}"
    return f"Source fails: {source.id}: {plain(source.message or str(source.outcome))}{cure}"


def _week(card: Card, sources: Sequence[SourceHealth]) -> Iterator[str]:
    yield "The week"
    for objective in card.objectives:
        title, score = words.isolated(plain(objective.objective.title)), objective.score
        yield f"{title}: {words.share(score.progress)}, {words.STATUS[score.status]}"
    ordered = sorted(card.key_results(), key=lambda one: _place(one.score.status))
    for one in ordered[:LISTED]:
        yield f"- {words.isolated(plain(one.key_result.title))}: {words.STATUS[one.score.status]} ({score_text(one)})"
    if len(ordered) > LISTED:
        yield f"- and {len(ordered) - LISTED} more"
    for source in sources:
        if source.outcome not in (None, "ok"):
            yield _of_source(source)


def _place(status: Status) -> int:
    return _FIRST.index(status) if status in _FIRST else len(_FIRST)


def plain(foreign: str) -> str:
    """Somebody else's words on one line, without characters that steer a terminal or a layout."""
    return cleaned(foreign, LONGEST)


def message(news: Sequence[Tiding], now: Instant, zone: ZoneInfo, server: Server) -> tuple[str, str]:
    """Title and body of what is delivered together; what happened a while ago says when."""
    lines = [
        one.text if now - one.happened_at < HOUR else f"{words.local(one.happened_at, zone)}: {one.text}"
        for one in news
    ]
    if server.public_url:
        lines.append(server.public_url)
    return "Key results", "\n".join(lines)
