"""Versions of tables."""

from pyspark.sql import SparkSession

from .. import platform
from ..contracts import Table


def versions(spark: SparkSession, tables: list[Table], engine: str) -> dict[str, int]:
    """The current version of each table, by its contract's name."""
    return {each.name: platform.latest_commit(spark, each.physical, engine).version for each in tables}


def quoted(text: str) -> str:
    """A SQL literal. Spark puts values of the environment and of settings in place of `${…}`, in literals too."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "$\\{")
    return f"'{escaped}'"
