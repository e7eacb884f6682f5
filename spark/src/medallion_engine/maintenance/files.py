"""Rewrites what only hides removed rows, and removes files that no version within the retention needs."""

from collections.abc import Callable
from functools import partial

from pyspark.sql import SparkSession

from .. import platform
from ..computed import log
from ..computed.layer import BELOW
from ..computed.sources import tables_below
from ..contracts import Table, tables_of
from ..delta.history import versions

_AT_ONCE = 4


def unread(spark: SparkSession) -> set[str]:
    """Tables with changes that some table above has still to read: their files must stay."""
    rounds = log.recent(spark, [*BELOW, *BELOW.values()], 1)
    waiting = set()
    for layer, below in BELOW.items():
        versions = rounds[below][0].versions if rounds[below] else {}
        for each in tables_of(layer):
            known = rounds[layer][0].of(each.name) if rounds[layer] else None
            read = known.read if known else {}
            waiting |= {name for name in tables_below(each) if versions.get(name, 0) > read.get(name, 0)}
    return waiting


def _clean(spark: SparkSession, each: Table) -> None:
    # A write only notes the clustering, and each one leaves small files; rows are put together here.
    spark.sql(f"OPTIMIZE {each.physical}")
    for name in [each.physical, each.changes] if each.changes else [each.physical]:
        if each.layer == "bronze" or each.erasure:
            # A deleted row is only marked; its text stays in the file until the file is written anew.
            spark.sql(f"REORG TABLE {name} APPLY (PURGE)")
        # Hours are left out: only the table's property decides how old a version may be and still be read.
        spark.sql(f"VACUUM {name}")


def failure_of(step: Callable[[], None]) -> str | None:
    """A table that cannot be cleaned must not keep deleted people in the others: the failure is handed back."""
    try:
        step()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def clean(spark: SparkSession, tables: list[Table]) -> dict[str, str]:
    """Cleans the tables, and returns by name why some could not be. Each keeps old files as its contract says."""
    failures: dict[str, str] = {}
    for first in range(0, len(tables), _AT_ONCE):
        group = tables[first : first + _AT_ONCE]
        ends = platform.side_by_side(spark, [partial(failure_of, partial(_clean, spark, each)) for each in group])
        failures |= {each.name: end for each, end in zip(group, ends, strict=True) if end is not None}
    return failures


def written(spark: SparkSession, engine: str) -> list[Table]:
    """Every table of the layers that has ever been written."""
    tables = [each for layer in ("bronze", "silver", "gold") for each in tables_of(layer)]
    known = versions(spark, tables, engine)
    return [each for each in tables if known[each.name] > 0]
