"""Small results that travel through the driver as JSON, which keeps types exact and needs no worker."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

# Dates and times as text lose nothing at this precision.
_TIMES = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"}
_MOST_AT_HAND = 20_000


def as_json(row: str):
    """A struct column as JSON text."""
    return F.to_json(F.col(row), _TIMES)


def from_json(spark: SparkSession, texts: list[str], schema: StructType | str) -> DataFrame:
    """The rows behind JSON texts. A schema is `struct<…>` where it is a text."""
    row = schema if isinstance(schema, str) else schema.simpleString()
    rows = F.from_json(F.lit(f"[{','.join(texts)}]"), f"array<{row}>", _TIMES)
    return spark.range(0, 1, numPartitions=1).select(F.inline(rows))


def at_hand(rows: DataFrame) -> DataFrame:
    """The same rows out of the driver if they are few, so that what is made of them does not compute them anew."""
    texts = rows.select(F.struct("*").alias("row")).select(as_json("row").alias("row")).limit(_MOST_AT_HAND + 1)
    listed = [each.row for each in texts.collect()]
    return rows if len(listed) > _MOST_AT_HAND else from_json(rows.sparkSession, listed, rows.schema)
