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

    def reconcile(
        self, wanted: DataFrame, present: DataFrame, near: str | None = None, *, are_few: bool = True
    ) -> Moved:
        """Makes the present rows of units equal to the wanted ones. `near` is a condition on `t` that they meet.

        Many units are not looked at before they are written: that would compute them twice.
        """
        changes = reconcile.differences(wanted, present, self.table)
        if are_few:
            return reconcile.write_differences(self.spark, changes, self.table, near)
        return reconcile.merge_differences(changes, self.table, near)
