"""The tables below a layer, as a micro-batch reads them."""

from dataclasses import dataclass, field

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from ..contracts import table, view
from .records import lines_of

_TOO_OLD = "DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION"


@dataclass
class Below:
    """Tables that are pinned to a version are read at it, all others as they are now.

    Where the layer below goes on writing, a micro-batch pins what it was told of: so the layer is a function of those
    versions, and rows that came since are of keys that the next micro-batch is told of.
    """

    spark: SparkSession
    _opened: dict[str, DataFrame] = field(default_factory=dict)

    def pin(self, versions: dict[str, int]) -> None:
        """Opens the tables at these versions.

        At once and not when it is read first: of a table's versions Delta has only the newest at hand, and the sooner
        it is opened, the more likely it still is that one. Any other has to be put together from the log.

        A table that rested for longer than its retention is read as it is now. It has every row of the version, and
        the next micro-batch computes the keys of the newer rows once more. A refusal would come back at each restart.
        """
        for name, version in versions.items():
            try:
                opened = self.spark.sql(f"SELECT * FROM {table(name).physical} VERSION AS OF {version}")
            except AnalysisException as error:
                # Delta says that the version is too old. No clock here could know that as well.
                if _TOO_OLD not in str(error):
                    raise
            else:
                self._opened[name] = opened

    def rows(self, name: str) -> DataFrame:
        """The rows of a table, by its contract's name, or the lines of a record type."""
        if name.startswith("bronze."):
            return lines_of(name, {part.table: self._table(part.table) for part in view(name).parts})
        return self._table(name)

    def _table(self, name: str) -> DataFrame:
        return self._opened[name] if name in self._opened else self.spark.table(table(name).physical)
