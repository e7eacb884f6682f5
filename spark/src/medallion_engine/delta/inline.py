"""Small results that travel through the driver as JSON, which keeps types exact and needs no worker."""

from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

# Dates and times as text lose nothing at this precision.
_TIMES = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"}


def as_json(row: str | Column) -> Column:
    """A struct column as JSON text."""
    return F.to_json(F.col(row) if isinstance(row, str) else row, _TIMES)


def from_json(spark: SparkSession, texts: list[str], schema: StructType | str) -> DataFrame:
    """The rows behind JSON texts. A schema is `struct<…>` where it is a text."""
    row = schema if isinstance(schema, str) else schema.simpleString()
    rows = F.from_json(F.lit(f"[{','.join(texts)}]"), f"array<{row}>", _TIMES)
    return spark.range(0, 1, numPartitions=1).select(F.inline(rows))


def labelled(spark: SparkSession, texts: dict[str, list[str]], schema: StructType, label: str) -> DataFrame:
    """The rows behind JSON texts by label, which is a column of its own. There is at least one text."""
    parts = [from_json(spark, rows, schema).withColumn(label, F.lit(name)) for name, rows in texts.items() if rows]
    return reduce(DataFrame.unionByName, parts)
