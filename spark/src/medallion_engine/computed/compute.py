"""Brings one table up to date: what its changed sources reach, or all of it."""

from dataclasses import dataclass

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table
from ..delta.change_sets import ChangeSet
from ..delta.reconcile import Moved
from ..delta.stored import Stored
from .functions import Function, function_of
from .grow import can_grow, grow
from .keys import Touched
from .log import TableRound
from .reach import Reach
from .sources import Sources, is_too_old, tables_below

NEW = "it was never computed before"
REDEFINED = "it is defined in another way than before"


@dataclass(frozen=True)
class Outcome:
    """What was done to a table: its changed rows, how many units were looked at, and why all of them, if so.

    `is_appended` says that rows were added without being counted.
    """

    moved: Moved
    units: int | None = 0
    whole: str | None = None
    is_appended: bool = False


@dataclass(frozen=True)
class Work:
    """A table, where its rows are, how they are computed, and what is known of them. `definition` is the one of now."""

    table: Table
    target: Stored | ChangeSet
    definition: str
    last: TableRound | None
    sources: Sources

    @property
    def reach(self) -> Reach:
        return Reach(self.table.computed, self.sources)

    def read(self) -> dict[str, int]:
        """The versions below that the table will have read to their end."""
        return {name: self.sources.versions.get(name, 0) for name in tables_below(self.table)}

    def why_whole(self) -> str | None:
        """Why its progress says nothing, if so."""
        if self.last is None or not self.last.definition:
            return NEW
        return None if self.last.definition == self.definition else REDEFINED

    @property
    def is_idle(self) -> bool:
        """Whether no source has moved since it was computed last."""
        if self.why_whole():
            return False
        return not any(self.sources.has_moved(each.name, self.last.read) for each in self.table.computed.sources)


def compute(spark: SparkSession, work: Work) -> Outcome:
    """Follows the changes, or computes the table whole: the first time, and when changes can no longer be told."""
    if work.is_idle:
        return Outcome(Moved())
    reason = work.why_whole()
    function = function_of(spark, work.table)
    if reason is None:
        try:
            return _follow(spark, work, function)
        except platform.QUERY_ERRORS as error:
            if not is_too_old(error):
                raise
            reason = "what has changed below can no longer be told"
    return _whole(work, function, reason)


def _follow(spark: SparkSession, work: Work, function: Function) -> Outcome:
    if can_grow(work.table, work.sources):
        grown = grow(spark, work.table, work.sources, work.last.read, function)
        if grown is not None:
            return Outcome(grown.moved, grown.rows, is_appended=grown.is_appended)
    touched = work.reach.touched(work.last.read)
    if not touched.keys:
        return Outcome(Moved())
    return Outcome(_recompute(work, function, touched), touched.count)


def _recompute(work: Work, function: Function, touched: Touched) -> Moved:
    """Compares the touched units as they should be with what the table has of them."""
    own = {name: name for name in work.table.computed.per}
    stored = work.target.rows()
    wanted = touched.among(function(work.reach.rows(touched)), own)
    present, near = touched.among(stored, own), touched.near(stored, own, "t.")
    return work.target.reconcile(wanted, present, near, are_few=touched.count is not None)


def _whole(work: Work, function: Function, reason: str) -> Outcome:
    wanted = function({each.name: work.sources.rows(each.name) for each in work.table.computed.sources})
    stored = work.target.rows()
    if stored.isEmpty():
        work.target.append(wanted)
        return Outcome(Moved(), None, reason, is_appended=True)
    return Outcome(work.target.reconcile(wanted, stored), None, reason)
