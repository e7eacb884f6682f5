"""One round of a layer: every table whose sources have moved is brought up to date, then the round is told."""

from dataclasses import dataclass, replace
from time import perf_counter

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table, tables_of
from ..delta.below import Below
from ..delta.change_sets import ChangeSet, published
from ..delta.reconcile import Moved
from ..delta.stored import Stored
from . import log
from .attempt import Failure, Tried, attempt, require_some
from .compute import Outcome, Work
from .log import Round, TableRound
from .sources import Sources, tables_below

BELOW = {"silver": "bronze", "gold": "silver"}
_COMPILE_FROM_ROWS = 500_000
_NOTHING = {"inserted": 0, "updated": 0, "deleted": 0, "whole": None}


@dataclass(frozen=True)
class Done:
    """A round, or the last one if there was nothing to do, and what it took.

    `read` has the versions below that the layer has read to their end, but for the tables that have `failed`.
    """

    round: Round
    is_new: bool
    read: dict[str, int]
    failed: dict[str, str]
    units: dict[str, int | None]
    seconds: dict[str, float]


@dataclass(frozen=True)
class LayerRound:
    """A round of one layer. `is_pinned` says that the layer below goes on writing meanwhile.

    `was_begun` says that an earlier round has not ended: nobody knows what it has written. A new `generation` makes all
    tables be computed whole.
    """

    spark: SparkSession
    layer: str
    attempt: int
    generation: str
    engine: str
    is_pinned: bool
    was_begun: bool

    def run(self) -> Done:
        """Reads the log, computes, and appends to the log if there is something to tell."""
        started = perf_counter()
        (below, own), shown = platform.side_by_side(self.spark, [self._logged, self._shown])
        last = own[0] if own else Round(self.layer, 0, [], self.attempt, 0, [])
        since = [each for each in below if each.round > last.follows]
        sources = self._sources(below)
        works = [self._work(each, last, sources, shown) for each in tables_of(self.layer)]
        if self.was_begun:
            self._forget(works)
        self._choose_engine(works, since)
        looked = perf_counter()
        tried = platform.side_by_side(self.spark, [lambda each=each: attempt(self.spark, each) for each in works])
        require_some(tried, is_first=self.attempt == 1)
        self._require_not_rolled_back(shown)
        pairs = list(zip(works, tried, strict=True))
        tables = [self._told(work, each) for work, each in pairs]
        batches = sorted({batch for each in since for batch in each.batches})
        follows = below[0].round if below else 0
        found = Round(self.layer, last.round + 1, batches, self.attempt, follows, tables)
        is_new = any(_is_news(each, last.of(each.name)) for each in tables)
        seconds = {"looking": looked - started, "writing": perf_counter() - looked}
        return Done(
            found if is_new else replace(found, round=last.round),
            is_new,
            read={name: version for work in works for name, version in work.read().items()},
            failed={work.table.name: each.reason for work, each in pairs if isinstance(each, Failure)},
            units={
                work.table.name: each.units for work, each in pairs if isinstance(each, Outcome) and each.units != 0
            },
            seconds=seconds,
        )

    def _logged(self) -> tuple[list[Round], list[Round]]:
        found = log.recent(self.spark, [BELOW[self.layer], self.layer])
        return found[BELOW[self.layer]], found[self.layer]

    def _sources(self, rounds: list[Round]) -> Sources:
        below = Below(self.spark)
        if self.is_pinned:
            needed = names_below(self.layer)
            versions = rounds[0].versions if rounds else {}
            below.pin({name: version for name, version in versions.items() if name in needed})
        return Sources(self.spark, below, rounds)

    def _shown(self) -> dict[str, int]:
        """What readers see, in a layer that is published."""
        return published(self.spark) if any(each.changes for each in tables_of(self.layer)) else {}

    def _work(self, each: Table, last: Round, sources: Sources, shown: dict[str, int]) -> Work:
        known = last.of(each.name)
        target = Stored(self.spark, each)
        if each.changes:
            previous = known.after if known else 0
            target = ChangeSet(self.spark, each, last.round + 1, previous, shown.get(each.name, 0))
        return Work(each, target, f"{each.definition}/{self.generation}", known, sources)

    def _forget(self, works: list[Work]) -> None:
        """What a killed round has appended is no difference, and would be taken for one of this round."""
        sets = [each.target for each in works if isinstance(each.target, ChangeSet)]
        platform.side_by_side(self.spark, [each.forget for each in sets])

    def _require_not_rolled_back(self, shown: dict[str, int]) -> None:
        """A round that began above what is no longer published is done again, like one that was killed."""
        now = self._shown() if shown else {}
        lowered = sorted(name for name, round_ in shown.items() if now.get(name, 0) < round_)
        if lowered:
            raise RuntimeError(f"Tables {lowered} were rolled back during this round. It has to be done again.")

    def _choose_engine(self, works: list[Work], since: list[Round]) -> None:
        """Rounds that make a table anew read more than the log tells, unless all that is below is in it."""
        told = sum(each.rows for round_ in since for each in round_.tables)
        is_first = all(work.last is None for work in works)
        is_small = is_first or not any(work.why_whole() for work in works)
        if is_small and told < _COMPILE_FROM_ROWS:
            platform.interpret(self.spark, self.engine)
        else:
            platform.compiled(self.spark, self.engine)

    def _told(self, work: Work, tried: Tried) -> TableRound:
        """Only this round writes the table, so that what it has not written is as the log says."""
        if isinstance(tried, Failure):
            return self._told_of_failed(work)
        name, before, outcome = work.table.name, work.last.after if work.last else None, tried
        moved, after = self._counted(work, outcome, before)
        counts = {"inserted": moved.inserted, "updated": moved.updated, "deleted": moved.deleted}
        known = after if before is None and not moved.any else before or 0
        return TableRound(name, work.definition, known, after, **counts, read=work.read(), whole=outcome.whole)

    def _told_of_failed(self, work: Work) -> TableRound:
        """As before, so that the next round tries it again. It may have been written all the same."""
        last, target = work.last or TableRound(work.table.name, "", 0, 0), work.target
        if isinstance(target, ChangeSet):
            target.forget()
            return replace(last, before=last.after, **_NOTHING)
        version = platform.latest_commit(self.spark, work.table.physical, self.engine).version
        return replace(last, before=last.after if work.last else version, after=version, **_NOTHING)

    def _counted(self, work: Work, outcome: Outcome, before: int | None) -> tuple[Moved, int | None]:
        """The changed rows, and where the table is after them: a version, or a round if it is published later."""
        moved, target = outcome.moved, work.target
        if isinstance(target, ChangeSet):
            moved = replace(moved, inserted=target.inserted(self.engine)) if outcome.is_appended else moved
            return moved, target.round if moved.any else target.previous
        is_known = before is not None and not self.was_begun and outcome.whole is None
        if is_known and not moved.any and not outcome.is_appended:
            return moved, before
        commit = platform.latest_commit(self.spark, work.table.physical, self.engine)
        return replace(moved, inserted=commit.rows or 0) if outcome.is_appended else moved, commit.version


def _is_news(each: TableRound, last: TableRound | None) -> bool:
    return each.has_moved or each.whole is not None or last is None or each.read != last.read


def names_below(layer: str) -> list[str]:
    """The tables that the tables of a layer are made of."""
    return sorted({name for each in tables_of(layer) for name in tables_below(each)})
