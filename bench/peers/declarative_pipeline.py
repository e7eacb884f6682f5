"""Spark Declarative Pipelines, which come with Spark: the peer that a team would pick today.

Streaming tables for what lands, materialized views above them, on a Spark Connect server with Delta. `spark-pipelines`
itself runs them, in a process of its own, as a schedule would.

Usage: declarative_pipeline.py FOLDER --times N. Prints JSON: seconds of each run, into a database of its own, and sums
over the rows of gold.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench/harness/spark"), str(ROOT / "emulators/databricks")]

from pyspark.pipelines import cli  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402
from session import open_local_session  # noqa: E402
from spark.connect import SETTINGS, Connect  # noqa: E402

_FOLDER = Path(__file__).parent / "declarative"
_DEFINITIONS = ["landed.py", "computed.sql"]
_SUMS = {
    "workout_bpm_summary": "count(*), sum(num_recordings), sum(min_bpm), sum(avg_bpm), sum(max_bpm)",
    "gym_sessions": "count(*), sum(minutes_in_gym), sum(minutes_exercising)",
    "gym_summary": "count(*), sum(size(workouts)), sum(minutes_in_gym), sum(minutes_exercising)",
}


def write_spec(home: Path, database: str) -> Path:
    """Definitions have to lie beside the specification, whose format is a superset of JSON."""
    folder = home / database
    folder.mkdir()
    for name in _DEFINITIONS:
        shutil.copy(_FOLDER / name, folder)
    libraries = [{"glob": {"include": name}} for name in _DEFINITIONS]
    content = {"name": database, "storage": f"file://{folder}/storage", "database": database, "libraries": libraries}
    spec = folder / "spark-pipeline.yml"
    spec.write_text(json.dumps(content))
    return spec


def run_once(spark: SparkSession, folder: Path, home: Path, database: str) -> float:
    spark.sql(f"CREATE DATABASE {database}")
    variables = {
        "SPARK_REMOTE": f"sc://127.0.0.1:{Connect(spark).port}",
        "LANDED_FOLDER": str(folder.resolve()),
    }
    words = [sys.executable, cli.__file__, "run", "--spec", str(write_spec(home, database))]
    began = perf_counter()
    subprocess.run(words, env={**os.environ, **variables}, stdout=sys.stderr, check=True)
    return perf_counter() - began


def read_sums(spark: SparkSession, table: str) -> list[float]:
    return [float(value) for value in spark.sql(f"SELECT {_SUMS[table]} FROM {table}").first()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=1)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="declarative-"))
    databases = [f"peer_{time}" for time in range(arguments.times)]
    with open_local_session(home, SETTINGS) as spark:
        seconds = [run_once(spark, arguments.folder, home, database) for database in databases]
        spark.sql(f"USE {databases[-1]}")
        gold = {table: read_sums(spark, table) for table in _SUMS}
    print(json.dumps({"seconds": seconds, "gold": gold}))


main()
