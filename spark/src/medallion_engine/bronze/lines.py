"""Text files as rows of lines that know their place."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from .encodings import UTF_8, decoded

# Up to here a file is read as one text and split, which numbers its lines without a second look. Longer ones are read
# in blocks, so that all cores share them.
ONE_TEXT_BYTES = 4 * 1024 * 1024

NOT_UTF8 = "line_is_not_utf8"
NOT_ONE_ARRAY = "file_is_not_one_array"

_BLOCKS = "spark.sql.files.maxPartitionBytes"
_BLOCK_BYTES = 4 * 1024 * 1024
"""The length of a block. No longer than what opening a file is taken to cost, or it would depend on how many cores
share the work, and two queries might cut a file up differently."""

_TASK_BYTES = 16 * 1024 * 1024
_TASK_FILES = 64
LINE_ENDS = "\r\n|\r|\n"
_ROW_IN_PARTITION = (1 << 33) - 1
_BYTE_ORDER_MARK = "\ufeff"
_REPLACEMENT = "\ufffd"
_END = "_end"
_PATTERN = set("[]{}*?\\")


@contextmanager
def in_blocks(spark: SparkSession) -> Iterator[None]:
    """Cuts long files up in one way for as long as the block lasts."""
    spark.conf.set(_BLOCKS, str(_BLOCK_BYTES))
    try:
        yield
    finally:
        spark.conf.unset(_BLOCKS)


def address(root: str, path: str) -> str:
    """What Spark is given for a path, which it would take for a pattern if it can be one."""
    escaped = "".join(f"\\{each}" if each in _PATTERN else each for each in path)
    return f"{root}/{escaped}"


def _path(root: str) -> Column:
    """The path under the landing root, from the address Spark reports, which is percent-encoded."""
    decoded = F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
    return F.substring(decoded, F.locate(f"{root}/", decoded) + F.lit(len(root) + 1), F.lit(1 << 20))


def whole_texts(spark: SparkSession, root: str, paths: Iterable[str], encoding: str) -> DataFrame:
    """`_path`, `_text` and `_is_torn`, whether it is not UTF-8: what is not shows as a replacement character."""
    texts = spark.read.text([address(root, path) for path in paths], wholetext=True)
    letters = texts.withColumn("value", decoded(F.col("value"), encoding))
    marked = F.startswith("value", F.lit(_BYTE_ORDER_MARK))
    return letters.select(
        _path(root).alias("_path"),
        F.make_valid_utf8(F.when(marked, F.expr("substring(value, 2)")).otherwise(F.col("value"))).alias("_text"),
        (~F.is_valid_utf8("value")).alias("_is_torn"),
    )


def numbered(texts: DataFrame, lines: Column) -> DataFrame:
    """The lines of texts with a `_flaw`, as rows that `short_files` describes."""
    # The lines must be a column of their own before they are exploded, else each row carries the whole file along. An
    # outer explosion, because a plain one looks at the size of the lines first, and splits the file once more for that.
    split = texts.select("_path", "_is_torn", "_flaw", lines.alias("_lines"))
    rows = split.select("_path", "_is_torn", "_flaw", F.posexplode_outer("_lines").alias("_row", "_line"))
    is_torn = F.col("_is_torn") & F.contains("_line", F.lit(_REPLACEMENT))
    return rows.select(
        "_path",
        F.lit(0).cast("bigint").alias("_block"),
        F.coalesce("_row", F.lit(0)).cast("bigint").alias("_row"),
        "_line",
        F.coalesce("_flaw", F.when(is_torn, F.lit(NOT_UTF8))).alias("_defect"),
    )


def short_files(spark: SparkSession, root: str, paths: list[str], encoding: str) -> DataFrame:
    """Lines of files that are read whole: `_path`, `_block` (0), `_row` (from 0), `_line`, `_defect` (not UTF-8)."""
    # Splitting at one character is a search for bytes; a pattern for all line ends takes many times as long.
    pieces = F.when(F.contains("_text", F.lit("\r")), F.split("_text", LINE_ENDS)).otherwise(F.split("_text", "\n"))
    # What follows the last line end is no line when it is empty.
    is_ended = F.endswith("_text", F.lit("\n")) | F.endswith("_text", F.lit("\r"))
    lines = F.when(is_ended, F.expr("slice(_pieces, 1, size(_pieces) - 1)")).otherwise(F.col("_pieces"))
    texts = whole_texts(spark, root, paths, encoding).withColumn("_flaw", F.lit(None).cast("string"))
    return numbered(texts.withColumn("_pieces", pieces), lines)


def array_files(spark: SparkSession, root: str, paths: list[str], encoding: str) -> DataFrame:
    """Elements of files that hold one JSON array, as lines. Any other file is one line with a defect."""
    # Two values in an array: the file, and an end that only a file of one value leaves in the second place.
    ended = F.concat(F.lit("["), "_text", F.lit(f',["{_END}"]]'))
    read = whole_texts(spark, root, paths, encoding).withColumn("_arrays", F.from_json(ended, "array<array<string>>"))
    is_one = F.expr(f"coalesce(size(_arrays) = 2 AND _arrays[0] IS NOT NULL AND _arrays[1][0] = '{_END}', false)")
    # An element that is null is a line that says nothing, and no blank one.
    elements = F.when(is_one, F.expr("transform(_arrays[0], each -> coalesce(each, 'null'))"))
    flawed = read.withColumn("_flaw", F.when(~is_one, F.lit(NOT_ONE_ARRAY)))
    return numbered(flawed, elements.otherwise(F.array("_text")))


def long_files(spark: SparkSession, root: str, paths: list[str], encoding: str) -> DataFrame:
    """Lines of files that are read in blocks; `_row` counts from anywhere, but without a gap in a block.

    Instead of `_path` there is `_address`, as Spark reports it: a million lines have few files, so `path_at` is asked
    once for each. How files are cut into blocks follows from their lengths and `_BLOCK_BYTES` alone.
    """
    torn = F.when(~F.is_valid_utf8("value"), F.lit(NOT_UTF8)) if encoding == UTF_8 else F.lit(None).cast("string")
    return spark.read.text([address(root, path) for path in paths]).select(
        F.col("_metadata.file_path").alias("_address"),
        F.col("_metadata.file_block_start").alias("_block"),
        F.monotonically_increasing_id().bitwiseAND(F.lit(_ROW_IN_PARTITION)).alias("_row"),
        decoded(F.col("value"), encoding).alias("_line"),
        torn.alias("_defect"),
    )


def path_at(root: str, reported: str) -> str:
    """The path under the landing root of a file that Spark reports, as `_path` has it."""
    return unquote(reported).partition(f"{root}/")[2]


def tasks_for(files: int, length: int) -> int:
    """How many tasks are worth starting: by themselves, every block and every file begin as one."""
    return max(1, ceil(length / _TASK_BYTES), ceil(files / _TASK_FILES))
