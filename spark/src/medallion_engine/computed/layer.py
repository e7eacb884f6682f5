"""One round of a layer: every table whose sources have moved is brought up to date, then the round is told."""

from dataclasses import dataclass, replace
from time import perf_counter

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table, tables_of
from ..delta.below import Below
from . import log
from .compute import Outcome, Work, compute
from .log import Round, TableRound
from .sources import Sources, tables_behind

BELOW = {"silver": "bronze", "gold": "silver"}
_COMPILE_FROM_ROWS = 500_000


@dataclass(frozen=True)
class Done:
    """A round, or the last one if there was nothing to do, and what it took."""

    round: Round
    is_new: bool
    units: dict[str, int | None]
    seconds: dict[str, float]

    @property
    def read(self) -> dict[str, int]:
        """The versions below that the layer has read to their end."""
        return {name: version for each in self.round.tables for name, version in each.read.items()}


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
        below, own = self._logged()
        last = own[0] if own else Round(self.layer, 0, [], self.attempt, 0, [])
        since = [each for each in below if each.round > last.follows]
        sources = self._sources(below)
        works = [self._work(each, last, sources) for each in tables_of(self.layer)]
        self._choose_engine(works, since)
        looked = perf_counter()
        done = platform.side_by_side(self.spark, [lambda each=each: compute(self.spark, each) for each in works])
        pairs = list(zip(works, done, strict=True))
        tables = [self._told(work, outcome) for work, outcome in pairs]
        batches = sorted({batch for each in since for batch in each.batches})
        follows = below[0].round if below else 0
        found = Round(self.layer, last.round + 1, batches, self.attempt, follows, tables)
        is_new = any(_is_news(each, last.of(each.name)) for each in tables)
        seconds = {"looking": looked - started, "writing": perf_counter() - looked}
        units = {work.table.name: outcome.units for work, outcome in pairs if outcome.units != 0}
        return Done(found if is_new else replace(found, round=last.round), is_new, units, seconds)

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

    def _work(self, each: Table, last: Round, sources: Sources) -> Work:
        return Work(each, f"{each.definition}/{self.generation}", last.of(each.name), sources)

    def _choose_engine(self, works: list[Work], since: list[Round]) -> None:
        """Rounds that make a table anew read more than the log tells, unless all that is below is in it."""
        told = sum(each.rows for round_ in since for each in round_.tables)
        is_first = all(work.last is None for work in works)
        is_small = is_first or not any(work.why_whole() for work in works)
        if is_small and told < _COMPILE_FROM_ROWS:
            platform.interpret(self.spark, self.engine)
        else:
            platform.compiled(self.spark, self.engine)

    def _told(self, work: Work, outcome: Outcome) -> TableRound:
        """Only this round writes the table, so that what it has not written is as the log says."""
        name, before = work.table.name, work.last.after if work.last else None
        moved, after = outcome.moved, before
        is_known = before is not None and not self.was_begun and outcome.whole is None
        if moved.any or outcome.is_appended or not is_known:
            commit = platform.latest_commit(self.spark, work.table.physical, self.engine)
            after = commit.version
            if outcome.is_appended:
                moved = replace(moved, inserted=commit.rows or 0)
        counts = {"inserted": moved.inserted, "updated": moved.updated, "deleted": moved.deleted}
        known = after if before is None and not moved.any else before or 0
        return TableRound(name, work.definition, known, after, **counts, read=work.read(), whole=outcome.whole)


def _is_news(each: TableRound, last: TableRound | None) -> bool:
    return each.has_moved or each.whole is not None or last is None or each.read != last.read


def names_below(layer: str) -> list[str]:
    """The tables that the tables of a layer are made of."""
    sources = [source for each in tables_of(layer) for source in each.computed.sources]
    return sorted({name for source in sources for name in tables_behind(source.name)})
