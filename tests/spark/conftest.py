"""One Spark session for all tests, and lakes with empty tables."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "spark/src"), str(ROOT / "bench/harness/spark"), str(ROOT / "tests/spark")]

from lake import Lake, create_empty_lake, land_set_1, set_1_readings
from session import open_local_session


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    with open_local_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


@pytest.fixture(scope="module")
def lake(spark, tmp_path_factory) -> Lake:
    return create_empty_lake(spark, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def set_1(lake) -> tuple[Lake, str]:
    """A lake with set 1 in gold, and the batch that brought it."""
    return lake, lake.run(*land_set_1(lake, set_1_readings()))
