"""Which keys a change feed touched."""

import json
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from .inline import from_json

# Beyond this many, keys stay in Spark as a query over the feed and are joined instead of listed.
MOST_LISTED_KEYS = 20_000
_MOST_IN_FILTER = 500

_GROUP = ["kind", "k1", "k2", "k3", "hour"]


@dataclass(frozen=True)
class Key:
    """A touched key. `first` and `last` bound the touched times, in microseconds since 1970, where a kind has times."""

    parts: tuple[str, ...]
    first: int | None
    last: int | None


class Affected:
    """The touched keys of one micro-batch, by kind.

    `feed_rows` is how many changes there were, if the keys are few enough to list.
    `feed` has kind, k1, k2, k3 (text), at (timestamp) and inserted (whether the row was a plain insert).
    """

    def __init__(self, feed: DataFrame, spark: SparkSession) -> None:
        self._spark = spark
        self._keys = (
            feed.groupBy("kind", "k1", "k2", "k3", F.date_trunc("hour", "at").alias("hour"))
            .agg(
                F.min(F.unix_micros("at")).alias("first"),
                F.max(F.unix_micros("at")).alias("last"),
                F.bool_and("inserted").alias("inserted"),
                F.count(F.lit(1)).alias("rows"),
            )
            .withColumn("hour", F.unix_micros("hour"))
        )
        rows = self._keys.limit(MOST_LISTED_KEYS + 1).collect()
        self.is_listed = len(rows) <= MOST_LISTED_KEYS
        self._rows = rows if self.is_listed else []
        self.feed_rows = sum(row.rows for row in self._rows) if self.is_listed else None
        if self.is_listed:
            self.counts: dict[str, int] = {}
            self._changed: set[str] = set()
            for row in rows:
                self.counts[row.kind] = self.counts.get(row.kind, 0) + 1
                if not row.inserted:
                    self._changed.add(row.kind)
        else:
            kinds = self._keys.groupBy("kind").agg(F.count(F.lit(1)).alias("n"), F.bool_and("inserted").alias("only"))
            found = kinds.collect()
            self.counts = {row.kind: row.n for row in found}
            self._changed = {row.kind for row in found if not row.only}

    def has(self, *kinds: str) -> bool:
        return any(kind in self.counts for kind in kinds)

    def inserts_only(self, kind: str) -> bool:
        """Whether no row of the kind was removed or rewritten."""
        return kind not in self._changed

    def listed(self, kind: str) -> list[Key] | None:
        """The keys of a kind, or nothing if they are too many to list."""
        if not self.is_listed:
            return None
        return [
            Key(tuple(part for part in (row.k1, row.k2, row.k3) if part is not None), row.first, row.last)
            for row in self._rows
            if row.kind == kind
        ]

    def named(self, most: int) -> dict[str, list[list[str]]]:
        """The first so many distinct keys of each kind, in order, if they are few enough to list."""
        distinct: dict[str, set[tuple[str, ...]]] = {}
        for row in self._rows:
            parts = tuple(part for part in (row.k1, row.k2, row.k3) if part is not None)
            distinct.setdefault(row.kind, set()).add(parts)
        return {kind: [list(key) for key in sorted(keys)[:most]] for kind, keys in distinct.items()}

    def keys(self, kind: str, names: list[str]) -> DataFrame:
        """The distinct keys of a kind, or the first parts of them, as text columns of these names."""
        chosen = [F.col(f"k{index + 1}").alias(name) for index, name in enumerate(names)]
        listed = self.listed(kind)
        if listed is None:
            return self._keys.where(F.col("kind") == kind).select(*chosen).distinct()
        distinct = sorted({key.parts[: len(names)] for key in listed})
        return local_keys(self._spark, distinct, names)

    def windows(self, kind: str, name: str) -> DataFrame:
        """The keys of a kind with one part, each hour apart: (name, hour, first, last), times in microseconds."""
        columns = [F.col("k1").alias(name), "hour", "first", "last"]
        if not self.is_listed:
            return self._keys.where(F.col("kind") == kind).select(*columns)
        rows = [
            json.dumps({name: row.k1, "hour": row.hour, "first": row.first, "last": row.last})
            for row in self._rows
            if row.kind == kind
        ]
        schema = StructType.fromDDL(f"{name} string, hour bigint, first bigint, last bigint")
        return F.broadcast(from_json(self._spark, rows, schema))


def local_keys(spark: SparkSession, keys: list[tuple[str, ...]], names: list[str]) -> DataFrame:
    """Listed keys as a small table that joins by broadcast."""
    schema = StructType.fromDDL(", ".join(f"{name} string" for name in names))
    rows = [json.dumps(dict(zip(names, key, strict=True))) for key in keys]
    return F.broadcast(from_json(spark, rows, schema))


def restricted(rows: DataFrame, affected: Affected, kind: str, names: list[str]) -> DataFrame:
    """Only rows with a touched key. Few values of the first part are listed too, so that files can be skipped."""
    listed = affected.listed(kind)
    if listed is not None:
        values = sorted({key.parts[0] for key in listed})
        if len(values) <= _MOST_IN_FILTER:
            text = F.col(names[0]).cast("string") if dict(rows.dtypes)[names[0]] != "string" else F.col(names[0])
            rows = rows.where(text.isin(values))
            if len(names) == 1:
                return rows
    keys = affected.keys(kind, names)
    on = [rows[name].cast("string") == keys[name] for name in names]
    return rows.join(keys, on, "left_semi")
