"""What a review says, in sections of plain lines. Both writers write these; they only mark them up differently."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.face.tactic import change
from ingest.face.words import STATUS, ending_credential, figure, in_percent, isolated, local, share, to_do, with_cure
from ingest.okr.day import local_text
from ingest.okr.instant import DAY, Instant
from ingest.okr.score import Status
from ingest.run.review import UNLIKELY, Course, Review


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    """In bold: whom or what it is about."""
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[Line, ...]
    empty: str
    """What is said where there are none."""


def sections(review: Review, zone: ZoneInfo, now: Instant) -> tuple[Section, ...]:
    """In the order of a review: what went well first, what to do last."""
    courses = review.courses
    return (
        Section("Achieved: celebrate", tuple(_ended(courses, Status.ACHIEVED)), "Nothing was achieved in this time."),
        Section("Missed: what is to be learnt?", tuple(_ended(courses, Status.MISSED)), "Nothing was missed."),
        Section("What moved", tuple(map(_moved, (one for one in courses if one.moved))), "Nothing moved."),
        Section("Off track", tuple(_off_track(courses, zone)), "Nothing is off track."),
        Section("What changed in the OKRs", tuple(_changed(courses, zone)), "No definition changed, no note came."),
        Section("Tactics", tuple(_tactics(courses)), "No tactic went on."),
        Section("To look at next week", tuple(_next(review, zone, now)), "Nothing stands out."),
    )


def _value(value: float | None, course: Course) -> str:
    return figure(value, percent=in_percent(course.after.key_result))


def _title(course: Course) -> str:
    return isolated(course.after.key_result.title)


def _ended(courses: Iterable[Course], status: Status) -> Iterator[Line]:
    for one in courses:
        if one.became(status):
            score = one.after.score
            target, written = _value(score.target, one), one.after.key_result.target_text
            more = "" if written == target else f" ({written})"
            yield Line(_title(one), f"{_value(score.value, one)}, target {target}{more}")


def _moved(one: Course) -> Line:
    old, new = one.before.score, one.after.score
    began = old.status is Status.SCHEDULED  # within the window, so it came from its baseline
    told = f"{_value(new.baseline if began else old.value, one)} → {_value(new.value, one)}"
    if new.progress is not None:
        told += f", {share(new.progress)} of the way"
    same = began or old.status is new.status
    states = STATUS[new.status] if same else f"{STATUS[old.status]} → {STATUS[new.status]}"
    return Line(_title(one), f"{told}; {states}")


def _off_track(courses: Iterable[Course], zone: ZoneInfo) -> Iterator[Line]:
    for one in courses:
        if one.off_track_since is not None:
            score = one.after.score
            told = f"since {local_text(one.off_track_since, zone)}; {share(score.progress)}"
            yield Line(_title(one), f"{told}, should be {share(score.expected)}")


def _changed(courses: Iterable[Course], zone: ZoneInfo) -> Iterator[Line]:
    for one in courses:
        for entry in one.changes:
            yield Line(_title(one), f"{local(entry.at, zone)}, {entry.kind}: {entry.text}")


def _tactics(courses: Iterable[Course]) -> Iterator[Line]:
    for one in courses:
        for effect in one.effects:
            told = f"{_title(one)}: {effect.verdict} ({effect.sentence})"
            if effect.change is not None:
                told += f"; difference {change(effect.change, one.after.key_result)}"
            yield Line(isolated(effect.tactic.title), told)


def _next(review: Review, zone: ZoneInfo, now: Instant) -> Iterator[Line]:
    for one in review.courses:
        yield from _soon(one, review.window.end, zone)
    for scored, day, progress in review.milestones(zone):
        yield Line(
            isolated(scored.key_result.title),
            f"milestone on {day}: {share(progress)}, now {share(scored.score.progress)}",
        )
    for source in review.failing:
        yield Line(f"source {source.id}", with_cure(f"{source.outcome}: {source.message}", to_do(source)))
    for source in review.sources:
        if not source.is_failing and source.cure:
            yield Line(f"source {source.id}", with_cure(source.message or "", source.cure))
        if ending := ending_credential(source.credential_expires_at, now, zone):
            yield Line(f"source {source.id}", with_cure(ending, source.renewal))
    for signal in review.waiting:
        yield Line(f"signal {signal.name}", signal.notice or f"{signal.quarantined} implausible readings wait")


def _soon(one: Course, end: Instant, zone: ZoneInfo) -> Iterator[Line]:
    score, period, forecast = one.after.score, one.after.key_result.period, one.after.forecast
    if score.status in (Status.AT_RISK, Status.OFF_TRACK) and score.due is not None:
        yield Line(_title(one), f"{STATUS[score.status]}; due: {_value(score.due, one)}")
    if not score.status.is_known:
        yield Line(_title(one), f"{STATUS[score.status]}{f': {score.reason}' if score.reason else ''}")
    if forecast is not None and forecast.probability < UNLIKELY and score.status is not Status.ACHIEVED:
        yield Line(_title(one), f"forecast: {share(forecast.probability)} likely to be reached")
    if 0 < period.end - end <= 7 * DAY:
        yield Line(_title(one), f"its period ends on {period.last}")
