"""One stream per layer over the change feeds of all tables below."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from time import perf_counter

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import table, tables_of, view
from ..delta.affected import Affected
from ..delta.below import Below
from ..delta.history import versions
from ..delta.reconcile import Moved
from ..delta.records import flat
from .arguments import Arguments
from .following import follow, last_versions, note_progress, progress_of

_COMPILE_FROM_ROWS = 500_000
_MOST_NAMED_KEYS = 20


@dataclass(frozen=True)
class Change:
    """How the changes of a table become keys: up to three key columns as text, and a time and a value if any."""

    kind: str
    table: str
    keys: tuple[str, ...]
    at: str | None = None
    value: str | None = None
    where: str = "true"


def _text(name: str | None) -> Column:
    return F.lit(None).cast("string") if name is None else F.col(name).cast("string")


def _keys(rows: DataFrame, change: Change, inserted: Column) -> DataFrame:
    keys = [*change.keys, None, None, None][:3]
    at = F.lit(None).cast("timestamp") if change.at is None else F.col(change.at)
    value = F.lit(None).cast("double") if change.value is None else F.col(change.value)
    return rows.where(change.where).select(
        F.lit(change.kind).alias("kind"),
        *[_text(name).alias(f"k{index + 1}") for index, name in enumerate(keys)],
        at.alias("at"),
        value.alias("value"),
        inserted.alias("inserted"),
    )


def _feed(spark: SparkSession, change: Change, given: Arguments) -> list[DataFrame]:
    """All changes of what a change is told by, one by one from the first version on, as a stream per table.

    Later generations begin with the rows that are there instead: maintenance removes files that only old versions need.
    """
    changes = spark.readStream.option("readChangeFeed", "true")
    if given.is_first_generation:
        changes = changes.option("startingVersion", 0)
    inserted = F.col("_change_type") == "insert"
    if not change.table.startswith("bronze."):
        return [_keys(changes.table(table(change.table).physical), change, inserted)]
    parts = view(change.table).parts
    return [_keys(flat(changes.table(each.table), each, "_change_type"), change, inserted) for each in parts]


def tables_below(changes: list[Change]) -> list[str]:
    """The names of the tables that hold what changes are told by."""
    bronze = [part.table for each in changes if each.table.startswith("bronze.") for part in view(each.table).parts]
    return sorted({*bronze, *(each.table for each in changes if not each.table.startswith("bronze."))})


Promote = Callable[[Below, DataFrame, Affected, tuple[str, int]], dict[str, Moved]]


@dataclass
class LayerRun:
    """A run of one layer, and the report it keeps up to date."""

    layer: str
    given: Arguments
    promote: Promote
    changes: list[Change]
    own: list[Change]
    """The keys of the layer's own rows: a later generation is not told of what vanished below before it began."""
    identities: dict[str, str] = field(default_factory=dict)
    """The ids of the tables below, which a run asks for once."""

    def micro_batch(self, feed: DataFrame, number: int) -> None:
        spark = feed.sparkSession
        started = perf_counter()
        read = self._read(platform.position_of(Path(self.given.checkpoint(self.layer)), number))
        below = Below(spark)
        if self.given.mode == "continuous":
            below.pin(read)
        if number == 0 and not self.given.is_first_generation:
            feed = reduce(DataFrame.union, [feed, *self._present(spark)])
        affected = Affected(feed, spark)
        looked = perf_counter()
        if affected.feed_rows is not None and affected.feed_rows < _COMPILE_FROM_ROWS:
            platform.interpret(spark, self.given.engine)
        else:
            platform.compiled(spark, self.given.engine)
        transaction = (f"{self.layer}/{self.given.generation}", number)
        moved = self.promote(below, feed, affected, transaction) if affected.counts else {}
        seconds = {"looking": looked - started, "writing": perf_counter() - looked}
        # Only this run writes the tables: whatever it has not written is as the last entry says.
        written = [table(name) for name, rows in moved.items() if rows.any]
        known = last_versions(self.given.records, self.layer) | versions(spark, written, self.given.engine)
        self.report(known, affected, moved, seconds, read)
        note_progress(self.given.records, self.layer, {"number": number, "versions": known, "read": read})

    def _read(self, positions: dict[str, int]) -> dict[str, int]:
        """The version of each table below that has been read to its end. Version 0 is that of an empty table."""
        return {name: max(positions.get(identity, 1) - 1, 0) for name, identity in self.identities.items()}

    def _present(self, spark: SparkSession) -> list[DataFrame]:
        return [_keys(spark.table(table(own.table).physical), own, F.lit(False)) for own in self.own]

    def report(
        self,
        known: dict[str, int],
        affected: Affected | None,
        moved: dict[str, Moved],
        seconds: dict[str, float],
        read: dict[str, int],
    ) -> None:
        """Adds to what earlier micro-batches or attempts reported: a change is not undone by a crash after it."""
        folder = self.given.report(self.given.batch, self.layer)
        earlier = platform.read_json(folder) or {"tables": [], "keys": {}, "seconds": {}}
        before = {each["table"]: each for each in earlier["tables"]}
        tables = []
        for name, version in known.items():
            rows = before.get(name, {"inserted": 0, "updated": 0, "deleted": 0})
            sum_ = Moved(rows["inserted"], rows["updated"], rows["deleted"]) + moved.get(name, Moved())
            counts = {"inserted": sum_.inserted, "updated": sum_.updated, "deleted": sum_.deleted}
            tables.append({"table": name, "version": version, "changed": sum_.any, **counts})
        content = {
            "batch": self.given.batch,
            "layer": self.layer,
            "attempt": self.given.attempt,
            "generation": self.given.generation,
            "tables": tables,
            "read": read,
            **_added(earlier, affected, seconds),
        }
        platform.write_json(folder, content)

    def run(self, spark: SparkSession) -> None:
        """Follows the feeds. What is there already is reported first: nothing may have changed below."""
        names = tables_below(self.changes)
        engine = self.given.engine
        self.identities = {name: platform.identity_of(spark, table(name).physical, engine) for name in names}
        read = self._read(platform.positions(Path(self.given.checkpoint(self.layer)).parent))
        known = versions(spark, tables_of(self.layer), engine)
        self.report(known, None, {}, {}, read)
        note_progress(self.given.records, self.layer, {"versions": known, "read": read})
        feed = reduce(DataFrame.union, [rows for change in self.changes for rows in _feed(spark, change, self.given)])
        told = progress_of(self.given.records, self.changes[0].table.partition(".")[0])
        follow(feed, self.layer, self.given, self.micro_batch, lambda: tuple(platform.names_of(told)))


def _added(earlier: dict, affected: Affected | None, seconds: dict[str, float]) -> dict:
    """What a report says of keys and times, with those of one more micro-batch."""
    counts = affected.counts if affected else {}
    touched = dict(earlier.get("touched", {}))
    for kind, names in (affected.named(_MOST_NAMED_KEYS) if affected else {}).items():
        known = touched.get(kind, [])
        touched[kind] = [*known, *(each for each in names if each not in known)][:_MOST_NAMED_KEYS]
    keys = {kind: earlier["keys"].get(kind, 0) + counts.get(kind, 0) for kind in sorted({*earlier["keys"], *counts})}
    spent = {each: round(earlier["seconds"].get(each, 0) + more, 3) for each, more in seconds.items()}
    return {"keys": keys, "touched": touched, "seconds": {**earlier["seconds"], **spent}}
