"""The rows that a source gives to the table of its dataset: one for each line, blank ones and headers included."""

import json
from functools import reduce
from itertools import accumulate, zip_longest

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import table
from ..delta.history import quoted
from ..delta.inline import from_json
from ..erasing.lines import erased
from .encodings import to_text
from .look import beginning
from .manifest import ListedFile
from .mount import ask_each
from .parsing import with_records
from .routing import BLANK, DATA, HEADER, judged, kept_text, refused, routed
from .shapes import Shape, shapes_of, taken_apart
from .sources import Source

_SHORT = "struct<path:string,at:int,landed:string>"
_LONG = "struct<address:string,block:bigint,path:string,at:int,shift:bigint,landed:string>"
_FILES = "array<struct<path:string,file:string,batch:string>>"
_SHAPED_FROM_BYTES = 256 * 1024
_SAMPLED_FILES = 8


def located(spark: SparkSession, root: str, source: Source, places: list[dict] | None) -> DataFrame:
    """The lines of a source with `_at`, which file it is, `_landed_at`, `_defect`, and `_line_number`; both from 1.

    `places` are the blocks of long files. What a file is called joins its lines last: each step would copy it.
    """
    lines = source.lines(spark, root)
    files = {
        file.path: {"path": file.path, "at": at, "landed": file.landed_at} for at, file in enumerate(source.files, 1)
    }
    if places is None:
        right = _to_rows(spark, list(files.values()), _SHORT)
        is_its, number = "_path = path", "_row + 1"
    else:
        right = _to_rows(spark, [{**place, **files[place["path"]]} for place in places], _LONG)
        is_its, number = "_address = address AND _block = block", "_row + shift"
    right = right.selectExpr("*", "at AS _at", "CAST(landed AS TIMESTAMP) AS _landed_at")
    joined = lines.join(F.broadcast(right), F.expr(is_its))
    return joined.selectExpr("_at", "_landed_at", "_line", "_defect", f"{number} AS _line_number")


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


def rows(some: list[tuple[Source, DataFrame]], root: str, people: DataFrame | None) -> DataFrame:
    """All columns of the dataset's table, from sources that are parsed alike and their located lines.

    The lines are parsed once, whatever record types they have. `people` are those who were deleted, if there are any:
    their lines are erased before they are written.
    """
    source, how = some[0][0], some[0][0].landing
    files = [file for each, _ in some for file in each.files]
    lines = reduce(DataFrame.unionByName, _numbered_on(some))
    if len(some) > 1:
        # Else Spark would parse on each side of the union, with a plan of its own.
        lines = lines.coalesce(sum(each.tasks for each, _ in some))
    lines = lines.selectExpr("*", f"{_kind(source)} AS _kind")
    lines = lines.selectExpr("*", f"{refused(how, source.defect)} AS _refusal")
    lines = taken_apart(lines, DATA, _shapes(files, source, root), how)
    lines = judged(with_records(routed(lines, how), how, source.header), how)
    own = {"_line": kept_text(how), **_of_file(files)}
    whole = lines.selectExpr(*[f"{own.get(name, f'`{name}`')} AS `{name}`" for name in table(how.table).names])
    return whole if people is None else erased(whole, how, people).drop("_action")


def _numbered_on(some: list[tuple[Source, DataFrame]]) -> list[DataFrame]:
    """The lines of several sources, whose files are numbered as if they were those of one."""
    before = accumulate((len(each.files) for each, _ in some), initial=0)
    return [lines.withColumn("_at", F.col("_at") + F.lit(n)) for n, (_, lines) in zip(before, some, strict=False)]


def _of_file(files: list[ListedFile]) -> dict[str, str]:
    """What stands in each line of a file, by the number of the file."""
    texts = json.dumps([{"path": each.path, "file": each.file, "batch": each.batch} for each in files])
    named = f"element_at(from_json({quoted(texts)}, '{_FILES}'), _at)"
    return {f"_{name}": f"{named}.{name}" for name in ("path", "file", "batch")}


def _shapes(files: list[ListedFile], source: Source, root: str) -> list[Shape]:
    """Few lines are parsed sooner than somebody has looked at how they begin."""
    if source.landing.format != "json-lines" or sum(file.length for file in files) < _SHAPED_FROM_BYTES:
        return []
    longest = sorted(files, key=lambda file: file.length, reverse=True)[:_SAMPLED_FILES]
    starts = ask_each(longest, lambda file: beginning(root, file.path))
    texts = [to_text(start, source.encoding) for start in starts.values() if isinstance(start, bytes)]
    # Of each file in turn, as each may have lines of its own kind. The last line of a beginning may be cut.
    in_turn = zip_longest(*[text.splitlines()[:-1] for text in texts], fillvalue="")
    return shapes_of([line for lines in in_turn for line in lines if line], source.landing)


def rows_of_files(paths: list[str], files: list[str]) -> str:
    """The rows of paths and of files, of which there is one at least."""
    groups = [("_path", paths), ("_file", files)]
    return " OR ".join(f"{column} IN ({', '.join(map(quoted, values))})" for column, values in groups if values)
