"""The lines of a record type, out of the tables of the datasets that they came in."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..contracts import Part, record, view

_OF_THE_LINE = ["_line", "_file", "_path", "_batch", "_line_number", "_violations", "_violation_count"]


def flat(rows: DataFrame, part: Part, *more: str) -> DataFrame:
    """Rows of a dataset's table as the record type's own columns, and what is known of each line."""
    columns = [F.col(f"{part.record}.{column.name}").alias(column.name) for column in record(part.record).columns]
    return rows.where(F.col("_record") == part.record).select(*columns, *_OF_THE_LINE, *more)


def lines_of(name: str, rows_of: dict[str, DataFrame]) -> DataFrame:
    """All lines of a view such as `bronze.NAME`. `rows_of` has the rows of each table that it is made of."""
    return reduce(DataFrame.unionByName, [flat(rows_of[part.table], part) for part in view(name).parts])
