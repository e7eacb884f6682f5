"""Text files as rows of lines that know their number."""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

# Up to here a file is read as one text and split, which numbers its lines without a second look. Longer ones are read
# in blocks, so that all cores share them.
ONE_TEXT_BYTES = 4 * 1024 * 1024

_LINE_ENDS = "\r\n|\r|\n"
_ROW_IN_PARTITION = (1 << 33) - 1


def _path(root: str) -> Column:
    """The path under the landing root, from the address Spark reports, which is percent-encoded."""
    decoded = F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
    return F.substring(decoded, F.locate(f"{root}/", decoded) + F.lit(len(root) + 1), F.lit(1 << 20))


def _numbered(texts: DataFrame, root: str, lines: Column) -> DataFrame:
    # The lines must be a column of their own before they are exploded, else each row carries the whole file along. An
    # outer explosion, because a plain one looks at the size of the lines first, and splits the file once more for that.
    split = texts.select(_path(root).alias("_path"), lines.alias("_lines"))
    rows = split.select("_path", F.posexplode_outer("_lines").alias("_row", "_line")).where("_line IS NOT NULL")
    return rows.select(
        "_path",
        F.lit(0).cast("bigint").alias("_block"),
        F.col("_row").cast("bigint").alias("_row"),
        "_line",
    )


def short_files(spark: SparkSession, root: str, paths: list[str]) -> DataFrame:
    """Lines of files that are read whole: `_path`, `_block` (0), `_row` (from 0), `_line`."""
    texts = spark.read.text([f"{root}/{path}" for path in paths], wholetext=True)
    # Splitting at one character is a search for bytes; a pattern for all line ends takes many times as long.
    pieces = F.when(F.contains("value", F.lit("\r")), F.split("value", _LINE_ENDS)).otherwise(F.split("value", "\n"))
    # What follows the last line end is no line when it is empty.
    is_ended = F.endswith("value", F.lit("\n")) | F.endswith("value", F.lit("\r")) | (F.col("value") == "")
    lines = F.when(is_ended, F.expr("slice(_pieces, 1, size(_pieces) - 1)")).otherwise(F.col("_pieces"))
    return _numbered(texts.withColumn("_pieces", pieces), root, lines)


def array_files(spark: SparkSession, root: str, paths: list[str]) -> DataFrame:
    """Elements of files that hold one JSON array of texts, as lines; a file that holds none is one line."""
    texts = spark.read.text([f"{root}/{path}" for path in paths], wholetext=True)
    elements = F.coalesce(F.from_json("value", "array<string>"), F.array("value"))
    return _numbered(texts, root, elements)


def long_file(spark: SparkSession, root: str, path: str) -> DataFrame:
    """Lines of one file that is read in blocks, same columns; `_row` counts from the start of the block `_block`.

    Reading a single file gives each block a partition of its own, because all blocks but the last are of the greatest
    size; so the row in the partition is the row in the block.
    """
    return spark.read.text(f"{root}/{path}").select(
        F.lit(path).alias("_path"),
        F.col("_metadata.file_block_start").alias("_block"),
        F.monotonically_increasing_id().bitwiseAND(F.lit(_ROW_IN_PARTITION)).alias("_row"),
        F.col("value").alias("_line"),
    )


def line_number(offsets: dict[int, int] | None) -> Column:
    """The line's number in its file, from 1. `offsets` holds the lines before each block of a long file."""
    row = F.col("_row") + F.lit(1)
    if not offsets:
        return row
    known = F.create_map(*[F.lit(each).cast("bigint") for pair in offsets.items() for each in pair])
    return row + F.element_at(known, F.col("_block"))
