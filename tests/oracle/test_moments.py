"""What the product computes once and shows for a while, or from a part of the measurements, is what the page says."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.instant import Instant
from ingest.okr.scoring import freeze, history, judge, measure, needs, score
from ingest.okr.signal import Need, Series
from ingest.okr.target import Learn
from tests.oracle import reckoning
from tests.oracle.agreement import differences, same
from tests.oracle.effort import cases
from tests.oracle.generate import EVERY_SHAPE, Asked, anchors_of, asked, changes, growths, holds, reaches, rounds, ways

LIKELY = cases(250)
questions = asked(ways(reaches | changes | st.just(Learn()), EVERY_SHAPE) | rounds(growths | holds))


def later(question: Asked, nudge: int) -> Instant:
    """An instant after the question's: one at which something may change, or close to one."""
    anchors = anchors_of(question.key_result)
    times = {time for series in question.series.values() for time in series.times}
    some = sorted(time for time in {anchors.start, anchors.stop, *anchors.others, *times} if time >= question.now)
    return some[nudge % len(some)] if some else question.now


@LIKELY
@given(questions, st.integers(0, 5), st.sampled_from([0, 0, 1, -1, 3_600_000_000]))
def test_facts_hold_until_they_say(question: Asked, nudge: int, more: int) -> None:
    facts = measure(question.key_result, question.series, question.now, question.frozen)
    at = max(question.now, min(later(question, nudge) + more, facts.until - 1))
    mine = reckoning.score(question.key_result, question.series, at, question.frozen)
    assert not differences(mine, judge(facts, at))


@LIKELY
@given(questions)
def test_the_measurements_that_are_needed_suffice(question: Asked) -> None:
    asked_for = needs(question.key_result, question.now, question.frozen)
    some = {name: part_of(series, asked_for[name]) for name, series in question.series.items()}
    whole = score(question.key_result, question.series, question.now, question.frozen)
    assert score(question.key_result, some, question.now, question.frozen) == whole
    if question.frozen is None or question.frozen.late:
        assert freeze(question.key_result, some, question.now) == freeze(
            question.key_result, question.series, question.now
        )


def part_of(series: Series, need: Need) -> Series:
    """What a store loads for a need: nothing but what it names."""
    wanted: set[Instant] = set()
    for point in need.points:
        wanted |= {*[time for time in series.times if time <= point][-1:]}
        wanted |= {*[time for time in series.times if time > point][:1]}
    for start, end in need.spans:
        wanted |= {time for time in series.times if start <= time <= end}
        wanted |= {*[time for time in series.times if time < start][-1:]}
    kept = [(time, value) for time, value in zip(series.times, series.values, strict=True) if time in wanted]
    times, values = [time for time, _ in kept], [value for _, value in kept]
    coverage = (series.covered_from, series.covered_until, series.holes, series.stale_after)
    return Series(series.kind, times, values, *coverage)


@LIKELY
@given(questions, st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_a_history_shows_what_each_instant_would(question: Asked, shares: list[int]) -> None:
    anchors = anchors_of(question.key_result)
    instants = sorted({anchors.start + (anchors.stop - anchors.start) * share // 100 for share in shares})
    shown = history(question.key_result, question.series, instants, question.frozen)
    assert [point.at for point in shown] == instants
    for point in shown:
        mine = reckoning.score(question.key_result, question.series, point.at, question.frozen)
        assert same(mine.value, point.value, max(1.0, abs(mine.value or 0.0)))
        assert same(mine.progress, point.progress, 1.0)
