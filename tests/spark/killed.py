"""A worker that is killed: killed.py HOME MODE SEED BATCHES works through batches, and says how they ended.

It goes on from what lies in HOME. A batch is done when gold is made of it. After the last one it prints how the tables
differ from the second opinion.
"""

import json
import sys
import time
from pathlib import Path

from answers.answer import answer_of
from answers.stored import differences, stored
from lake import Lake, statements
from load import batches_of
from medallion_engine.computed import log
from medallion_engine.contracts import table, tables_of
from medallion_engine.jobs import bronze, gold, silver
from pyspark.sql import SparkSession
from session import open_local_session
from streaming import Streams

LAYERS = ("bronze", "silver", "gold", "ops")


def open_tables(spark: SparkSession, warehouse: Path) -> None:
    """Tables of an earlier life are where they were; only the catalog has forgotten them."""
    for each in [each for layer in LAYERS for each in tables_of(layer)]:
        schema, name = each.physical.split(".")
        spark.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        place = warehouse / f"{schema}.db" / name
        if (place / "_delta_log").exists():
            spark.sql(f"CREATE TABLE {each.physical} USING DELTA LOCATION '{place}'")
    for statement in statements():
        spark.sql(statement)


def work(spark: SparkSession, lake: Lake, mode: str, batches: int) -> None:
    """Waits for each batch in its turn: the test lands it when the one before it is done."""
    streams = Streams(lake, f"life-{time.time_ns()}") if mode == "continuous" else None
    for number in range(1, batches + 1):
        batch, done = f"batch-{number:03}", lake.home / f"done-{number:03}"
        if done.exists():
            continue
        while not (lake.home / f"landed-{number:03}").exists():
            time.sleep(0.02)
        if streams:
            streams.until_covered(batch)
        else:
            for job in (bronze, silver, gold):
                job.main(lake.arguments(batch))
        done.touch()
    if streams:
        streams.drain()


def compare(spark: SparkSession, seed: int, batches: int) -> list[str]:
    """What is not as it has to be: rows of silver and gold, lines of bronze, batches in the change log."""
    files = [file for batch in batches_of(seed, batches) for file in batch]
    newest = dict(files)
    found = [f"{name}: {told}" for name, told in differences(stored(spark), answer_of(list(newest.items()))).items()]
    lines = 0
    for each in tables_of("bronze"):
        lines += spark.table(each.physical).where("_record IS NULL OR NOT startswith(_record, '_')").count()
    expected = sum(len([line for line in content.splitlines() if line.strip()]) for _, content in newest.items())
    headers = sum(1 for path in newest if path.endswith(".csv"))
    if lines != expected - headers:
        found.append(f"bronze has {lines} lines instead of {expected - headers}")
    loaded = {row.batch for row in spark.sql("SELECT explode(batches) AS batch FROM ops.changes").collect()}
    if len(loaded) != batches:
        found.append(f"the change log names {len(loaded)} batches of {batches}")
    if log.latest(spark, "gold").versions[table("gold.gym_summary").name] < 1:
        found.append("gold was never written")
    return found


def main() -> None:
    home, mode, seed, batches = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with open_local_session(home / "spark") as spark:
        open_tables(spark, home / "spark/warehouse")
        (home / "ready").touch()
        work(spark, Lake(home), mode, batches)
        print(json.dumps(compare(spark, seed, batches)))


if __name__ == "__main__":
    main()
