"""Where the blocks of long files begin, from a look at all lines that parses none."""

from collections import Counter, defaultdict

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from .lines import path_at
from .manifest import ListedFile
from .sources import Source


def blocks_of(spark: SparkSession, root: str, source: Source) -> list[dict]:
    """Of each block: `address`, `block`, `path`, `rows`, and `shift`, from `_row` to the line's number from 1."""
    lines = source.lines(spark, root).groupBy("_address", "_block")
    counted = lines.agg(F.count(F.lit(1)).alias("rows"), F.min("_row").alias("first")).collect()
    by_address = defaultdict(list)
    for row in counted:
        by_address[row["_address"]].append(row)
    places = []
    for address, rows in by_address.items():
        path, before = path_at(root, address), 0
        for row in sorted(rows, key=lambda each: each["_block"]):
            shift = before - row["first"] + 1
            places.append(
                {"address": address, "block": row["_block"], "path": path, "rows": row["rows"], "shift": shift}
            )
            before += row["rows"]
    return places


def lines_of(files: tuple[ListedFile, ...], places: list[dict]) -> dict[ListedFile, int]:
    """How many lines each file has by its blocks. One without a block has none."""
    counts: Counter[str] = Counter()
    for each in places:
        counts[each["path"]] += each["rows"]
    return {file: counts[file.path] for file in files}
