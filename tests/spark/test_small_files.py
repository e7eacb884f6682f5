"""A table to which every batch adds a file, and of which every release reads all, keeps few."""

import pytest
from medallion_engine.contracts import table
from medallion_engine.delta.reconcile import append

TARGET = table("gold.gym_sessions")
MOST_FILES = "spark.databricks.delta.autoCompact.minNumFiles"


@pytest.fixture
def few(spark) -> int:
    """How many small files a table may have before they are put together: fewer than fifty, so that a test is short."""
    spark.conf.set(MOST_FILES, 4)
    yield 4
    spark.conf.unset(MOST_FILES)


def test_small_files_of_gold_are_put_together_and_no_row_is_lost(spark, lake, few):
    for number in range(2 * few):
        row = spark.range(1).selectExpr(
            *[f"CAST({number} AS {each.type}) AS {each.name}" for each in TARGET.columns if each.type == "double"],
            *[f"'{number}' AS {each.name}" for each in TARGET.columns if each.type == "string"],
            "DATE '2026-01-01' AS date",
            "TIMESTAMP '2026-01-01 00:00:00' AS login",
        )
        append(row, TARGET)

    assert spark.sql(f"DESCRIBE DETAIL {TARGET.physical}").first()["numFiles"] < few + 1
    assert spark.table(TARGET.physical).select("user_id").distinct().count() == 2 * few
