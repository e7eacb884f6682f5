"""Adds rows to a table that only grows, without reading what they cannot meet."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Table
from ..delta.inline import as_json
from ..delta.reconcile import Moved, append, merge_greatest
from .functions import Function
from .keys import MOST_LISTED_KEYS, Keys, read_values
from .sources import Sources

_MOST_IN_FILTER = 100


@dataclass(frozen=True)
class Grown:
    """How a table grew from how many changed rows."""

    moved: Moved
    rows: int
    is_appended: bool


def can_grow(table: Table, sources: Sources) -> bool:
    """Whether its contract says that new rows alone tell what becomes of it, and it is written in place."""
    return table.changes is None and table.computed.greatest is not None and len(table.computed.sources) == 1


def grow(spark: SparkSession, table: Table, sources: Sources, read: dict[str, int], function: Function) -> Grown | None:
    """Adds what new rows bring; of two rows with the same key the greater stays. Nothing is done if rows have gone.

    Most rows are beyond all that is stored for their keys, and are simply appended. The others are merged into the part
    of the table that they can meet.
    """
    (source,) = table.computed.sources
    changes = sources.changes(source.name, read)
    keys, rows, others = _look(changes, {name: source.columns[name] for name in table.keys})
    if others > 0:
        return None
    if rows == 0:
        return Grown(Moved(), 0, is_appended=False)
    new = function({source.name: changes.drop("_change_type")}).select(*table.names)
    stored, own = spark.table(table.physical), {name: name for name in table.keys}
    if stored.where(keys.near(stored, own)).isEmpty():
        append(new, table)
        return Grown(Moved(), rows, is_appended=True)
    return Grown(merge_greatest(new, table, keys.near(stored, own, "t.")), rows, is_appended=False)


def _look(changes: DataFrame, columns: dict[str, str]) -> tuple[Keys, int, int]:
    """Where the keys of changed rows lie, how many rows there are, and how many of them are no plain insert.

    Of all columns but the last the values are told, if they are few: of a device and a moment it is the device.
    """
    *grouped, last = columns.items()
    ends = [F.min(last[1]).alias("least"), F.max(last[1]).alias("greatest")]
    counts = [F.count(F.lit(1)).alias("rows"), F.count_if(F.col("_change_type") != "insert").alias("others")]
    groups = changes.groupBy(*[F.col(column).alias(name) for name, column in grouped]).agg(*ends, *counts)
    # Without a column to group by there is a group also where nothing has changed.
    found = groups.where("rows > 0").select(as_json(F.struct("*")).alias("group")).limit(MOST_LISTED_KEYS + 1).collect()
    if len(found) > MOST_LISTED_KEYS:
        return _look_at_ends(groups, columns)
    listed = [read_values(row["group"]) for row in found]
    values = {name: sorted({each[name] for each in listed}) for name, _ in grouped}
    bounds = {name: (every[0], every[-1]) for name, every in values.items() if every}
    if listed:
        bounds[last[0]] = min(each["least"] for each in listed), max(each["greatest"] for each in listed)
    few = {name: every for name, every in values.items() if len(every) <= _MOST_IN_FILTER}
    keys = Keys(tuple(columns), changes, few, bounds, len(listed))
    return keys, sum(each["rows"] for each in listed), sum(each["others"] for each in listed)


def _look_at_ends(groups: DataFrame, columns: dict[str, str]) -> tuple[Keys, int, int]:
    *grouped, last = columns
    ends = [F.struct(F.min(name), F.max(name)).alias(name) for name in grouped]
    times = F.struct(F.min("least"), F.max("greatest")).alias(last)
    total = groups.agg(*ends, times, F.sum("rows").alias("rows"), F.sum("others").alias("others"))
    row = read_values(total.select(as_json(F.struct("*")).alias("ends")).first()["ends"])
    bounds = {name: tuple(row[name].values()) for name in columns}
    return Keys(tuple(columns), groups, {}, bounds, None), row["rows"], row["others"]
