"""Publishes whatever gold has come to, as the operator does when every rule holds."""

from medallion_engine.computed import log
from medallion_engine.contracts import tables_of
from medallion_engine.delta.change_sets import published
from pyspark.sql import SparkSession


def publish_all(spark: SparkSession) -> None:
    """Readers see all rounds of gold that have ended."""
    rounds = log.latest(spark, "gold").versions
    shown = published(spark)
    number = spark.sql("SELECT coalesce(max(number), 0) + 1 AS number FROM ops.releases").first()["number"]
    for each in tables_of("gold"):
        rows = spark.createDataFrame(
            spark.table(each.physical.replace("gold_published.", "gold_staged.")).collect(),
            spark.table(each.physical).schema,
        )
        rows.write.format("delta").mode("overwrite").saveAsTable(each.physical)
        before, after = shown.get(each.name, 0), rounds[each.name]
        for state in ("publishing", "published"):
            spark.sql(
                f"INSERT INTO ops.releases VALUES ({number}, '{state}', '{each.name}', 'r-{number}', 'b', {before}, "
                f"{after}, current_timestamp(), NULL)"
            )
