"""Adds rows to a table that only grows, without reading what they cannot meet."""

from pyspark.sql import DataFrame, SparkSession

from .. import platform
from ..contracts import Table
from .affected import Key
from .history import quoted
from .reconcile import Moved, append

_MOST_DEVICES_IN_FILTER = 100


def _instant(micros: int) -> str:
    return f"timestamp_micros({micros}L)"


def _bounds(keys: list[Key], alias: str) -> str:
    """A predicate on device and time that file statistics can answer."""
    first = min(key.first for key in keys)
    last = max(key.last for key in keys)
    span = f"{alias}time BETWEEN {_instant(first)} AND {_instant(last)}"
    devices = sorted({key.parts[0] for key in keys})
    if len(devices) > _MOST_DEVICES_IN_FILTER:
        return span
    return f"{span} AND {alias}device_id IN ({', '.join(map(quoted, devices))})"


def fold(
    spark: SparkSession, rows: DataFrame, table: Table, keys: list[Key] | None, transaction: tuple[str, int]
) -> Moved:
    """Adds readings; of two for the same key the greater stays. `keys` are the touched device-hours, if listed.

    Most readings are newer than all that is stored for their devices, and are simply appended. The others are merged
    into the part of the table that their times cover.
    """
    if keys is not None and spark.table(table.physical).where(_bounds(keys, "")).isEmpty():
        append(rows, table, transaction)
        # One look in a micro-batch needs no shortcut.
        return Moved(inserted=platform.latest_commit(spark, table.physical, platform.DATABRICKS).rows or 0)
    view = f"folded_into_{table.name.replace('.', '_')}"
    rows.createOrReplaceTempView(view)
    bounds = "" if keys is None else f" AND {_bounds(keys, 't.')}"
    metrics = rows.sparkSession.sql(
        f"MERGE INTO {table.physical} AS t USING {view} AS s "
        f"ON t.device_id = s.device_id AND t.time = s.time{bounds} "
        "WHEN MATCHED AND s.heartrate > t.heartrate THEN UPDATE SET t.heartrate = s.heartrate "
        "WHEN NOT MATCHED THEN INSERT (device_id, time, heartrate) VALUES (s.device_id, s.time, s.heartrate)"
    ).first()
    return Moved(metrics["num_inserted_rows"], metrics["num_updated_rows"], 0)
