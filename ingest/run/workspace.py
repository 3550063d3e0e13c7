"""A configuration with its store and scorecard, opened for a command or for the service. Cheap to open: what is not
asked for is not loaded. Nothing here is async; a command calls a method and prints what it returns.

`Ground` opens, `View` reads, `Workspace` does.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind
from ingest.run.name import UnknownName
from ingest.run.settle import rebaseline, settle
from ingest.run.taking import Item, Parcel, Taken, parcel_of, unit_of
from ingest.run.view import View
from ingest.store import upgrade_store
from ingest.store.decision import Decided
from ingest.store.error import NothingWaits, UnknownMeasurement
from ingest.store.unit import By, Kept, Measured, Unit

if TYPE_CHECKING:
    from ingest.run.exchange import Format, Imported
    from ingest.run.pull import Patience
    from ingest.run.round import Progress, Pulled


class Workspace(View):
    """Everything a face needs. Use as a context manager, or `close()` it.

    Times are instants; `now` where it is left out is this workspace's clock. Names that do not exist raise
    `UnknownName` with a suggestion. `StoreError` says that the database cannot be used.
    """

    def pull(
        self,
        names: Sequence[str] = (),
        *,
        since: Instant | None = None,
        dry_run: bool = False,
        look: bool = False,
        progress: "Callable[[Progress], None] | None" = None,
        patience: "Patience | None" = None,
    ) -> "tuple[Pulled, ...]":
        """Pull these sources now (default: all that can be pulled), several at a time; in the order given.

        `look`: store nothing, and tell what each credential can see.
        """
        import asyncio

        from ingest.run.round import pull_round

        named = [self._source(name) for name in names] or [*self.config.sources]
        sources = [self.config.sources[name] for name in named if self.config.sources[name].schedule is not None]
        if names and len(sources) < len(named):
            idle = next(name for name in named if self.config.sources[name].schedule is None)
            problem = self.config.sources[idle].problem
            cure = "use okr record, okr import or POST /api/v1/measurements"
            raise UnknownName(f"{idle} is not pulled: {problem}" if problem else f"{idle} is not pulled; {cure}")
        pulled = pull_round(
            self.config,
            self.frame,
            self.store,
            sources,
            now=self.now,
            since=since,
            dry_run=dry_run,
            look=look,
            progress=progress or (lambda told: None),
            patience=patience,
        )
        ended = tuple(asyncio.run(pulled))
        self.touch(signal for one in ended if one.kept is not None for signal in one.kept.signals)
        return ended

    def parcel(self, items: Sequence[Item], by: By) -> Parcel:
        """The units that would keep these items, or `Refusal`."""
        return parcel_of(self.catalogue, items, by, self.now())

    def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """Keep measurements handed in: all or, with `Refusal`, none. Returns after the commit."""
        parcel = self.parcel(items, by)
        return parcel.taken(self._keep(parcel.units))

    def record(self, item: Item) -> Taken:
        """Keep one measurement by hand and pin it. `Refusal` where it cannot be."""
        [taken] = self.take([item], By.HAND)
        return taken

    def forget(self, signal: str, key: str) -> None:
        """Undo a slip: the measurement with this key (a level's: its time) counts no more. `UnknownName` if none."""
        try:
            self.touch(self.store.forget(self._signal(signal), key, self.now()).signals)
        except UnknownMeasurement as error:
            raise UnknownName(str(error)) from None

    def decide(self, signal: str, key: str, *, accepted: bool, note: str) -> Decided:
        """Let an implausible reading that waits count, with what is plausible after it, or reject it for good.

        `note`: how it was asked for, kept with the run. `UnknownName` says what waits instead.
        """
        limit = self.frame.limits.get(self._signal(signal))
        try:
            decided = self.store.decide(signal, key, self.now(), accepted=accepted, limit=limit, note=note)
        except NothingWaits as error:
            raise UnknownName(str(error)) from None
        self.touch(decided.kept.signals)
        return decided

    def note(self, name: str, text: str) -> None:
        """Write a note in the log of a key result."""
        self.store.add_note(self.key_result(name).name, text, self.now())

    def rebaseline(self, names: Sequence[str]) -> tuple[tuple[str, float | None], ...]:
        """Find the baselines of these key results anew; (name, the new one, None where it is unknown yet)."""
        full = [self.key_result(name).name for name in names]
        rebased = tuple(rebaseline(self.store, self.settler, full, self.now()))
        if self._scorecard is not None:
            self._scorecard.touch_all()
        return rebased

    def freeze_known(self) -> bool:
        """Freeze the baselines that time alone made known since the last live card; whether there were any."""
        settled = settle(self.store, self.settler, self.scorecard.unfrozen(), self.now())
        self.scorecard.touch_names(settled)
        return bool(settled)

    def import_csv(self, lines: Iterable[str], *, skip_bad: bool = False) -> "Imported":
        """Keep rows with the columns signal, observed_at, value, key."""
        from ingest.run.exchange import Imported, read_rows

        good, bad = read_rows(lines, self.catalogue, self.config.zone)
        if bad and not (skip_bad and good):
            return Imported(0, 0, 0, 0, tuple(bad), written=False)
        together: dict[str, list[Measured]] = {}
        for one in good:
            together.setdefault(one.signal.partition(".")[0], []).append(one)
        now = self.now()
        kept = self._keep([unit_of(self.config, source, ones, By.IMPORT, now) for source, ones in together.items()])
        return Imported(
            created=sum(one.created for one in kept),
            duplicate=sum(one.duplicate for one in kept),
            revised=sum(one.revised for one in kept),
            quarantined=sum(one.quarantined for one in kept),
            bad=tuple(bad),
            written=True,
        )

    def export(self, form: "Format", out: TextIO) -> None:
        """Write all measurements that count, in bounded memory."""
        from ingest.run.exchange import write_rows

        with self.store.read() as reader:
            told: dict[str, tuple[str, Kind]] = {one.name: (one.source, one.kind) for one in reader.signals().values()}
            write_rows(reader.export, told.__getitem__, form, out, self.now())

    def backup(self, file: Path) -> None:
        """A consistent copy of the database while it is used."""
        self.opened.backup(file)

    def upgrade(self) -> str:
        """Bring the schema up to date; says in a sentence what was done."""
        return upgrade_store(self.config.database)

    def _keep(self, units: Sequence[Unit]) -> list[Kept]:
        kept = []
        for answer in self.store.write(units, now=self.now()):
            if isinstance(answer, Exception):
                raise answer
            kept.append(answer)
        self.touch(signal for one in kept for signal in one.signals)
        return kept
