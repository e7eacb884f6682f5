"""The rows that a source gives to the table of its dataset: one for each line, blank ones and headers included."""

import json

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Landing, table
from ..delta.inline import from_json
from .parsing import BLANK, HEADER, KEPT_TEXT, judged, refused, routed, with_record
from .sources import Source

_FILES = "struct<path:string,file:string,batch:string>"
_PLACES = "struct<path:string,block:bigint,shift:bigint>"


def _numbered(lines: DataFrame, places: list[dict] | None) -> DataFrame:
    """Adds `_line_number`, from 1. `places` are the blocks of long files."""
    if places is None:
        return lines.withColumn("_line_number", F.col("_row") + 1)
    blocks = from_json(lines.sparkSession, [json.dumps(each) for each in places], _PLACES)
    met = lines.join(F.broadcast(blocks), (F.col("_path") == F.col("path")) & (F.col("_block") == F.col("block")))
    return met.withColumn("_line_number", F.col("_row") + F.col("shift")).drop("path", "block", "shift")


def _listed(lines: DataFrame, source: Source) -> DataFrame:
    """Adds `_file` and `_batch`."""
    known = [json.dumps({"path": each.path, "file": each.file, "batch": each.batch}) for each in source.files]
    files = from_json(lines.sparkSession, known, _FILES).toDF("path", "_file", "_batch")
    return lines.join(F.broadcast(files), F.col("_path") == F.col("path")).drop("path")


def _kind(how: Landing) -> str:
    header = f"WHEN _line_number = 1 THEN '{HEADER}'" if how.header else ""
    return f"CASE {header} WHEN _line IS NULL OR trim(_line) = '' THEN '{BLANK}' END"


def rows(spark: SparkSession, root: str, source: Source, places: list[dict] | None) -> DataFrame:
    """All columns of the dataset's table. The lines are read and parsed once, whatever record types they have."""
    how = source.landing
    lines = _listed(_numbered(source.lines(spark, root), places), source)
    lines = lines.withColumn("_kind", F.expr(_kind(how))).withColumn("_refusal", F.expr(refused(how)))
    lines = routed(lines, how)
    for record in how.records:
        lines = with_record(lines, record, how, source.header)
    return judged(lines, how).withColumn("_line", F.expr(KEPT_TEXT)).select(*table(how.table).names)
