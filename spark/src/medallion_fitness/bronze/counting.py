"""One look at all lines of a batch: how many, how many blank, and to which tables they belong."""

from dataclasses import dataclass, field
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .parsing import enveloped
from .sources import Source


@dataclass
class Counted:
    """Of one file: its lines without headers and blank ones, the blank ones, the tables that the lines belong to.

    For a long file also the lines before each block.
    """

    lines: int = 0
    blank: int = 0
    tables: set[str] = field(default_factory=set)
    offsets: dict[int, int] = field(default_factory=dict)


def _counts(source: Source, spark: SparkSession, root: str) -> DataFrame:
    lines = enveloped(source.lines(spark, root), source.landing)
    blank = F.trim("_line") == ""
    topic = F.when(~blank, F.col("_envelope.topic"))
    return lines.groupBy("_path", "_block", blank.alias("_blank"), topic.alias("_topic")).agg(
        F.count(F.lit(1)).alias("_lines"), F.min("_row").alias("_first")
    )


def counted(spark: SparkSession, root: str, sources: list[Source]) -> dict[str, Counted]:
    """What is in each file, by file id, from one query over all sources."""
    if not sources:
        return {}
    rows = reduce(DataFrame.unionByName, [_counts(each, spark, root) for each in sources]).collect()
    found: dict[str, Counted] = {}
    for source in sources:
        for each in source.files:
            found[each.file] = of_file = Counted()
            own = [row for row in rows if row._path == each.path]
            blocks: dict[int, int] = {}
            for row in own:
                blocks[row._block] = blocks.get(row._block, 0) + row._lines
                if row._blank:
                    of_file.blank += row._lines
                    continue
                has_header = source.header is not None and row._block == 0 and row._first == 0
                lines = row._lines - 1 if has_header else row._lines
                of_file.lines += lines
                if lines > 0:
                    of_file.tables.add(source.landing.table_for(row._topic))
            before = 0
            for block in sorted(blocks):
                of_file.offsets[block] = before
                before += blocks[block]
    return found
