"""The rows that a source gives to the table of its dataset: one for each line, blank ones and headers included."""

import json

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Landing, table
from ..delta.inline import from_json
from .parsing import BLANK, HEADER, KEPT_TEXT, judged, refused, routed, with_records
from .sources import Source

_FILES = "struct<path:string,file:string,batch:string>"
_BLOCKS = "struct<address:string,block:bigint,path:string,file:string,batch:string,shift:bigint>"


def _located(lines: DataFrame, source: Source, places: list[dict] | None) -> DataFrame:
    """Adds `_file`, `_batch` and `_line_number`, from 1. `places` are the blocks of long files and give `_path`."""
    files = {file.path: {"path": file.path, "file": file.file, "batch": file.batch} for file in source.files}
    if places is None:
        right = _to_rows(lines.sparkSession, list(files.values()), _FILES).toDF("path", "_file", "_batch")
        joined = lines.join(F.broadcast(right), F.col("_path") == F.col("path"))
        return joined.withColumn("_line_number", F.col("_row") + 1).drop("path")
    blocks = [{**place, **files[place["path"]]} for place in places]
    right = _to_rows(lines.sparkSession, blocks, _BLOCKS).toDF("address", "block", "_path", "_file", "_batch", "shift")
    joined = lines.join(
        F.broadcast(right), (F.col("_address") == F.col("address")) & (F.col("_block") == F.col("block"))
    )
    return joined.withColumn("_line_number", F.col("_row") + F.col("shift")).drop(
        "_address", "address", "block", "shift"
    )


def _to_rows(spark: SparkSession, values: list[dict], schema: str) -> DataFrame:
    return from_json(spark, [json.dumps(value) for value in values], schema)


def _kind(how: Landing) -> str:
    header = f"WHEN _line_number = 1 THEN '{HEADER}'" if how.header else ""
    return f"CASE {header} WHEN _line IS NULL OR trim(_line) = '' THEN '{BLANK}' END"


def rows(spark: SparkSession, root: str, source: Source, places: list[dict] | None) -> DataFrame:
    """All columns of the dataset's table. The lines are read and parsed once, whatever record types they have."""
    how = source.landing
    lines = _located(source.lines(spark, root), source, places)
    lines = lines.withColumn("_kind", F.expr(_kind(how))).withColumn("_refusal", F.expr(refused(how)))
    lines = with_records(routed(lines, how), how, source.header)
    return judged(lines, how).withColumn("_line", F.expr(KEPT_TEXT)).select(*table(how.table).names)
