"""One Spark session for all tests, and lakes with empty tables."""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[2] / "spark" / "src"), str(Path(__file__).parent)]

from lake import Lake, land_set_1, set_1_readings
from medallion_fitness.contracts import statements, tables_of
from session import local_session


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A short life never earns back the optimising compiler."""
    short_life = {
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m",
    }
    session = local_session(tmp_path_factory.mktemp("spark"), short_life)
    yield session
    session.stop()


def empty_lake(spark, home: Path) -> Lake:
    """A lake in a new folder, over tables that hold nothing."""
    for layer in ("bronze", "silver", "gold", "ops"):
        for table in tables_of(layer):
            spark.sql(f"DROP TABLE IF EXISTS {table.physical}")
    for statement in statements():
        spark.sql(statement)
    return Lake(home)


@pytest.fixture(scope="module")
def lake(spark, tmp_path_factory) -> Lake:
    return empty_lake(spark, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def set_1(lake) -> tuple[Lake, str]:
    """A lake with set 1 in gold, and the batch that brought it."""
    return lake, lake.run(*land_set_1(lake, set_1_readings()))
