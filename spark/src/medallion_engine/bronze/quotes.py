"""CSV files in which a value may span lines, if it stands in quotes."""

import re

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from ..delta.history import quoted
from .lines import LINE_ENDS, numbered, whole_texts

OPEN_QUOTE = "file_has_an_open_quote"

_ESCAPE = "\x1a"
_ESCAPED = {_ESCAPE: "s", "\r": "r", "\n": "n"}
"""Line ends inside of quotes are written in another way while the text is split. The escape itself comes first."""

_IS_INSIDE = "i % 2 = 1"
"""Text is cut at its quotes: every second piece is inside. A doubled quote leaves and enters again."""


def quoted_files(spark: SparkSession, root: str, paths: list[str], encoding: str, delimiter: str) -> DataFrame:
    """Records of files that are read whole, with the columns of `short_files`. `_row` is that of their first line.

    Where a quote is not closed, nobody can tell which line ends are values. Such a file has its lines as they are, each
    with a defect.
    """
    texts = whole_texts(spark, root, paths, encoding).withColumn("_pieces", F.split("_text", '"'))
    flawed = texts.withColumn("_flaw", F.expr(f"CASE WHEN {_is_open(delimiter)} THEN '{OPEN_QUOTE}' END"))
    joined = f"array_join(transform(_pieces, (p, i) -> {_escaped(f'_flaw IS NULL AND {_IS_INSIDE}')}), '\"')"
    split = flawed.withColumn("_records", F.split(F.expr(joined), LINE_ENDS))
    is_ended = F.endswith("_text", F.lit("\n")) | F.endswith("_text", F.lit("\r"))
    records = F.when(is_ended, F.expr("slice(_records, 1, size(_records) - 1)")).otherwise(F.col("_records"))
    return _placed(numbered(split, records))


def _is_open(delimiter: str) -> str:
    """Whether a quote is left open, or a value that spans lines does not stand between its quotes alone."""
    edges = [quoted(delimiter), r"'\n'", r"'\r'"]
    begins = " OR ".join(["get(_pieces, i - 1) = ''", *[f"endswith(get(_pieces, i - 1), {edge})" for edge in edges]])
    ends = " OR ".join(["get(_pieces, i + 1) = ''", *[f"startswith(get(_pieces, i + 1), {edge})" for edge in edges]])
    spans = r"(contains(p, '\n') OR contains(p, '\r'))"
    is_misplaced = f"{_IS_INSIDE} AND {spans} AND NOT (({begins}) AND ({ends}))"
    return f"size(_pieces) % 2 = 0 OR array_contains(transform(_pieces, (p, i) -> {is_misplaced}), true)"


def _escaped(is_inside: str) -> str:
    plain = f"replace(p, {_literal(_ESCAPE)}, {_literal(_ESCAPE + _ESCAPED[_ESCAPE])})"
    inside = "p"
    for letter, name in _ESCAPED.items():
        inside = f"replace({inside}, {_literal(letter)}, {_literal(_ESCAPE + name)})"
    return f"CASE WHEN {is_inside} THEN {inside} ELSE {plain} END"


def _literal(text: str) -> str:
    codes = "".join(rf"\u{ord(letter):04x}" for letter in text)
    return f"'{codes}'"


def _placed(records: DataFrame) -> DataFrame:
    """Gives records their line ends back, and counts the lines before each."""
    is_escaped = F.contains("_line", F.lit(_ESCAPE))
    line: Column = F.col("_line")
    for letter, name in reversed(_ESCAPED.items()):
        line = F.replace(line, F.lit(_ESCAPE + name), F.lit(letter))
    own = records.withColumn("_line", F.when(is_escaped, line).otherwise(F.col("_line")))
    lines = F.when(F.col("_line").rlike("[\r\n]"), F.size(F.split("_line", LINE_ENDS))).otherwise(1)
    before = Window.partitionBy("_path").orderBy("_row").rowsBetween(Window.unboundedPreceding, -1)
    return own.withColumn("_row", F.coalesce(F.sum(lines).over(before), F.lit(0)))


def find_open_quote(text: str, delimiter: str) -> int | None:
    """The line, from 1, of the first quote that makes a file unclear, if there is one."""
    pieces = text.split('"')
    edges = (delimiter, "\r", "\n")
    line = 1
    for index, piece in enumerate(pieces):
        lines = count_line_ends(piece)
        is_last = index == len(pieces) - 1
        if index % 2 == 1 and (is_last or lines > 0):
            after = "" if is_last else pieces[index + 1]
            is_clear = pieces[index - 1].endswith(edges) or pieces[index - 1] == ""
            if is_last or not (is_clear and (after.startswith(edges) or after == "")):
                return line
        line += lines
    return None


def count_records(text: str, delimiter: str) -> int:
    """As many as a reader has to find. A file with an open quote counts by its lines."""
    is_clear = find_open_quote(text, delimiter) is None
    outside = text.split('"')[::2] if is_clear else [text]
    ends = sum(map(count_line_ends, outside))
    return ends + (0 if text.endswith(("\r", "\n")) else 1)


def count_line_ends(text: str) -> int:
    """Of any kind."""
    return len(re.findall(LINE_ENDS, text))
