"""The rows that a source gives to a table."""

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


def rows(lines: DataFrame, table: Table, source: Source, counts: dict[str, Counted]) -> DataFrame:
    """From lines to rows of the table, all columns of its contract; blank lines and headers are no rows."""
    offsets = counts[source.files[0].file].offsets if source.is_long else None
    files = F.create_map(*[F.lit(each) for file in source.files for each in (file.path, file.file)])
    batches = F.create_map(*[F.lit(each) for file in source.files for each in (file.path, file.batch)])
    lengths = F.create_map(*[F.lit(each) for file in source.files for each in (file.path, counts[file.file].lines)])
    numbered = (
        lines.withColumn("_line_number", line_number(offsets))
        .withColumn("_file", F.element_at(files, F.col("_path")))
        .withColumn("_file_lines", F.element_at(lengths, F.col("_path")).cast("bigint"))
        .where(F.trim("_line") != "")
    )
    if source.header is not None:
        numbered = numbered.where("_line_number > 1")
    own = enveloped(numbered, source.landing).where(_belongs(table, source))
    header = list(source.header) if source.header is not None else None
    parsed = typed(texts(own, table, source.landing, header), table, source.landing)
    return judged(parsed, table).withColumn("_batch", F.element_at(batches, F.col("_path"))).select(*table.names)
