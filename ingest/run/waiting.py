"""What waits in quarantine, in words: a notice on each key result whose value names the signal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from shlex import quote

from ingest.okr.facts import Facts
from ingest.okr.instant import FOREVER, Instant
from ingest.run.evidence import Evidence
from ingest.run.frame import Frame
from ingest.store.reader import Reader
from ingest.store.row import Waiting


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is implausible under a key result at a time."""

    notices: tuple[str, ...] = ()
    until: Instant = FOREVER
    """When the next one comes, which is dated in the future."""

    def on(self, facts: Facts) -> Facts:
        """Facts that say so."""
        if not self.notices and self.until >= facts.until:
            return facts
        return replace(facts, notices=(*facts.notices, *self.notices), until=min(facts.until, self.until))


NO_DOUBTS = Doubts()


def doubts(reader: Reader, frame: Frame, evidence: Mapping[str, Evidence], at: Instant) -> dict[str, Doubts]:
    """What waits of the signals of each of these key results up to a time or the end of its period.

    As it was known when its score was final, or at the time that its evidence is as of.
    """
    asked: dict[Instant | None, dict[tuple[str, Instant], None]] = {}
    for one in evidence.values():
        asked.setdefault(one.known_at, {}).update(dict.fromkeys(_places(frame, one, at)))
    found = {known_at: reader.waiting(places, known_at=known_at) for known_at, places in asked.items() if places}
    return {
        name: _doubts({place: found[one.known_at].get(place) for place in places}, at)
        for name, one in evidence.items()
        if (places := _places(frame, one, at))
    }


def _places(frame: Frame, evidence: Evidence, at: Instant) -> list[tuple[str, Instant]]:
    """Where something may wait: of signals with a limit now; of any, by what was known at a time."""
    until, any_may = min(at, evidence.key_result.period.end), evidence.known_at is not None
    return [(signal, until) for signal in evidence.key_result.kinds if any_may or signal in frame.limits]


def _doubts(found: Mapping[tuple[str, Instant], Waiting | None], at: Instant) -> Doubts:
    notices: list[str] = []
    until = FOREVER
    for (signal, asked), waiting in found.items():
        if waiting is not None:
            if (told := notice(signal, waiting)) is not None:
                notices.append(told)
            if waiting.later is not None and asked == at:
                until = min(until, waiting.later)
    return Doubts(tuple(notices), until)


def notice(signal: str, waiting: Waiting) -> str | None:
    """What waits of a signal, the earliest first, and what to do about it; None: nothing does yet."""
    if not waiting.count:
        return None
    what = "1 implausible reading" if waiting.count == 1 else f"{waiting.count} implausible readings"
    verb, first = ("waits", "") if waiting.count == 1 else ("wait", "the first is ")
    key = quote(waiting.key or "")
    return (
        f"{what} of {signal} {verb}: {first}{waiting.reason}; "
        f"okr accept {signal} {key} lets it count, okr reject {signal} {key} does not"
    )
