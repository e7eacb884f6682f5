"""A Spark session with Delta on this machine, as the tests use it."""

import os
from pathlib import Path

from pyspark.sql import SparkSession

_JARS = Path(os.environ.get("DELTA_JARS", Path(__file__).parents[2] / ".tools" / "jars"))

_CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.buffer.pageSize": "1m",
    "spark.delta.logStore.file.impl": "io.delta.storage.LocalLogStore",
    "spark.sql.streaming.noDataMicroBatches.enabled": "false",
    "spark.sql.legacy.parameterSubstitution.constantsOnly": "true",
}


def local_session(home: Path, extra: dict[str, str] | None = None) -> SparkSession:
    """Starts Spark with its warehouse under `home`."""
    conf = {
        **_CONF,
        "spark.driver.extraClassPath": ":".join(str(jar) for jar in sorted(_JARS.glob("*.jar"))),
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.local.dir": str(home / "scratch"),
        **(extra or {}),
    }
    builder = SparkSession.builder.master("local[2]").appName("medallion-tests")
    for key, value in conf.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
