"""How far back published releases reach: readers see an older version until a newer one is published."""

from math import ceil

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from ..contracts import Table, table
from ..delta.history import quoted

# As long as an older release can be published again.
DAYS = 30


class HistoryGone(Exception):
    """A version that readers may see is older than the table's log: nothing of the table may be removed."""


def live_hours(spark: SparkSession, each: Table) -> int:
    """Hours since the oldest version of a table that a live release shows; 0 if none does."""
    releases = spark.table(table("ops.releases").physical).where(f"table_name = {quoted(each.name)}")
    newest = releases.agg(F.max("published_at").alias("at")).first()["at"]
    if newest is None:
        return 0
    live = releases.where(
        (F.col("published_at") == newest)
        | (F.expr(f"current_timestamp() - INTERVAL {DAYS} DAYS") < F.col("published_at"))
    )
    oldest = live.agg(F.min("version").alias("version")).first()["version"]
    aged = F.unix_timestamp(F.current_timestamp()) - F.unix_timestamp("timestamp")
    commit = spark.sql(f"DESCRIBE HISTORY {each.physical}").where(F.col("version") == oldest).select(aged.alias("age"))
    found = commit.first()
    if found is None:
        raise HistoryGone(
            f"Version {oldest} of '{each.physical}' is in a live release, but no longer in the table's history. "
            "Publish a newer release before this table is cleaned."
        )
    return ceil(found["age"] / 3600) + 1
