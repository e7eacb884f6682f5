"""A table that a round changes in place."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Table
from . import reconcile
from .reconcile import Moved


@dataclass(frozen=True)
class Stored:
    """The rows of a table as they are, and how they are brought to what they should be."""

    spark: SparkSession
    table: Table

    def rows(self) -> DataFrame:
        """The table as it is now."""
        return self.spark.table(self.table.physical)

    def append(self, rows: DataFrame) -> None:
        """Adds rows."""
        reconcile.append(rows, self.table)

    def reconcile(self, wanted: DataFrame, present: DataFrame, near: str | None = None) -> Moved:
        """Makes the present rows of units equal to the wanted ones. `near` is a condition on `t` that they meet."""
        return reconcile.reconcile(self.spark, wanted, present, self.table, near)
