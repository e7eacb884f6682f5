"""Versions of tables."""

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table


def versions(spark: SparkSession, tables: list[Table]) -> dict[str, int]:
    """The current version of each table, by its contract's name."""

    def version(table: Table) -> int:
        return spark.sql(f"DESCRIBE HISTORY {table.physical} LIMIT 1").select("version").first()[0]

    found = platform.side_by_side(spark, [lambda each=each: version(each) for each in tables])
    return dict(zip([each.name for each in tables], found, strict=True))


def quoted(text: str) -> str:
    """A SQL literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
