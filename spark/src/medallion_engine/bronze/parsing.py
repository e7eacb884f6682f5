"""From lines to records: typed columns and the names of the rules that a line breaks."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..contracts import Landing, Record
from ..delta.history import quoted
from .columns import csv_places, json_places, json_schema, numbers, on_columns, proven, texts, typed

HEADER = "_header"
BLANK = "_blank"
NO_LINES = (HEADER, BLANK)
"""What stands in the place of a record type where a row is no line of data."""

_MOST_LINE_BYTES = 1024 * 1024
_MOST_COLUMNS = 1000
_MAX_FOR_NUMBERS = 42
_MAX_FOR_TEXTS = 24
"""Columns and rules of the record types that are parsed in one step, as numbers and as texts."""
_ENVELOPE = "topic string, value string, _corrupt string"
_NO_VIOLATIONS = "CAST(array() AS ARRAY<STRING>)"
_PERMISSIVE = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt"}


def refused(how: Landing) -> str:
    """The name of what is wrong with the text of a line before anybody parses it, or null."""
    delimiters = f"length(_line) - length(replace(_line, {quoted(how.delimiter)}, ''))"
    is_wide = f"octet_length(_line) > {_MOST_COLUMNS} AND {delimiters} >= {_MOST_COLUMNS}"
    wide = f"WHEN {is_wide} THEN 'line_has_wrong_columns'" if how.format == "csv" else ""
    return (
        "CASE WHEN _is_torn THEN 'line_is_not_utf8' "
        f"WHEN octet_length(_line) > {_MOST_LINE_BYTES} THEN 'line_is_too_long' {wide} END"
    )


KEPT_TEXT = (
    "CASE _refusal WHEN 'line_is_too_long' THEN concat(octet_length(_line), ' bytes, SHA-256 ', sha2(_line, 256)) "
    "WHEN 'line_is_not_utf8' THEN make_valid_utf8(_line) ELSE _line END"
)
"""The line as it is kept: of one that nobody can use, no more than what tells it from others."""


def routed(lines: DataFrame, how: Landing) -> DataFrame:
    """Adds `_record`, `_value` (the text of the record), and `_astray`, what is wrong with a line of no record type.

    `lines` has `_line`, `_refusal` and `_kind`, which says of a row that it is no line of data.
    """
    text = F.when(F.col("_refusal").isNull() & F.col("_kind").isNull(), F.col("_line"))
    if how.envelope is None:
        name = how.routes[0].record
        record = F.coalesce("_kind", F.lit(name))
        return lines.select(
            "*", record.alias("_record"), text.alias("_value"), F.lit(None).cast("string").alias("_astray")
        )
    opened = lines.withColumn("_envelope", F.from_json(text, _ENVELOPE, _PERMISSIVE))
    records = " ".join(f"WHEN '{route.topic}' THEN '{route.record}'" for route in how.routes)
    astray = (
        "CASE WHEN _envelope IS NULL OR _envelope._corrupt IS NOT NULL THEN 'envelope_is_not_json' "
        "WHEN _envelope.topic IS NULL THEN 'topic_missing' ELSE 'topic_unknown' END"
    )
    return opened.select(
        *lines.columns,
        F.coalesce("_kind", F.expr(f"CASE _envelope.topic {records} END")).alias("_record"),
        F.col("_envelope.value").alias("_value"),
        F.expr(astray).alias("_astray"),
    )


def _names(of: Record) -> str:
    """The names of the rules that a line breaks, one after the other."""
    named = [f"CASE WHEN {on_columns(rule.predicate)} THEN '{rule.name}' END" for rule in of.row_rules]
    return f"concat_ws(',', {', '.join(named)})"


def _value(of: Record, condition: str = "true") -> F.Column:
    return F.expr(f"CASE WHEN _record = '{of.name}' AND {condition} THEN _value END")


def _numbers_parsed(of: Record, how: Landing) -> F.Column:
    number_names = numbers(of, how)
    if not number_names:
        return F.lit(None)
    return F.from_json(_value(of), f"{json_schema(of.columns, number_names)}, _corrupt string", _PERMISSIVE)


def _texts_parsed(of: Record, how: Landing, header: tuple[str, ...] | None) -> F.Column:
    value = _value(of, f"_proven_{of.name} IS NULL")
    if how.format == "csv":
        schema = "".join(f"c{index} string, " for index in range(len(header or ()))) + "_corrupt string"
        return F.from_csv(value, schema, _PERMISSIVE | {"sep": how.delimiter})
    return F.from_json(value, f"{json_schema(of.columns)}, _corrupt string", _PERMISSIVE)


def _with_proven(lines: DataFrame, of: Record, how: Landing) -> DataFrame:
    """Puts `_proven_<name>` in the place of `_parsed_<name>`: the columns of a line whose numbers prove it right.

    Such a line breaks no rule. Nothing is proven where a number is written as text, is none, or has so many digits that
    a text has to say it.
    """
    others = [name for name in lines.columns if name != f"_parsed_{of.name}"]
    number_names = numbers(of, how)
    if not number_names:
        return lines.select(*others, F.lit(None).alias(f"_proven_{of.name}"))
    places = json_places(of.columns, f"_parsed_{of.name}")
    values = texts(places) | {name: f"coalesce({', '.join(places[name])})" for name in number_names}
    read = lines.select("*", *_aliased(values, "_text_"), F.lit(False).alias("_broken"))
    columns = {
        column.name: proven(column) if column.name in number_names else typed(column, how) for column in of.columns
    }
    valued = read.select("*", *_aliased(columns))
    doubts = [f"`_text_{name}` IS NOT NULL AND `{name}` IS NULL" for name in sorted(number_names)]
    doubts += [f"coalesce({on_columns(rule.predicate)}, false)" for rule in of.row_rules]
    is_whole = f"_parsed_{of.name} IS NOT NULL AND _parsed_{of.name}._corrupt IS NULL"
    is_proven = f"{is_whole} AND NOT ({' OR '.join(f'({doubt})' for doubt in doubts)})"
    return valued.select(*others, F.when(F.expr(is_proven), F.struct(*columns)).alias(f"_proven_{of.name}"))


def _with_named(lines: DataFrame, of: Record, how: Landing, header: tuple[str, ...] | None) -> DataFrame:
    """Puts a struct with the name of the record type, and `_of_<name>`, in the place of `_parsed_<name>`."""
    parsed, proven_name = f"_parsed_{of.name}", f"_proven_{of.name}"
    others = [name for name in lines.columns if name not in (parsed, proven_name)]
    is_doubtful = (F.col("_record") == of.name) & F.col(proven_name).isNull()
    is_csv = how.format == "csv"
    places = csv_places(of.columns, header or (), parsed) if is_csv else json_places(of.columns, parsed)
    broken = F.expr(f"{parsed} IS NULL OR {parsed}._corrupt IS NOT NULL")
    read = lines.select("*", *_aliased(texts(places), "_text_"), broken.alias("_broken"))
    columns = {column.name: typed(column, how) for column in of.columns}
    valued = read.select("*", *_aliased(columns))
    # Joining and splitting leaves out the nulls, as filtering an array would, but is compiled.
    named = valued.select("*", F.when(is_doubtful, F.expr(_names(of))).otherwise("").alias("_names"))
    violations = f"CASE WHEN _names = '' THEN {_NO_VIOLATIONS} ELSE split(_names, ',') END"
    return named.select(
        *others,
        F.when(is_doubtful, F.struct(*columns)).otherwise(F.col(proven_name)).alias(of.name),
        F.when(F.col("_record") == of.name, F.expr(violations)).alias(f"_of_{of.name}"),
    )


def _aliased(expressions: dict[str, str], prefix: str = "") -> list[F.Column]:
    return [F.expr(sql).alias(f"{prefix}{name}") for name, sql in expressions.items()]


def _in_steps(records: list[Record], max_size: int) -> list[list[Record]]:
    """Record types that are parsed at once, because Spark copies the whole row in a step that parses.

    What is done to a row between two such steps is one method, and Java compiles none of more than 8,000 bytes.
    """
    steps: list[list[Record]] = [[]]
    for of in records:
        if sum(len(record.columns) + len(record.row_rules) for record in [*steps[-1], of]) > max_size:
            steps.append([])
        steps[-1].append(of)
    return [step for step in steps if step]


def with_records(lines: DataFrame, how: Landing, header: tuple[str, ...] | None) -> DataFrame:
    """Adds for each record type a struct with its name, and `_of_<name>`, the rules that such a line breaks.

    Both are null for lines of other record types. A rule sees the columns by their own names, `_text` with a text per
    column, and `_broken`, whether the line cannot be read at all. Only what its numbers leave in doubt is parsed as
    texts.
    """
    for step in _in_steps(how.records, _MAX_FOR_NUMBERS):
        lines = lines.select("*", *[_numbers_parsed(of, how).alias(f"_parsed_{of.name}") for of in step])
        for of in step:
            lines = _with_proven(lines, of, how)
    for step in _in_steps(how.records, _MAX_FOR_TEXTS):
        lines = lines.select("*", *[_texts_parsed(of, how, header).alias(f"_parsed_{of.name}") for of in step])
        for of in step:
            lines = _with_named(lines, of, how, header)
    return lines


def judged(lines: DataFrame, how: Landing) -> DataFrame:
    """Adds `_violations` and `_violation_count`; what is no line of data breaks nothing."""
    own = [f"_of_{record.name}" for record in how.records]
    violations = (
        f"CASE WHEN _kind IS NOT NULL THEN {_NO_VIOLATIONS} "
        "WHEN _refusal IS NOT NULL THEN array(_refusal) "
        f"WHEN _record IS NULL THEN array(_astray) ELSE coalesce({', '.join(own)}) END"
    )
    return lines.withColumn("_violations", F.expr(violations)).withColumn("_violation_count", F.size("_violations"))
