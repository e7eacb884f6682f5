"""The tables below a layer, as a micro-batch reads them."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from ..contracts import table


@dataclass(frozen=True)
class Below:
    """Tables that are pinned to a version are read at it, all others as they are now.

    Where the layer below goes on writing, a micro-batch pins what it was told of: so the layer is a function of those
    versions, and rows that came since are of keys that the next micro-batch is told of.
    """

    spark: SparkSession
    pinned: dict[str, int]

    def rows(self, name: str) -> DataFrame:
        """The rows of a table, by its contract's name."""
        physical = table(name).physical
        if name not in self.pinned:
            return self.spark.table(physical)
        return self.spark.sql(f"SELECT * FROM {physical} VERSION AS OF {self.pinned[name]}")
