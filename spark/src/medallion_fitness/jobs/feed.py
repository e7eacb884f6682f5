"""One stream per layer over the change feeds of all tables below."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from time import perf_counter

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import table, tables_of
from ..delta.affected import Affected
from ..delta.history import versions
from ..delta.reconcile import Moved
from .arguments import Arguments

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


def _feed(spark: SparkSession, change: Change, given: Arguments) -> DataFrame:
    """All changes of a table, one by one from its first version on.

    Later generations begin with the rows that are there instead: maintenance removes files that only old versions need.
    """
    changes = spark.readStream.option("readChangeFeed", "true")
    if given.is_first_generation:
        changes = changes.option("startingVersion", 0)
    rows = changes.table(table(change.table).physical)
    return _keys(rows, change, F.col("_change_type") == "insert")


Promote = Callable[[SparkSession, DataFrame, Affected, tuple[str, int]], dict[str, Moved]]


@dataclass
class LayerRun:
    """A run of one layer, and the report it keeps up to date."""

    layer: str
    given: Arguments
    promote: Promote
    own: list[Change]
    """The keys of the layer's own rows: a later generation is not told of what vanished below before it began."""

    def micro_batch(self, feed: DataFrame, number: int) -> None:
        spark = feed.sparkSession
        started = perf_counter()
        if number == 0 and not self.given.is_first_generation:
            feed = reduce(DataFrame.union, [feed, *self._present(spark)])
        affected = Affected(feed, spark)
        looked = perf_counter()
        if affected.feed_rows is not None and affected.feed_rows < _COMPILE_FROM_ROWS:
            platform.interpret(spark)
        else:
            platform.compiled(spark)
        transaction = (f"{self.layer}/{self.given.generation}", number)
        moved = self.promote(spark, feed, affected, transaction) if affected.counts else {}
        seconds = {"looking": looked - started, "writing": perf_counter() - looked}
        self.report(spark, affected, moved, seconds)

    def _present(self, spark: SparkSession) -> list[DataFrame]:
        return [_keys(spark.table(table(own.table).physical), own, F.lit(False)) for own in self.own]

    def report(
        self, spark: SparkSession, affected: Affected | None, moved: dict[str, Moved], seconds: dict[str, float]
    ) -> None:
        """Adds to what earlier micro-batches or attempts reported: a change is not undone by a crash after it."""
        file = self.given.report(self.given.batch, self.layer)
        earlier = platform.read_json(file) or {"tables": [], "keys": {}, "seconds": {}}
        before = {each["table"]: each for each in earlier["tables"]}
        tables = []
        for name, version in versions(spark, tables_of(self.layer)).items():
            known = before.get(name, {"inserted": 0, "updated": 0, "deleted": 0})
            sum_ = Moved(known["inserted"], known["updated"], known["deleted"]) + moved.get(name, Moved())
            rows = {"inserted": sum_.inserted, "updated": sum_.updated, "deleted": sum_.deleted}
            tables.append({"table": name, "version": version, "changed": sum_.any, **rows})
        spent = {each: round(earlier["seconds"].get(each, 0) + more, 3) for each, more in seconds.items()}
        counts = affected.counts if affected else {}
        touched = dict(earlier.get("touched", {}))
        for kind, names in (affected.named(_MOST_NAMED_KEYS) if affected else {}).items():
            known_names = touched.get(kind, [])
            touched[kind] = [*known_names, *(each for each in names if each not in known_names)][:_MOST_NAMED_KEYS]
        content = {
            "batch": self.given.batch,
            "layer": self.layer,
            "attempt": self.given.attempt,
            "generation": self.given.generation,
            "tables": tables,
            "keys": {
                kind: earlier["keys"].get(kind, 0) + counts.get(kind, 0) for kind in sorted({*earlier["keys"], *counts})
            },
            "touched": touched,
            "seconds": {**earlier["seconds"], **spent},
        }
        platform.write_json(self.given.control, file, content)

    def run(self, spark: SparkSession, changes: list[Change]) -> None:
        feed = reduce(DataFrame.union, [_feed(spark, change, self.given) for change in changes])
        query = (
            feed.writeStream.queryName(f"{self.layer}-{self.given.batch}-{self.given.attempt}")
            .foreachBatch(self.micro_batch)
            .option("checkpointLocation", self.given.checkpoint(self.layer))
            .trigger(**platform.trigger(self.given.mode))
            .start()
        )
        query.awaitTermination()
        written = platform.read_json(self.given.report(self.given.batch, self.layer))
        if written is None or written["attempt"] != self.given.attempt:
            self.report(spark, None, {}, {})
