"""Takes out of change sets what is kept no longer, and what they tell of deleted people."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from ..contracts import Table, tables_of
from ..delta.change_sets import ERASED, published
from ..erasing import ledger
from ..erasing.lines import any_entry, entries_that_name, fields, ids

DAYS_KEPT = 30

_OLD = f"""
SELECT max(round) AS round FROM ops.changes
WHERE layer = 'gold' AND at < current_timestamp() - INTERVAL {DAYS_KEPT} DAYS
"""


def trim(spark: SparkSession) -> None:
    """Removes changes that are published and older than any release that can be rolled back to, the oldest first."""
    old = spark.sql(_OLD).first()["round"] or 0
    shown = published(spark)
    for each in tables_of("gold"):
        last = min(old, shown.get(each.name, 0))
        if last > 0:
            spark.sql(f"DELETE FROM {each.changes} WHERE _round <= {last}")


def erase_changes(spark: SparkSession) -> dict[str, int]:
    """Empties published changes of rows of deleted people, and returns how many there were by table.

    Such a change says nothing but its round, so no roll back brings the row back, and none is refused for a gap. The
    row of another person loses the entries of its lists that name a deleted one. What is not published yet is needed as
    it is: it is what takes the rows out.
    """
    shown = published(spark)
    counts = {
        each.changes: _erase(spark, each, shown.get(each.name, 0)) + _shorten(spark, each, shown.get(each.name, 0))
        for each in tables_of("gold")
        if each.erasure and each.erasure.action != "keep"
    }
    return {name: rows for name, rows in counts.items() if rows}


def _erase(spark: SparkSession, each: Table, shown: int) -> int:
    """A row of somebody who has come back is the present one, so it stays."""
    ids = f"SELECT identifier FROM {ledger.TABLE} WHERE subject = '{{}}' AND NOT coalesce(is_back, false)"
    kinds = sorted(set(each.names) & set(fields()))
    if not kinds:
        return 0
    is_named = " OR ".join(f"CAST({kind} AS STRING) IN ({ids.format(kind)})" for kind in kinds)
    changes = (
        f"SELECT {', '.join(_place(each))} FROM {each.changes} "
        f"WHERE _round <= {shown} AND _change_type <> '{ERASED}' AND ({is_named})"
    )
    values = {column.name: _nothing(column.type) for column in each.columns}
    return _update(spark, each, changes, {"_change_type": f"'{ERASED}'", **values})


def _shorten(spark: SparkSession, each: Table, shown: int) -> int:
    """Takes deleted people out of the lists in rows of others."""
    changes = spark.table(each.changes).where(F.col("_round") <= shown)
    lists = entries_that_name(changes.schema)
    if not lists:
        return 0
    named = changes.crossJoin(F.broadcast(ids(ledger.gone(spark), F.col("identifier"))))
    named = named.where(any_entry(lists))
    rest = [F.expr(f"filter({name}, entry -> NOT {is_named})").alias(name) for name, is_named in lists.items()]
    named.select(*_place(each), *rest).createOrReplaceTempView("shortened_changes")
    return _update(spark, each, "SELECT * FROM shortened_changes", {name: f"s.{name}" for name in lists})


def _place(each: Table) -> list[str]:
    """The columns that tell a change from all others."""
    return ["_round", "_change_type", *each.keys]


def _update(spark: SparkSession, each: Table, changes: str, values: dict[str, str]) -> int:
    return spark.sql(
        f"MERGE INTO {each.changes} AS t USING ({changes}) AS s "
        f"ON {' AND '.join(f't.{name} = s.{name}' for name in _place(each))} "
        f"WHEN MATCHED THEN UPDATE SET {', '.join(f't.{name} = {value}' for name, value in values.items())}"
    ).first()["num_updated_rows"]


def _nothing(type_: str) -> str:
    """A value that no row needs, since columns may be ones that no row goes without."""
    if type_ == "string":
        return "'erased'"
    if type_.startswith("array"):
        return f"CAST(array() AS {type_})"
    epoch = {"date": "DATE '1970-01-01'", "timestamp": "TIMESTAMP '1970-01-01 00:00:00'", "boolean": "false"}
    return epoch.get(type_, f"CAST(0 AS {type_})")
