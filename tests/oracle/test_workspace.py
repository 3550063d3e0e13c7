"""From what happens to what the product says, then and now: store, definitions, baselines, scores and the live card."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.day import local_text
from ingest.okr.instant import MINUTE, SECOND, Instant, rfc3339
from ingest.okr.score import Score
from ingest.store.unit import Kept
from tests.oracle.agreement import differences, same
from tests.oracle.effort import cases
from tests.oracle.happening import (
    FIRST,
    KINDS,
    OPENED,
    SOURCES,
    START,
    Happening,
    Rebaselined,
    Redefined,
    happenings,
    times,
)
from tests.oracle.ledger import Forgotten, Ledger, Recorded
from tests.oracle.view import View
from tests.run.world import World

CORRECTED = re.compile(
    r"corrected: the baseline is frozen at (\S+), and since (.+) the measurements under it give (\S+)"
)
UTC = ZoneInfo("UTC")


class Course:
    """The product and the oracle, side by side."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, rfc3339(OPENED))
        self.world.sources = SOURCES
        self.workspace = self.world.open("\n".join(FIRST), period="2026-Q2")
        self.workspace.card()
        pulled = {signal: after for signal, after in self.workspace.frame.stale_after.items() if signal[0] == "f"}
        self.view = View(Ledger(KINDS), pulled)
        self.view.configure(self.workspace.frame.key_results, OPENED)
        self.names = list(self.workspace.frame.key_results)

    def go(self, happening: Happening) -> None:
        """A minute that passes, as in a running service, and what happens then."""
        at = happening.recorded_at
        self.world.wall.at = at - MINUTE
        self.workspace.live()
        self.workspace.freeze_known()
        self.world.wall.at = at
        if isinstance(happening, Recorded | Forgotten):
            self._write(happening)
            self.view.apply(happening)
            return
        self.view.pass_time(at - MINUTE)
        if isinstance(happening, Redefined):
            self.world.write("\n".join(happening.lines), period="2026-Q2")
            self.workspace.apply(self.workspace.read_config())
            self.view.configure(self.workspace.frame.key_results, at)
        elif isinstance(happening, Rebaselined):
            name = self.names[happening.number]
            self.workspace.rebaseline([name])
            self.view.rebaseline(name, at)

    def _write(self, operation: Recorded | Forgotten) -> None:
        workspace = self.workspace
        if isinstance(operation, Forgotten):
            key = operation.key
            workspace.forget(operation.signal, key if isinstance(key, str) else rfc3339(key))
            return
        [kept] = workspace.store.write([operation.unit], now=workspace.now())
        assert isinstance(kept, Kept), kept
        workspace.touch(kept.signals)

    def check_live(self) -> None:
        """The live card, from its cache, is what is worked out from nothing."""
        live, anew = self.workspace.live(), self.workspace.card()
        assert live.at == anew.at
        assert [one.score for one in live.key_results()] == [one.score for one in anew.key_results()]
        assert [one.score for one in live.objectives] == [one.score for one in anew.objectives]

    def check(self, at: Instant, known_at: Instant | None) -> None:
        """Every key result says what the page says, at a time by what was known at a time (None: now)."""
        known = self.world.wall.at + SECOND if known_at is None else known_at
        for name, scored in zip(self.names, self.workspace.card(at, known_at).key_results(), strict=True):
            mine = self.view.score(name, at, known)
            where = (name, rfc3339(at), known_at and rfc3339(known_at))
            assert not differences(mine, scored.score), where
            self._check_notice(name, scored.score, at, known)
            points = self.workspace.history(name, at, known_at, points=5)
            if points and at <= scored.key_result.period.end:
                assert (points[-1].value, points[-1].status) == (scored.score.value, scored.score.status), where

    def _check_notice(self, name: str, score: Score, at: Instant, known: Instant) -> None:
        told = [found for notice in score.notices if (found := CORRECTED.match(notice))]
        kept = self.view.baseline(name, at, known) if self.view.uses(name, at, known) else None
        if kept is None or kept.corrected_at is None or kept.frozen is None:
            assert told == [], name
            return
        [(frozen, since, gives)] = [one.groups() for one in told]
        assert since in (local_text(kept.corrected_at + more, UTC) for more in (0, 1)), "a midnight is told as its day"
        assert same(float(frozen), kept.frozen.value, kept.frozen.value)
        if kept.gives is None:
            assert gives == "none"
        else:
            assert same(float(gives.rstrip(":")), float(kept.gives), float(kept.gives))

    def check_log(self, name: str, until: Instant) -> None:
        """Every version of the definition and every baseline stands in the log, and nothing that came later."""
        log = self.workspace.log(name, until)
        standing = self.view.standings[name]
        kinds = [entry.kind for entry in log]
        assert kinds.count("baseline") == sum(one.at <= until for one in standing.kept)
        assert kinds.count("definition") == sum(at <= until for at, _ in standing.definitions)
        assert all(entry.at <= until for entry in log)


@cases(40)
@given(happenings(), st.data())
def test_the_product_says_what_the_page_says_then_and_now(history: list[Happening], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        course = Course(Path(folder))
        done: list[Instant] = []
        for happening in history:
            course.go(happening)
            done.append(happening.recorded_at)
            course.check_live()
            course.check(happening.recorded_at, None)
            at = data.draw(times.filter(lambda time: time > START) | st.sampled_from(done))
            known_at = data.draw(st.sampled_from([OPENED, *done])) + SECOND
            course.check(at, known_at)
        for name in course.names:
            course.check_log(name, data.draw(st.sampled_from(done)) + SECOND)
        course.world.close()
