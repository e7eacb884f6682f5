"""Brings the affected rows of a table to what they should be, and writes nothing when they already are."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Table
from .inline import as_json, from_json, labelled

# More differences than this are merged from the query itself instead of through the driver.
MOST_LISTED_CHANGES = 20_000


@dataclass(frozen=True)
class Moved:
    """How many rows of a table changed."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def any(self) -> bool:
        return self.inserted + self.updated + self.deleted > 0


def differences(wanted: DataFrame, present: DataFrame, table: Table) -> DataFrame:
    """Rows (action, old, new): what to insert, update or delete so that `present` becomes `wanted`.

    Both have the table's columns and no key twice. Grouping instead of an outer join needs one shuffle of either side.
    """
    row = F.struct(*[F.col(name) for name in table.names])
    keys = [F.col(name) for name in table.keys]
    empty = F.lit(None)
    both = wanted.select(*keys, row.alias("new"), empty.alias("old")).unionByName(
        present.select(*keys, empty.alias("new"), row.alias("old"))
    )
    met = both.groupBy(*table.keys).agg(
        F.first("new", ignorenulls=True).alias("new"), F.first("old", ignorenulls=True).alias("old")
    )
    action = F.when(F.col("old").isNull(), "insert").when(F.col("new").isNull(), "delete").otherwise("update")
    return met.where(~F.col("new").eqNullSafe(F.col("old"))).select(action.alias("action"), "old", "new")


def append(rows: DataFrame, table: Table) -> None:
    """Adds rows."""
    rows.select(*table.names).write.format("delta").mode("append").saveAsTable(table.physical)


def merge(changes: DataFrame, table: Table, near: str | None = None) -> Moved:
    """Merges rows that carry `_action`; `near` is a condition on `t` that narrows what is read of the table."""
    view = f"changes_of_{table.name.replace('.', '_')}"
    changes.createOrReplaceTempView(view)
    on = _on(table, near)
    sets = ", ".join(f"t.{name} = s.{name}" for name in table.names)
    names = ", ".join(table.names)
    values = ", ".join(f"s.{name}" for name in table.names)
    metrics = changes.sparkSession.sql(
        f"MERGE INTO {table.physical} AS t USING {view} AS s ON {on} "
        "WHEN MATCHED AND s._action = 'delete' THEN DELETE "
        f"WHEN MATCHED AND s._action = 'update' THEN UPDATE SET {sets} "
        f"WHEN NOT MATCHED AND s._action <> 'delete' THEN INSERT ({names}) VALUES ({values})"
    ).first()
    return Moved(metrics["num_inserted_rows"], metrics["num_updated_rows"], metrics["num_deleted_rows"])


def merge_greatest(rows: DataFrame, table: Table, near: str) -> Moved:
    """Adds rows; of two with the same key that one stays which has the greater value in the column that counts."""
    view, greatest = f"grown_{table.name.replace('.', '_')}", table.computed.greatest
    rows.createOrReplaceTempView(view)
    names = ", ".join(table.names)
    metrics = rows.sparkSession.sql(
        f"MERGE INTO {table.physical} AS t USING {view} AS s ON {_on(table, near)} "
        f"WHEN MATCHED AND s.{greatest} > t.{greatest} THEN UPDATE SET * "
        f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({', '.join(f's.{name}' for name in table.names)})"
    ).first()
    return Moved(metrics["num_inserted_rows"], metrics["num_updated_rows"], 0)


def _on(table: Table, near: str | None) -> str:
    keys = " AND ".join(f"t.{name} = s.{name}" for name in table.keys)
    return keys if near is None else f"{keys} AND ({near})"


def merge_differences(changes: DataFrame, table: Table, near: str | None) -> Moved:
    """Merges what `differences` has found, without looking at it first."""
    rows = changes.select(F.col("action").alias("_action"), F.coalesce("new", "old").alias("row"))
    return merge(rows.select("_action", "row.*"), table, near)


def write_differences(spark: SparkSession, changes: DataFrame, table: Table, near: str | None) -> Moved:
    """Writes what `differences` has found; nothing if that is nothing. `near` is a condition on `t` that it meets."""
    rows = changes.select("action", as_json(F.coalesce("new", "old")).alias("row"))
    schema = spark.table(table.physical).select(*table.names).schema
    listed = rows.limit(MOST_LISTED_CHANGES + 1).collect()
    if not listed:
        return Moved()
    if len(listed) > MOST_LISTED_CHANGES:
        return merge_differences(changes, table, near)
    texts: dict[str, list[str]] = {"insert": [], "update": [], "delete": []}
    for change in listed:
        texts[change.action].append(change.row)
    if not texts["update"] and not texts["delete"]:
        append(from_json(spark, texts["insert"], schema), table)
        return Moved(inserted=len(texts["insert"]))
    return merge(labelled(spark, texts, schema, "_action"), table, near)
