"""The calendar, one row per day."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_COLUMNS = ["week", "year", "month", "dayofweek", "dayofmonth", "dayofyear", "week_part"]


def calendar(date_lookup: DataFrame) -> DataFrame:
    """Of several lines for a day the greatest, column by column from the left."""
    greatest = F.max(F.struct(*_COLUMNS)).alias("greatest")
    return date_lookup.groupBy("date").agg(greatest).select("date", "greatest.*")
