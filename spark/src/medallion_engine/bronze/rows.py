"""The rows that a source gives to the table of its dataset: one for each line, blank ones and headers included."""

import json

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import table
from ..delta.history import quoted
from ..delta.inline import from_json
from ..erasing.lines import erased
from .parsing import with_records
from .routing import BLANK, HEADER, judged, kept_text, refused, routed
from .sources import Source

_FILES = "struct<path:string,file:string,batch:string,landed:string>"
_BLOCKS = "struct<address:string,block:bigint,path:string,file:string,batch:string,shift:bigint,landed:string>"


def _located(lines: DataFrame, source: Source, places: list[dict] | None) -> DataFrame:
    """Adds `_file`, `_batch`, `_landed_at` and `_line_number`, from 1.

    `places` are the blocks of long files and give `_path`.
    """
    files = {
        file.path: {"path": file.path, "file": file.file, "batch": file.batch, "landed": file.landed_at}
        for file in source.files
    }
    if places is None:
        right = _to_rows(lines.sparkSession, list(files.values()), _FILES).toDF("path", "_file", "_batch", "_landed_at")
        right = right.withColumn("_landed_at", F.col("_landed_at").cast("timestamp"))
        joined = lines.join(F.broadcast(right), F.col("_path") == F.col("path"))
        return joined.withColumn("_line_number", F.col("_row") + 1).drop("path")
    blocks = [{**place, **files[place["path"]]} for place in places]
    right = _to_rows(lines.sparkSession, blocks, _BLOCKS)
    right = right.toDF("address", "block", "_path", "_file", "_batch", "shift", "_landed_at")
    right = right.withColumn("_landed_at", F.col("_landed_at").cast("timestamp"))
    joined = lines.join(
        F.broadcast(right), (F.col("_address") == F.col("address")) & (F.col("_block") == F.col("block"))
    )
    return joined.withColumn("_line_number", F.col("_row") + F.col("shift")).drop(
        "_address", "address", "block", "shift"
    )


def _to_rows(spark: SparkSession, values: list[dict], schema: str) -> DataFrame:
    return from_json(spark, [json.dumps(value) for value in values], schema)


def _kind(source: Source) -> str:
    """Spreadsheets write rows of nothing but delimiters; those are blank too."""
    how = source.landing
    header = f"WHEN _line_number = {source.header_line} THEN '{HEADER}'" if source.header_line else ""
    delimiter = quoted(how.delimiter)
    empty = f"OR (startswith(_line, {delimiter}) AND trim(replace(_line, {delimiter}, '')) = '')"
    is_blank = f"_line IS NULL OR trim(_line) = '' {empty if how.format == 'csv' else ''}"
    return f"CASE {header} WHEN {is_blank} THEN '{BLANK}' END"


def rows(
    spark: SparkSession, root: str, source: Source, places: list[dict] | None, people: DataFrame | None
) -> DataFrame:
    """All columns of the dataset's table. The lines are read and parsed once, whatever record types they have.

    `people` are those who were deleted, if there are any: their lines are erased before they are written.
    """
    how = source.landing
    lines = _located(source.lines(spark, root), source, places)
    lines = lines.withColumn("_kind", F.expr(_kind(source)))
    lines = lines.withColumn("_refusal", F.expr(refused(how, source.defect)))
    lines = with_records(routed(lines, how), how, source.header)
    whole = judged(lines, how).withColumn("_line", F.expr(kept_text(how))).select(*table(how.table).names)
    return whole if people is None else erased(whole, how, people).drop("_action")


def rows_of_files(paths: list[str], files: list[str]) -> str:
    """The rows of paths and of files, of which there is one at least."""
    groups = [("_path", paths), ("_file", files)]
    return " OR ".join(f"{column} IN ({', '.join(map(quoted, values))})" for column, values in groups if values)
