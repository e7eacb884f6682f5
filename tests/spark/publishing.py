"""Publishes whatever gold has come to, as the operator does when every rule holds."""

from medallion_engine.computed import log
from medallion_engine.contracts import Table, tables_of
from medallion_engine.delta.change_sets import published
from pyspark.sql import DataFrame, SparkSession


def publish_all(spark: SparkSession) -> None:
    """Readers see all rounds of gold that have ended."""
    staged = {each.name: spark.table(each.physical.replace("gold_published.", "gold_staged.")) for each in _tables()}
    _show(spark, staged, log.latest(spark, "gold").versions)


def roll_back(spark: SparkSession, rounds: dict[str, int]) -> None:
    """Readers see earlier rounds again: what has changed since then is taken back, as the operator's query tells it."""
    shown = published(spark)
    earlier = {}
    for each in _tables():
        back = each.staged.replace("_new.", "_old.").replace("_new IS NOT NULL", "_old IS NOT NULL")
        span = back.replace("{after}", str(rounds[each.name])).replace("{until}", str(shown[each.name]))
        earlier[each.name] = spark.sql(span)
    _show(spark, earlier, rounds)


def _tables() -> list[Table]:
    return tables_of("gold")


def _show(spark: SparkSession, rows: dict[str, DataFrame], rounds: dict[str, int]) -> None:
    shown = published(spark)
    number = spark.sql("SELECT coalesce(max(number), 0) + 1 AS number FROM ops.releases").first()["number"]
    for each in _tables():
        wanted = spark.createDataFrame(rows[each.name].collect(), spark.table(each.physical).schema)
        wanted.write.format("delta").mode("overwrite").saveAsTable(each.physical)
        before, after = shown.get(each.name, 0), rounds[each.name]
        for state in ("publishing", "published"):
            spark.sql(
                f"INSERT INTO ops.releases VALUES ({number}, '{state}', '{each.name}', 'r-{number}', 'b', {before}, "
                f"{after}, current_timestamp(), NULL)"
            )
