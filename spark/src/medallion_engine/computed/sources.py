"""What a table is made of: the rows of its sources, and which of them have changed."""

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Part, Table, table, view
from ..delta.below import Below
from ..delta.records import flat
from .log import Round

# Delta's own names for: what happened between these versions can no longer be told.
_TOO_OLD = (
    "DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION",
    "DELTA_VERSION_NOT_FOUND",
    "DELTA_CHANGE_DATA_FILE_NOT_FOUND",
    "DELTA_MISSING_CHANGE_DATA",
    "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE",
    "DELTA_FILE_NOT_FOUND",
    "FAILED_READ_FILE.FILE_NOT_EXIST",
    "FAILED_READ_FILE.DBR_FILE_NOT_EXIST",
    "recreateVersion",
    "NoSuchFileException",
    "DELTA_TRUNCATED_TRANSACTION_LOG",
)


def is_too_old(error: Exception) -> bool:
    """Whether changes cannot be read because files or the log that tell them are gone."""
    return any(name in str(error) for name in _TOO_OLD)


def tables_behind(name: str) -> list[str]:
    """The tables that hold the rows of a source, a view of bronze for one."""
    return [part.table for part in view(name).parts] if name.startswith("bronze.") else [name]


def tables_below(each: Table) -> list[str]:
    """The tables that a table is made of."""
    return sorted({name for source in each.computed.sources for name in tables_behind(source.name)})


@dataclass(frozen=True)
class Sources:
    """The layer below after its latest `rounds`, newest first. Tables are read as they are, unless they are pinned."""

    spark: SparkSession
    below: Below
    rounds: list[Round]

    @property
    def versions(self) -> dict[str, int]:
        return self.rounds[0].versions if self.rounds else {}

    def rows(self, name: str) -> DataFrame:
        """All rows of a source. Of bronze only lines that were accepted."""
        rows = self.below.rows(name)
        return rows.where("_violation_count = 0") if name.startswith("bronze.") else rows

    def has_moved(self, name: str, read: dict[str, int]) -> bool:
        """Whether a source has changes beyond the versions that were read."""
        if not name.startswith("bronze."):
            return self._since(name, read) is not None
        return any(self._has_lines(part, read) for part in view(name).parts)

    def changes(self, name: str, read: dict[str, int]) -> DataFrame:
        """Rows before and after every change since, with `_change_type`. Call it only for a source that has moved."""
        if not name.startswith("bronze."):
            return self._feed(name, self._since(name, read))
        parts = [part for part in view(name).parts if self._has_lines(part, read)]
        return reduce(DataFrame.unionByName, [self._lines(part, self._since(part.table, read)) for part in parts])

    def _has_lines(self, part: Part, read: dict[str, int]) -> bool:
        """Whether lines of a record type may have come or gone. What the log does not tell may be anything."""
        first = self._since(part.table, read)
        for each in [round_.of(part.table) for round_ in self.rounds] if first is not None else []:
            if each is None or each.after < first:
                return False
            if each.has_moved and (each.records is None or part.record in each.records):
                return True
            if each.before < first:
                return False
        return first is not None

    def _lines(self, part: Part, first: int) -> DataFrame:
        return flat(self._feed(part.table, first), part, "_change_type").where("_violation_count = 0")

    def _since(self, name: str, read: dict[str, int]) -> int | None:
        """The first version that was not read, if there is one."""
        first = read.get(name, 0) + 1
        return first if first <= self.versions.get(name, 0) else None

    def _feed(self, name: str, first: int) -> DataFrame:
        feed = self.spark.read.option("readChangeFeed", "true").option("startingVersion", first)
        return feed.option("endingVersion", self.versions[name]).table(table(name).physical)
