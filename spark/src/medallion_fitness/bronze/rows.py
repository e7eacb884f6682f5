"""The rows that a source gives to a table."""

import json

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from ..contracts import Table
from .counting import Counted
from .lines import line_number
from .parsing import enveloped, judged, texts, typed
from .sources import Source


def _belongs(table: Table, source: Source) -> Column:
    """Whether a line belongs to the table; never null."""
    topics = [route.topic for route in source.landing.routes]
    if None in topics:
        return F.lit(True)
    topic = F.col("_envelope.topic")
    if table.name == source.landing.otherwise:
        return F.coalesce(~topic.isin(topics), F.lit(True))
    own = [route.topic for route in source.landing.routes if route.table == table.name]
    return F.coalesce(topic.isin(own), F.lit(False))


def _known(source: Source, counts: dict[str, Counted]) -> Column:
    """What is known of each file, by its path. One literal: a tree of one for each file takes seconds to plan."""
    known = {
        each.path: {"file": each.file, "batch": each.batch, "lines": counts[each.file].lines} for each in source.files
    }
    return F.from_json(F.lit(json.dumps(known)), "map<string, struct<file string, batch string, lines bigint>>")


def rows(lines: DataFrame, table: Table, source: Source, counts: dict[str, Counted]) -> DataFrame:
    """From lines to rows of the table, all columns of its contract; blank lines and headers are no rows."""
    offsets = counts[source.files[0].file].offsets if source.is_long else None
    numbered = (
        lines.withColumn("_line_number", line_number(offsets))
        .withColumn("_of", F.element_at(_known(source, counts), F.col("_path")))
        .withColumn("_file", F.col("_of.file"))
        .withColumn("_file_lines", F.col("_of.lines"))
        .where(F.trim("_line") != "")
    )
    if source.header is not None:
        numbered = numbered.where("_line_number > 1")
    own = enveloped(numbered, source.landing).where(_belongs(table, source))
    header = list(source.header) if source.header is not None else None
    parsed = typed(texts(own, table, source.landing, header), table, source.landing)
    return judged(parsed, table).withColumn("_batch", F.col("_of.batch")).select(*table.names)
