"""Versions of tables where others commit to them too, as predictive optimization does."""

import pytest
from medallion_engine import platform

INSERTED_ROWS = 3


@pytest.fixture
def upkept(spark) -> str:
    """A table of two inserts, in which then nothing changes but its files and its settings."""
    spark.sql("CREATE SCHEMA IF NOT EXISTS upkeep")
    spark.sql("CREATE OR REPLACE TABLE upkeep.numbers (id BIGINT) USING DELTA")
    for _ in range(2):
        spark.range(INSERTED_ROWS).coalesce(1).write.insertInto("upkeep.numbers")
    spark.sql("ALTER TABLE upkeep.numbers SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 60 days')")
    spark.sql("OPTIMIZE upkeep.numbers")
    spark.sql("VACUUM upkeep.numbers")
    return "upkeep.numbers"


@pytest.mark.parametrize("engine", platform.ENGINES)
def test_the_version_of_a_table_is_that_of_its_newest_change_of_rows(spark, upkept, engine):
    versions = [row["version"] for row in spark.sql(f"DESCRIBE HISTORY {upkept}").collect()]
    newest_change = spark.sql(f"DESCRIBE HISTORY {upkept}").where("operation = 'WRITE'").first()["version"]
    commit = platform.latest_commit(spark, upkept, engine)
    assert commit == platform.Commit(newest_change, INSERTED_ROWS)
    assert commit.version < max(versions) - 2


@pytest.mark.parametrize("engine", platform.ENGINES)
def test_a_long_row_of_upkeep_is_passed_over(spark, upkept, engine):
    before = platform.latest_commit(spark, upkept, engine)
    for days in range(6):
        spark.sql(f"ALTER TABLE {upkept} SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 6{days} days')")
    assert platform.latest_commit(spark, upkept, engine) == before
