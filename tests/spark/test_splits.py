"""Where lines stand does not depend on the parts in which Spark reads a file."""

import pytest
from lake import Lake, create_empty_lake, set_1_readings
from medallion_engine.jobs import bronze
from pyspark.sql import functions as F

SPLITS = "spark.sql.files.maxPartitionBytes"
MEGABYTE = 1024 * 1024
BYTES = 20 * MEGABYTE


@pytest.fixture
def parts(spark):
    before = spark.conf.get(SPLITS)
    yield lambda megabytes: spark.conf.set(SPLITS, megabytes * MEGABYTE)
    spark.conf.set(SPLITS, before)


def load(spark, lake: Lake, content: str) -> tuple:
    """What became of the file: rows, the numbers that they stand at, and a hash of each row with its place."""
    bronze.main(lake.arguments(lake.manifest(lake.land("kafka_multiplex/long.json", content))))
    places = spark.table("bronze.bpm").agg(
        F.count(F.lit(1)),
        F.min("_line_number"),
        F.max("_line_number"),
        F.countDistinct("_line_number"),
        F.sum(F.hash("_line_number", "device_id", "time", "heartrate").cast("bigint")),
    )
    return tuple(places.first())


@pytest.mark.large
def test_a_long_file_has_the_same_rows_and_places_in_parts_of_any_size(spark, tmp_path, parts):
    text = set_1_readings()[:BYTES]
    content = text[: text.rindex("\n") + 1]
    results = {}
    for megabytes in (1, 4, 128):
        parts(megabytes)
        results[megabytes] = load(spark, create_empty_lake(spark, tmp_path / str(megabytes)), content)

    assert results[1][0] == results[1][3] == content.count("\n")
    assert results[4] == results[1]
    assert results[128] == results[1]
