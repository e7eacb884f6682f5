"""The root session: settings for small data on few cores, each with the reason where it is not plain."""

import os

SCHEDULER = """<?xml version="1.0"?>
<allocations>
  <pool name="gates"><schedulingMode>FAIR</schedulingMode><weight>8</weight><minShare>1</minShare></pool>
  <pool name="jobs"><schedulingMode>FAIR</schedulingMode><weight>1</weight><minShare>0</minShare></pool>
</allocations>
"""

FILE_MANAGER = "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager"

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.sources.default": "delta",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # Delta's own default of 50 is the biggest single cost on small tables.
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.shuffle.compress": "false",
    "spark.shuffle.spill.compress": "false",
    "spark.broadcast.compress": "false",
    # By default each hash table and each sort begins with a page of 64 MB, however few rows it will hold.
    "spark.buffer.pageSize": "1m",
    # The default keeps a checksum beside each file, and cannot name it if the name of the file has a colon.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    # Without Hadoop's native library, the defaults start two processes ('readlink') whenever they rename a file.
    "spark.delta.logStore.file.impl": "io.delta.storage.LocalLogStore",
    "spark.sql.streaming.checkpointFileManagerClass": FILE_MANAGER,
    # A round of three jobs needs some two hundred. By default the last hundred are kept, so that each round compiles
    # its own once more.
    "spark.sql.codegen.cache.maxEntries": "2000",
    "spark.sql.streaming.noDataMicroBatches.enabled": "false",
    "spark.sql.ui.retainedExecutions": "20",
    "spark.ui.retainedJobs": "50",
    "spark.ui.retainedStages": "50",
    "spark.ui.retainedTasks": "500",
    "spark.scheduler.mode": "FAIR",
    # Delta's parser does not hand the parameter context on: without this every statement with parameters fails.
    "spark.sql.legacy.parameterSubstitution.constantsOnly": "true",
}

# What asks over SQL here asks small tables: compiling a query, or planning it again while it runs, takes longer than
# running it.
STATEMENT_SETTINGS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


def open_session(home, cores, extra):
    from pyspark.sql import SparkSession

    pools = os.path.join(home, "pools.xml")
    with open(pools, "w", encoding="utf-8") as file:
        file.write(SCHEDULER)
    settings = {
        **SETTINGS,
        "spark.scheduler.allocation.file": f"file://{pools}",
        "spark.sql.warehouse.dir": os.path.join(home, "warehouse"),
        "spark.local.dir": os.path.join(home, "scratch"),
        **extra,
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("workspace")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("WARN")
    return session
