"""Keys that were touched, and the rows of a table that have one of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..delta.history import quoted
from ..delta.inline import as_json, from_json

# Beyond this many, keys stay in Spark as a query and are joined instead of listed.
MOST_LISTED_KEYS = 20_000
_MOST_IN_FILTER = 500


@dataclass(frozen=True)
class Keys:
    """Distinct values of some columns of a unit, none of them null.

    `rows` has these columns. `values` are those of each column if they are few, `bounds` the least and the greatest.
    """

    columns: tuple[str, ...]
    rows: DataFrame
    values: dict[str, list]
    bounds: dict[str, tuple]
    count: int | None

    @property
    def is_empty(self) -> bool:
        return self.count == 0

    def near(self, rows: DataFrame, columns: dict[str, str], alias: str = "") -> str:
        """A condition that statistics of files can answer. It holds for rows with one of the keys, and others."""
        types = dict(rows.dtypes)
        return " AND ".join(
            self._condition(name, f"{alias}`{column}`", types[column]) for name, column in columns.items()
        )

    def _condition(self, name: str, column: str, type_: str) -> str:
        if name in self.values:
            return f"{column} IN ({', '.join(literal(value, type_) for value in self.values[name])})"
        least, greatest = self.bounds[name]
        return f"{column} BETWEEN {literal(least, type_)} AND {literal(greatest, type_)}"

    def is_exact(self, columns: dict[str, str]) -> bool:
        """Whether only rows with one of the keys are near them."""
        return len(self.columns) == 1 and set(columns) == set(self.columns) <= set(self.values)

    def joined(self, columns: dict[str, str], prefix: str) -> DataFrame:
        """The distinct values of these columns under the names of the other table, with a prefix."""
        rows = self.rows.select(*[F.col(name).alias(f"{prefix}{column}") for name, column in columns.items()])
        if len(columns) < len(self.columns):
            rows = rows.distinct()
        return rows if self.count is None else F.broadcast(rows)


def keys_of(rows: DataFrame) -> Keys:
    """Looks at rows, whose columns are those of the keys. Few keys are listed; many are known by their bounds."""
    columns = tuple(rows.columns)
    distinct = rows.dropna().distinct()
    some = distinct.select(as_json(F.struct(*columns)).alias("key")).limit(MOST_LISTED_KEYS + 1).collect()
    if len(some) > MOST_LISTED_KEYS:
        ends = [F.struct(F.min(name).alias("least"), F.max(name).alias("greatest")).alias(name) for name in columns]
        found = read_values(distinct.agg(*ends).select(as_json(F.struct(*columns)).alias("ends")).first()["ends"])
        bounds = {name: (found[name]["least"], found[name]["greatest"]) for name in columns}
        return Keys(columns, distinct, {}, bounds, None)
    texts = [row["key"] for row in some]
    listed = [read_values(text) for text in texts]
    values = {name: sorted({each[name] for each in listed}) for name in columns}
    return Keys(
        columns,
        from_json(rows.sparkSession, texts, rows.schema),
        {name: few for name, few in values.items() if len(few) <= _MOST_IN_FILTER},
        {name: (all_[0], all_[-1]) for name, all_ in values.items() if all_},
        len(texts),
    )


def read_values(text: str) -> dict:
    """A row out of JSON. Numbers keep all their digits, or a condition on them would leave out rows."""
    return json.loads(text, parse_float=Decimal)


@dataclass(frozen=True)
class Touched:
    """The units to compute anew: those that have one of the keys, of which each may be about some columns only."""

    keys: tuple[Keys, ...]

    @property
    def count(self) -> int | None:
        """How many keys there are, if they were counted."""
        counts = [each.count for each in self.keys]
        return None if None in counts else sum(counts)

    def among(self, rows: DataFrame, columns: dict[str, str]) -> DataFrame:
        """The rows of touched units, or more if `columns`, those of `rows` by unit column, lack some."""
        known = [{name: columns[name] for name in each.columns if name in columns} for each in self.keys]
        if not all(known):
            return rows
        pairs = list(zip(self.keys, known, strict=True))
        near = rows.where(_any(keys.near(rows, shared) for keys, shared in pairs))
        if len(pairs) == 1:
            keys, shared = pairs[0]
            if keys.is_exact(shared):
                return near
            met = keys.joined(shared, "_key_")
            return near.join(met, [near[name] == met[f"_key_{name}"] for name in shared.values()], "left_semi")
        return _marked(near, pairs).select(*rows.columns)

    def near(self, rows: DataFrame, columns: dict[str, str], alias: str) -> str:
        """A condition as of `Keys`, for rows that have all columns of the unit."""
        return _any(keys.near(rows, {name: columns[name] for name in keys.columns}, alias) for keys in self.keys)


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({each})" for each in conditions)


def literal(value: str | int | Decimal | bool, type_: str) -> str:
    """A value out of JSON as SQL."""
    return quoted(value) if type_ == "string" else f"CAST({quoted(str(value))} AS {type_})"


def _marked(rows: DataFrame, pairs: list[tuple[Keys, dict[str, str]]]) -> DataFrame:
    """Rows that one of several sorts of keys marks. Keys are distinct, so that no row is doubled."""
    for at, (keys, shared) in enumerate(pairs):
        met = keys.joined(shared, f"_key{at}_").withColumn(f"_mark{at}", F.lit(True))
        on = [rows[name] == met[f"_key{at}_{name}"] for name in shared.values()]
        rows = rows.join(met, on, "left")
    return rows.where(reduce(or_, [F.coalesce(F.col(f"_mark{at}"), F.lit(False)) for at in range(len(pairs))]))
