"""Small results that travel through the driver as JSON, which keeps types exact and needs no worker."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

# Dates and times as text lose nothing at this precision.
_TIMES = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"}


def as_json(row: str):
    """A struct column as JSON text."""
    return F.to_json(F.col(row), _TIMES)


def from_json(spark: SparkSession, texts: list[str], schema: StructType) -> DataFrame:
    """The rows behind JSON texts."""
    rows = F.from_json(F.lit(f"[{','.join(texts)}]"), f"array<{schema.simpleString()}>", _TIMES)
    return spark.range(1).select(F.inline(rows))
