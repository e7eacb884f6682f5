"""The rows that a source gives to the table of its dataset: one for each line, blank ones and headers included."""

import json
from functools import reduce

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


_LOCATED = ["_path", "_file", "_batch", "_landed_at", "_line", "_defect"]


def located(spark: SparkSession, root: str, source: Source, places: list[dict] | None) -> DataFrame:
    """The lines of a source with `_path`, `_file`, `_batch`, `_landed_at`, `_line_number` from 1, and `_defect`.

    `places` are the blocks of long files and give `_path`.
    """
    lines = source.lines(spark, root)
    files = {
        file.path: {"path": file.path, "file": file.file, "batch": file.batch, "landed": file.landed_at}
        for file in source.files
    }
    if places is None:
        right = _to_rows(spark, list(files.values()), _FILES).toDF("path", "_file", "_batch", "_landed_at")
        is_its, number = "_path = path", "_row + 1"
    else:
        right = _to_rows(spark, [{**place, **files[place["path"]]} for place in places], _BLOCKS)
        right = right.toDF("address", "block", "_path", "_file", "_batch", "shift", "_landed_at")
        is_its, number = "_address = address AND _block = block", "_row + shift"
    right = right.withColumn("_landed_at", F.col("_landed_at").cast("timestamp"))
    joined = lines.join(F.broadcast(right), F.expr(is_its))
    return joined.selectExpr(*_LOCATED, f"{number} AS _line_number")


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


def rows(some: list[tuple[Source, DataFrame]], people: DataFrame | None) -> DataFrame:
    """All columns of the dataset's table, from sources that are parsed alike and their located lines.

    The lines are parsed once, whatever record types they have. `people` are those who were deleted, if there are any:
    their lines are erased before they are written.
    """
    source, how = some[0][0], some[0][0].landing
    lines = reduce(DataFrame.unionByName, [lines for _, lines in some])
    if len(some) > 1:
        # Else Spark would parse on each side of the union, with a plan of its own.
        lines = lines.coalesce(sum(each.tasks for each, _ in some))
    lines = lines.selectExpr("*", f"{_kind(source)} AS _kind")
    lines = lines.selectExpr("*", f"{refused(how, source.defect)} AS _refusal")
    lines = judged(with_records(routed(lines, how), how, source.header), how)
    whole = lines.selectExpr(
        *[f"{kept_text(how)} AS _line" if name == "_line" else f"`{name}`" for name in table(how.table).names]
    )
    return whole if people is None else erased(whole, how, people).drop("_action")


def rows_of_files(paths: list[str], files: list[str]) -> str:
    """The rows of paths and of files, of which there is one at least."""
    groups = [("_path", paths), ("_file", files)]
    return " OR ".join(f"{column} IN ({', '.join(map(quoted, values))})" for column, values in groups if values)
