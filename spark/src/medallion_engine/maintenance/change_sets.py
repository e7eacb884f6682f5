"""Takes out of change sets what is kept no longer, and what they tell of deleted people."""

from pyspark.sql import SparkSession

from ..contracts import Table, tables_of
from ..delta.change_sets import published

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


def blank(spark: SparkSession, people: str) -> dict[str, int]:
    """Empties what published changes tell of deleted people, and returns how many there were by table.

    `people` is a view with (subject, person). So no roll back brings them back. What is not published yet is needed as
    it is: it is what takes them out.
    """
    shown = published(spark)
    found = {each.changes: _blank(spark, each, people, shown.get(each.name, 0)) for each in tables_of("gold")}
    return {name: rows for name, rows in found.items() if rows}


def _blank(spark: SparkSession, each: Table, people: str, shown: int) -> int:
    """What readers see of a person who was deleted tells nothing; rows that say more are emptied."""
    rows = 0
    for subject in sorted({column.subject for column in each.columns if column.subject}):
        # A text may be one that no row goes without.
        told = [column for column in each.columns if column.subject == subject]
        blanks = {column.name: "'erased'" if column.type == "string" else "NULL" for column in told}
        found = f"SELECT c._round, c._change_type, {_listed('c.', each.keys)} FROM {each.changes} AS c "
        found += f"JOIN {people} AS p ON p.subject = '{subject}' AND CAST(c.{subject} AS STRING) = p.person "
        found += f"LEFT ANTI JOIN {each.physical} AS r ON {_same('r', 'c', [*each.keys, *blanks])} "
        found += f"WHERE c._round <= {shown} AND ({' OR '.join(f'NOT c.{n} <=> {v}' for n, v in blanks.items())})"
        place = ["_round", "_change_type", *each.keys]
        rows += spark.sql(
            f"MERGE INTO {each.changes} AS t USING ({found}) AS s ON {_same('t', 's', place)} "
            f"WHEN MATCHED THEN UPDATE SET {', '.join(f't.{name} = {value}' for name, value in blanks.items())}"
        ).first()["num_updated_rows"]
    return rows


def _listed(prefix: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


def _same(one: str, other: str, names: list[str]) -> str:
    return " AND ".join(f"{one}.{name} <=> {other}.{name}" for name in names)
