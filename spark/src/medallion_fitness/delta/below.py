"""The tables below a layer, as a micro-batch reads them."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession

from ..contracts import table


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
        """
        for name, version in versions.items():
            self._opened[name] = self.spark.sql(f"SELECT * FROM {table(name).physical} VERSION AS OF {version}")

    def rows(self, name: str) -> DataFrame:
        """The rows of a table, by its contract's name."""
        if name in self._opened:
            return self._opened[name]
        return self.spark.table(table(name).physical)
