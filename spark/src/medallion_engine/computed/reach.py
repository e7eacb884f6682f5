"""From changed rows to the units that they reach, and back from units to the rows that they are made of."""

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..contracts import Computed, Source
from .keys import Keys, Touched, keys_of
from .sources import Sources


@dataclass(frozen=True)
class Reach:
    """How the sources of one table reach its units."""

    computed: Computed
    sources: Sources

    def source(self, name: str) -> Source:
        return next(each for each in self.computed.sources if each.name == name)

    def touched(self, read: dict[str, int]) -> Touched:
        """The units that follow from what has changed since `read`."""
        reached: dict[tuple[str, ...], list[DataFrame]] = {}
        for each in self.computed.sources:
            if self.sources.has_moved(each.name, read):
                units = self._reached(each, self.sources.changes(each.name, read))
                reached.setdefault(tuple(units.columns), []).append(units)
        found = [keys_of(reduce(DataFrame.union, units)) for units in reached.values()]
        return Touched(tuple(keys for keys in found if not keys.is_empty))

    def _reached(self, each: Source, changes: DataFrame) -> DataFrame:
        """The columns of units that changed rows belong to, in the order of `per`."""
        if each.via is None:
            return changes.select(*self._units(each))
        if each.within is None:
            met = changes.select(F.col(each.on).alias("_on")).distinct()
            return self._met(each).join(met, "_on").select(*self._names(self.source(each.via)))
        return self._reached_in_time(each, changes)

    def _reached_in_time(self, each: Source, changes: DataFrame) -> DataFrame:
        """By the hours in which rows have changed, so that each row need not be compared with each window."""
        time, window = F.col(each.within.column), self.source(each.within.source)
        hours = changes.groupBy(F.col(each.on).alias("_on"), F.date_trunc("hour", time).alias("_hour")).agg(
            F.min(time).alias("_first"), F.max(time).alias("_last")
        )
        keys = keys_of(hours.select("_on", "_first", "_last"))
        bounded = self.sources.rows(window.name).select(
            *self._units(window), F.col(each.within.after).alias("_after"), F.col(each.within.until).alias("_until")
        )
        if not keys.is_empty:
            first, last = keys.bounds["_first"][0], keys.bounds["_last"][1]
            early, late = (F.lit(end).cast("timestamp") for end in (first, last))
            bounded = bounded.where((F.col("_after") < late) & (F.col("_until") >= early))
        shared = [name for name in self._names(self.source(each.via)) if name in self._names(window)]
        hours = keys.rows if keys.count is None else F.broadcast(keys.rows)
        worn = bounded.join(self._met(each), shared)
        overlaps = (worn["_after"] < hours["_last"]) & (worn["_until"] >= hours["_first"])
        met = worn.join(hours, (worn["_on"] == hours["_on"]) & overlaps, "left_semi")
        return met.select(*self._names(window))

    def _met(self, each: Source) -> DataFrame:
        """By the value in which they meet, the units of the source in between."""
        via = self.source(each.via)
        return self.sources.rows(via.name).select(F.col(each.on).alias("_on"), *self._units(via)).distinct()

    def _names(self, each: Source) -> list[str]:
        return [name for name in self.computed.per if name in each.columns]

    def _units(self, each: Source) -> list:
        return [F.col(each.columns[name]).alias(name) for name in self._names(each)]

    def rows(self, touched: Touched) -> dict[str, DataFrame]:
        """The rows of each source that touched units are made of, and perhaps some more."""
        direct = {
            each.name: touched.among(self.sources.rows(each.name), each.columns)
            for each in self.computed.sources
            if each.via is None
        }
        return {
            each.name: direct[each.name] if each.via is None else self._behind(each, direct)
            for each in self.computed.sources
        }

    def _behind(self, each: Source, direct: dict[str, DataFrame]) -> DataFrame:
        """The rows of a source that meet rows of touched units."""
        rows = self.sources.rows(each.name)
        met = direct[each.via].select(F.col(each.on).alias("_on"), *self._units(self.source(each.via)))
        if each.within is None:
            return rows.join(met.select("_on").distinct(), rows[each.on] == F.col("_on"), "left_semi")
        window = self.source(each.within.source)
        bounded = direct[window.name].select(
            *self._units(window), F.col(each.within.after).alias("_after"), F.col(each.within.until).alias("_until")
        )
        shared = [name for name in self._names(self.source(each.via)) if name in self._names(window)]
        spans = bounded.dropna().join(met.distinct(), shared).groupBy("_on")
        return _within(rows, each, keys_of(spans.agg(F.min("_after").alias("_after"), F.max("_until").alias("_until"))))


def _within(rows: DataFrame, each: Source, spans: Keys) -> DataFrame:
    """By a condition that statistics of files can answer, and a join only where many values meet."""
    if spans.is_empty:
        return rows.where("false")
    after, until = (F.lit(end).cast("timestamp") for end in (spans.bounds["_after"][0], spans.bounds["_until"][1]))
    time = F.col(each.within.column)
    rows = rows.where((time > after) & (time <= until))
    if "_on" in spans.values:
        return rows.where(spans.near(rows, {"_on": each.on}))
    met = spans.joined({"_on": each.on}, "_key_")
    return rows.join(met, rows[each.on] == met[f"_key_{each.on}"], "left_semi")
