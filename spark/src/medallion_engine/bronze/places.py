"""Where the blocks of long files begin, from a look at all lines that parses none."""

from collections import defaultdict

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from .sources import Source


def blocks_of(spark: SparkSession, root: str, source: Source) -> list[dict]:
    """Of each block of each file: `path`, `block`, and what added to `_row` gives the line's number from 1."""
    lines = source.lines(spark, root).groupBy("_path", "_block")
    counted = lines.agg(F.count(F.lit(1)).alias("rows"), F.min("_row").alias("first")).collect()
    by_path = defaultdict(list)
    for row in counted:
        by_path[row["_path"]].append(row)
    places = []
    for path, rows in by_path.items():
        before = 0
        for row in sorted(rows, key=lambda each: each["_block"]):
            places.append({"path": path, "block": row["_block"], "shift": before - row["first"] + 1})
            before += row["rows"]
    return places
