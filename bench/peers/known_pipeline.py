"""How the domain's known pipelines do it, on the same Spark and Delta: the peer.

A stream per table with a MERGE per micro-batch, 30 seconds of watermark, stateful joins, insert-only merges, one file
per micro-batch into bronze. Tuned: as many shuffle and snapshot partitions as there are cores. Late rows, corrections
and sessions behind the watermark are lost, as they are there.

Usage: known_pipeline.py FOLDER --times N. Prints JSON: seconds of each time, and how many rows gold then has.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench/harness/spark"), str(ROOT / "bench/peers")]

from known_layers import WAVES  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402
from session import open_local_session  # noqa: E402

_MULTIPLEX = "key string, value string, topic string, partition bigint, offset bigint, timestamp bigint"
_DAYS = "date date, week int, year int, month int, dayofweek int, dayofmonth int, dayofyear int, week_part string"
_REGISTERED = "user_id long, device_id long, mac_address string, registration_timestamp double"
_LOGINS = "mac_address string, gym bigint, login double, logout double"


class Pipeline:
    """One run over a folder, into a database and checkpoints of its own."""

    def __init__(self, spark: SparkSession, folder: Path, name: str, home: Path):
        self.spark, self.folder, self.name, self.checkpoints = spark, folder, name, home / name
        spark.sql(f"CREATE DATABASE {name}")
        spark.sql(f"USE {name}")
        days = spark.read.schema(_DAYS).json(str(folder / "date_lookup")) if (folder / "date_lookup").exists() else None
        (spark.createDataFrame([], _DAYS) if days is None else days).write.format("delta").saveAsTable("date_lookup")

    def load_bronze(self) -> None:
        def read(dataset: str, schema: str, format_: str) -> DataFrame:
            reader = self.spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).option("header", True)
            rows = reader.format(format_).load(str(self.folder / dataset))
            return rows.withColumn("load_time", F.current_timestamp()).withColumn(
                "source_file", F.col("_metadata.file_path")
            )

        day = F.to_date(F.timestamp_seconds(F.col("timestamp") / 1000))
        days = self.spark.table("date_lookup").select("date", "week_part")
        multiplex = read("kafka_multiplex", _MULTIPLEX, "json").withColumn("date", day)
        sources = {
            "registered_users_bz": read("registered_users", _REGISTERED, "csv"),
            "gym_logins_bz": read("gym_logins", _LOGINS, "csv"),
            "kafka_multiplex_bz": multiplex.join(F.broadcast(days), "date", "left"),
        }
        queries = []
        for table, rows in sources.items():
            writer = rows.writeStream.format("delta").outputMode("append").trigger(availableNow=True)
            if table == "kafka_multiplex_bz":
                writer = writer.partitionBy("topic", "week_part")
            queries.append(writer.option("checkpointLocation", str(self.checkpoints / table)).toTable(table))
        for query in queries:
            query.awaitTermination()

    def start_merge(self, rows: DataFrame, table: str, statement: str, prepare: Callable | None = None):
        """Starts a stream that merges each micro-batch, as the view `s`, into the table `t`."""

        def micro_batch(batch: DataFrame, _: int) -> None:
            (prepare(batch) if prepare else batch).createOrReplaceTempView("s")
            batch.sparkSession.sql(f"MERGE INTO {self.name}.{table} AS t USING s ON {statement}")

        writer = rows.writeStream.foreachBatch(micro_batch).outputMode("append").trigger(availableNow=True)
        return writer.option("checkpointLocation", str(self.checkpoints / table)).start()

    def run(self) -> None:
        self.load_bronze()
        for layers in WAVES:
            for layer in layers:
                self.spark.sql(f"CREATE TABLE {layer.table} ({layer.columns}) USING delta")
            queries = [
                self.start_merge(layer.rows(self.spark), layer.table, layer.merge, layer.prepare) for layer in layers
            ]
            for query in queries:
                query.awaitTermination()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=1)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="known-"))
    with open_local_session(home) as spark:
        # These pipelines were written for Spark without ANSI mode: a value that cannot be cast becomes null.
        spark.conf.set("spark.sql.ansi.enabled", "false")
        seconds = [run_once(spark, arguments.folder, f"known_{time}", home) for time in range(arguments.times)]
        gold = {"workout_bpm_summary": [spark.table("workout_bpm_summary").count()]}
    print(json.dumps({"seconds": seconds, "gold": gold}))


def run_once(spark: SparkSession, folder: Path, name: str, home: Path) -> float:
    pipeline = Pipeline(spark, folder, name, home)
    began = perf_counter()
    pipeline.run()
    return perf_counter() - began


main()
