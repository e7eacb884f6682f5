"""How long tables keep old versions. A month passes in two seconds."""

import time

from medallion_engine.contracts import tables_of
from pyspark.sql import SparkSession

LAYERS = ("bronze", "silver", "gold", "ops")


def keep_versions_for(spark: SparkSession, interval: str) -> None:
    """Sets the property of every table, which is a commit of each."""
    for layer in LAYERS:
        for table in tables_of(layer):
            spark.sql(
                f"ALTER TABLE {table.physical} "
                f"SET TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval {interval}')"
            )


def let_a_month_pass(spark: SparkSession) -> None:
    """After it every version is too old that is not the newest of its table."""
    keep_versions_for(spark, "1 second")
    time.sleep(2)
