"""Text files as rows of lines that know their place."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

# Up to here a file is read as one text and split, which numbers its lines without a second look. Longer ones are read
# in blocks, so that all cores share them.
ONE_TEXT_BYTES = 4 * 1024 * 1024

_BLOCKS = "spark.sql.files.maxPartitionBytes"
_BLOCK_BYTES = 4 * 1024 * 1024
"""The length of a block. No longer than what opening a file is taken to cost, or it would depend on how many cores
share the work, and two queries might cut a file up differently."""

_TASK_BYTES = 16 * 1024 * 1024
_TASK_FILES = 64
_LINE_ENDS = "\r\n|\r|\n"
_ROW_IN_PARTITION = (1 << 33) - 1
_BYTE_ORDER_MARK = "\ufeff"
_REPLACEMENT = "\ufffd"
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


def _whole(spark: SparkSession, root: str, paths: Iterable[str]) -> DataFrame:
    """`_path`, `_text` and `_is_torn`, whether it is not UTF-8: what is not shows as a replacement character."""
    texts = spark.read.text([address(root, path) for path in paths], wholetext=True)
    marked = F.startswith("value", F.lit(_BYTE_ORDER_MARK))
    return texts.select(
        _path(root).alias("_path"),
        F.make_valid_utf8(F.when(marked, F.expr("substring(value, 2)")).otherwise(F.col("value"))).alias("_text"),
        (~F.is_valid_utf8("value")).alias("_is_torn"),
    )


def _numbered(texts: DataFrame, lines: Column) -> DataFrame:
    # The lines must be a column of their own before they are exploded, else each row carries the whole file along. An
    # outer explosion, because a plain one looks at the size of the lines first, and splits the file once more for that.
    split = texts.select("_path", "_is_torn", lines.alias("_lines"))
    rows = split.select("_path", "_is_torn", F.posexplode_outer("_lines").alias("_row", "_line"))
    return rows.select(
        "_path",
        F.lit(0).cast("bigint").alias("_block"),
        F.coalesce("_row", F.lit(0)).cast("bigint").alias("_row"),
        "_line",
        (F.col("_is_torn") & F.contains("_line", F.lit(_REPLACEMENT))).alias("_is_torn"),
    )


def short_files(spark: SparkSession, root: str, paths: list[str]) -> DataFrame:
    """Lines of files that are read whole: `_path`, `_block` (0), `_row` (from 0), `_line`, `_is_torn` (not UTF-8)."""
    # Splitting at one character is a search for bytes; a pattern for all line ends takes many times as long.
    pieces = F.when(F.contains("_text", F.lit("\r")), F.split("_text", _LINE_ENDS)).otherwise(F.split("_text", "\n"))
    # What follows the last line end is no line when it is empty.
    is_ended = F.endswith("_text", F.lit("\n")) | F.endswith("_text", F.lit("\r"))
    lines = F.when(is_ended, F.expr("slice(_pieces, 1, size(_pieces) - 1)")).otherwise(F.col("_pieces"))
    return _numbered(_whole(spark, root, paths).withColumn("_pieces", pieces), lines)


def array_files(spark: SparkSession, root: str, paths: list[str]) -> DataFrame:
    """Elements of files that hold one JSON array of texts, as lines; a file that holds none is one line."""
    elements = F.coalesce(F.from_json("_text", "array<string>"), F.array("_text"))
    return _numbered(_whole(spark, root, paths), elements)


def long_files(spark: SparkSession, root: str, paths: list[str]) -> DataFrame:
    """Lines of files that are read in blocks; `_row` counts from anywhere, but without a gap in a block.

    Instead of `_path` there is `_address`, as Spark reports it: a million lines have few files, so `path_at` is asked
    once for each. How files are cut into blocks follows from their lengths and `_BLOCK_BYTES` alone.
    """
    return spark.read.text([address(root, path) for path in paths]).select(
        F.col("_metadata.file_path").alias("_address"),
        F.col("_metadata.file_block_start").alias("_block"),
        F.monotonically_increasing_id().bitwiseAND(F.lit(_ROW_IN_PARTITION)).alias("_row"),
        F.col("value").alias("_line"),
        (~F.is_valid_utf8("value")).alias("_is_torn"),
    )


def path_at(root: str, reported: str) -> str:
    """The path under the landing root of a file that Spark reports, as `_path` has it."""
    return unquote(reported).partition(f"{root}/")[2]


def in_tasks(lines: DataFrame, files: int, length: int) -> DataFrame:
    """The same lines in tasks that are worth starting, since every block and every file begins as a task of its own."""
    return lines.coalesce(max(1, ceil(length / _TASK_BYTES), ceil(files / _TASK_FILES)))
