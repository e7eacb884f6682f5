"""Random rows for the tables that others are computed from, by nothing but their contracts.

There are few values of each type, so that rows of different tables meet, and all times lie within hours.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from random import Random

from medallion_engine.contracts import Landing, Record, Table, table
from medallion_engine.delta.inline import from_json
from medallion_engine.delta.stored import Stored
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

START = datetime(2026, 3, 1, 22, tzinfo=UTC)
LANDED = START + timedelta(days=1)
_NO_VALUE = 0.05
_BROKEN = 0.05
_GONE = 0.08


def random_value(random: Random, type_: str, texts: list[str]) -> object:
    """A value as JSON. `texts` are those that mean something to the column, if its rules name some."""
    if type_ == "string":
        return random.choice(texts or list("123456"))
    if type_ == "timestamp":
        return (START + timedelta(minutes=10 * random.randrange(24))).isoformat(timespec="microseconds")
    if type_ == "date":
        return str(date(2026, 3, 1) + timedelta(days=random.randrange(3)))
    if type_ == "boolean":
        return random.random() < 0.5
    if type_ in ("int", "bigint"):
        return random.randrange(1, 4)
    if type_ == "double" or type_.startswith("decimal"):
        return 60 + random.randrange(8) / 4
    raise ValueError(f"No random value is known for type '{type_}'. Add one.")


def _how_many(random: Random, *, is_first: bool) -> int:
    """Many rows to begin with, then so few that a change does not reach every unit: nobody would see one left out."""
    return random.randrange(12, 18) if is_first else random.randrange(1, 3)


class LandedRows:
    """The lines of a dataset, written as the job of bronze writes them."""

    def __init__(self, spark: SparkSession, random: Random, landing: Landing) -> None:
        self.spark, self.random, self.landing = spark, random, landing
        self.name = landing.table
        self.paths: list[str] = []

    def change(self) -> None:
        """Adds a file, replaces one, removes one, or takes back that its lines were accepted."""
        action = self.random.choice(["append", "append", "replace", "delete", "update"]) if self.paths else "append"
        if action == "append":
            self.paths.append(f"{self.landing.dataset}/{len(self.paths)}")
        path = self.paths[-1] if action == "append" else self.random.choice(self.paths)
        of_file = f"_path = '{path}'"
        if action == "delete":
            self.spark.sql(f"DELETE FROM {self.name} WHERE {of_file}")
        elif action == "update":
            self.spark.sql(f"UPDATE {self.name} SET _violation_count = 1 WHERE {of_file}")
        elif action == "append":
            self._lines(path).write.format("delta").mode("append").saveAsTable(self.name)
        else:
            writer = self._lines(path).write.format("delta").mode("overwrite")
            writer.option("replaceWhere", of_file).saveAsTable(self.name)

    def _lines(self, path: str) -> DataFrame:
        """Some lines of each record type."""
        return reduce(DataFrame.unionByName, [self._lines_of(each, path) for each in self.landing.records])

    def _lines_of(self, of: Record, path: str) -> DataFrame:
        values = [self._line(of) for _ in range(_how_many(self.random, is_first=len(self.paths) == 1))]
        fields = ",".join(f"{column.name}:{column.type}" for column in of.columns)
        rows = from_json(
            self.spark, [json.dumps(each) for each in values], f"struct<{fields},_line:string,_bad:boolean>"
        )
        own = [column.name for column in of.columns]
        text = F.struct(*[F.col(name).cast("string").alias(name) for name in own])
        judged = rows.withColumn("_text", text).withColumn("_broken", F.col("_bad"))
        judged = judged.withColumn("_landed_at", F.lit(LANDED.isoformat()).cast("timestamp"))
        known = {
            "_path": F.lit(path),
            "_file": F.lit(path),
            "_batch": F.lit("batch"),
            "_line_number": F.lit(1).cast("bigint"),
            "_line": F.col("_line"),
            "_record": F.lit(of.name),
            "_violations": F.expr("CAST(array() AS ARRAY<STRING>)"),
            "_violation_count": F.expr(_violations(of)),
            of.name: F.struct(*own),
        }
        columns = table(self.name).columns
        return judged.select(*[known.get(each.name, F.lit(None).cast(each.type)).alias(each.name) for each in columns])

    def _line(self, of: Record) -> dict:
        values = {
            each.name: random_value(self.random, each.type, _texts(of, each.name))
            for each in of.columns
            if self.random.random() >= _NO_VALUE
        }
        return values | {"_line": str(self.random.random()), "_bad": self.random.random() < _BROKEN}


def _rules(of: Record) -> list[str]:
    """The predicates of a record type, without patterns: no value could be made up for them."""
    return [each.predicate for each in of.row_rules if "RLIKE" not in each.predicate]


def _violations(of: Record) -> str:
    return " + ".join(["0", *[f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in _rules(of)]])


def _texts(of: Record, column: str) -> list[str]:
    named = [each for each in _rules(of) if re.search(rf"\b{column} (NOT )?IN\b", each)]
    return [text for each in named for text in re.findall(r"'([^']*)'", each)]


class TableRows:
    """The rows of a table with a key, changed as its job would change them."""

    def __init__(self, spark: SparkSession, random: Random, of: Table) -> None:
        self.spark, self.random, self.table, self.name = spark, random, of, of.name
        self.schema = spark.table(of.physical).select(*of.names).schema
        self.rows: dict[tuple, dict] = {}

    def change(self) -> None:
        """Puts some rows there, or others in their place, and removes some."""
        count = _how_many(self.random, is_first=not self.rows)
        for key in list(self.rows):
            if self.random.random() < _GONE:
                del self.rows[key]
        for _ in range(count):
            row = self._row()
            self.rows[tuple(row[name] for name in self.table.keys)] = row
        wanted = from_json(self.spark, [json.dumps(each) for each in self.rows.values()], self.schema)
        target = Stored(self.spark, self.table)
        target.reconcile(wanted, target.rows())

    def _row(self) -> dict:
        return {
            field.name: random_value(self.random, field.dataType.simpleString(), [])
            for field in self.schema
            if not (field.nullable and self.random.random() < _NO_VALUE)
        }
