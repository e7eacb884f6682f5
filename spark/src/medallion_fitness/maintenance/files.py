"""Rewrites what only hides removed rows, and removes files that no version within the retention needs."""

from collections.abc import Iterable
from pathlib import Path

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table, table, tables_of
from ..delta.history import versions

_AT_ONCE = 4
_NOT_WORDS = {"user_id", "mac_address"}


def unread(spark: SparkSession, checkpoints: Path, followed: Iterable[str], engine: str) -> set[str]:
    """Tables with changes that the stream above them has still to read: their files must stay."""
    positions = platform.positions(checkpoints)
    waiting = set()
    for name in followed:
        physical = table(name).physical
        version = platform.latest_commit(spark, physical, engine).version
        if version > 0 and positions.get(platform.identity_of(spark, physical, engine), 0) <= version:
            waiting.add(name)
    return waiting


def _clean(spark: SparkSession, each: Table) -> None:
    if each.clustered_by:
        # A write only notes the clustering; rows are put together here.
        spark.sql(f"OPTIMIZE {each.physical}")
    if each.layer == "bronze" or any(column.is_personal and column.name not in _NOT_WORDS for column in each.columns):
        # A deleted row is only marked; its text stays in the file until the file is written anew.
        spark.sql(f"REORG TABLE {each.physical} APPLY (PURGE)")
    # Hours are left out: only the table's property decides how old a version may be and still be read.
    spark.sql(f"VACUUM {each.physical}")


def clean(spark: SparkSession, tables: list[Table]) -> None:
    """Cleans the tables. Each keeps old files for as long as its contract says."""
    for first in range(0, len(tables), _AT_ONCE):
        some = tables[first : first + _AT_ONCE]
        platform.side_by_side(spark, [lambda each=each: _clean(spark, each) for each in some])


def written(spark: SparkSession, engine: str) -> list[Table]:
    """Every table of the layers that has ever been written."""
    tables = [each for layer in ("bronze", "silver", "gold") for each in tables_of(layer)]
    known = versions(spark, tables, engine)
    return [each for each in tables if known[each.name] > 0]
