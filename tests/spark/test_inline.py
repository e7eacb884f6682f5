"""Rows that come through the driver are the rows that went in."""

from datetime import UTC, date, datetime

from medallion_engine.delta import inline
from pyspark.sql import functions as F

SCHEMA = "name string, at timestamp, day date, rate double, n bigint"
ROWS = [
    ("a 'quoted' \\ \"one\"", datetime(2026, 1, 5, 6, 0, 0, 123456, UTC), date(2026, 1, 5), 0.1 + 0.2, 2**53 + 1),
    (None, None, None, None, None),
    ("ü\n", datetime(1970, 1, 1, tzinfo=UTC), date(1, 1, 1), -0.0, 0),
]


def test_rows_behind_texts_are_the_same_rows(spark):
    rows = spark.createDataFrame(ROWS, SCHEMA)
    texts = [row.text for row in rows.select(inline.as_json(F.struct("*")).alias("text")).collect()]

    again = inline.from_json(spark, texts, rows.schema)

    assert again.collect() == rows.collect()
    assert again.schema == rows.schema


def test_no_texts_are_no_rows(spark):
    assert inline.from_json(spark, [], spark.createDataFrame([], SCHEMA).schema).collect() == []
