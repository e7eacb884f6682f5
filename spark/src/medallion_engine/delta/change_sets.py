"""A table that is published later: a round appends what it changes, and leaves the published rows as they are."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import Table, shown_rounds
from .inline import as_json, labelled
from .reconcile import MOST_LISTED_CHANGES, Moved, differences

ERASED = "erased"
"""The type of a change that says nothing any more: its row was of a person who is deleted."""
_INSERT, _DELETE, _BEFORE, _AFTER = "insert", "delete", "update_preimage", "update_postimage"


def published(spark: SparkSession) -> dict[str, int]:
    """By gold table: the round that readers see at least. A table that was never published is not there."""
    return {row["table_name"]: row["round"] for row in spark.sql(shown_rounds()).collect()}


@dataclass(frozen=True)
class ChangeSet:
    """What round `round` changes in a table, which round `previous` had changed before. Readers see round `shown`."""

    spark: SparkSession
    table: Table
    round: int
    previous: int
    shown: int

    @property
    def physical(self) -> str:
        """The table that is written."""
        return self.table.changes

    def rows(self) -> DataFrame:
        """The table as of the round before."""
        if self.shown == self.previous:
            return self.spark.table(self.table.physical)
        staged = self.table.staged.replace("{after}", str(self.shown)).replace("{until}", str(self.previous))
        return self.spark.sql(staged)

    def append(self, rows: DataFrame) -> None:
        """Adds rows to a table that has none."""
        self._write(rows.select(F.lit(_INSERT).alias("_change_type"), *self.table.names))

    def reconcile(self, wanted: DataFrame, present: DataFrame, _: str | None = None, *, are_few: bool = True) -> Moved:
        """Appends what makes the present rows of some units equal to the wanted ones. Many are not looked at before."""
        changes = differences(wanted, present, self.table)
        if not are_few:
            return self._write_all(changes)
        found = changes.select(as_json("old").alias("old"), as_json("new").alias("new"))
        listed = found.limit(MOST_LISTED_CHANGES + 1).collect()
        if not listed:
            return Moved()
        if len(listed) > MOST_LISTED_CHANGES:
            return self._write_all(changes)
        texts: dict[str, list[str]] = {_INSERT: [], _DELETE: [], _BEFORE: [], _AFTER: []}
        for each in listed:
            if each.old:
                texts[_BEFORE if each.new else _DELETE].append(each.old)
            if each.new:
                texts[_AFTER if each.old else _INSERT].append(each.new)
        schema = self.spark.table(self.table.physical).select(*self.table.names).schema
        self._write(labelled(self.spark, texts, schema, "_change_type"))
        return Moved(len(texts[_INSERT]), len(texts[_AFTER]), len(texts[_DELETE]))

    def forget(self) -> None:
        """Takes away what a round has left that was killed before it ended."""
        self.spark.sql(f"DELETE FROM {self.physical} WHERE _round >= {self.round}")

    def _write_all(self, changes: DataFrame) -> Moved:
        """From the query itself, where there are too many to go through the driver."""
        both = F.explode(
            F.array(
                F.struct(F.lit(_BEFORE).alias("_change_type"), F.col("old").alias("row")),
                F.struct(F.lit(_AFTER).alias("_change_type"), F.col("new").alias("row")),
            )
        )
        rows = changes.select("action", both.alias("each")).where("each.row IS NOT NULL")
        kind = F.when(F.col("action") == "update", F.col("each._change_type")).otherwise(F.col("action"))
        self._write(rows.select(kind.alias("_change_type"), "each.row.*"))
        written = self.spark.table(self.physical).where(F.col("_round") == self.round)
        counts = {row["_change_type"]: row["count"] for row in written.groupBy("_change_type").count().collect()}
        return Moved(counts.get(_INSERT, 0), counts.get(_AFTER, 0), counts.get(_DELETE, 0))

    def _write(self, rows: DataFrame) -> None:
        rounds = {"_round": self.round, "_previous": self.previous}
        named = [F.lit(value).cast("bigint").alias(name) for name, value in rounds.items()]
        changes = rows.select(*named, "_change_type", *self.table.names)
        changes.write.format("delta").mode("append").saveAsTable(self.physical)

    def inserted(self, engine: str) -> int:
        """How many rows the last write has added."""
        return platform.latest_commit(self.spark, self.physical, engine).rows or 0
