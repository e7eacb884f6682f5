"""From lines to records: typed columns and the names of the rules that a line breaks."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..contracts import Column, Landing, Record

HEADER = "_header"
BLANK = "_blank"
NO_LINES = (HEADER, BLANK)
"""What stands in the place of a record type where a row is no line of data."""

_MOST_LINE_BYTES = 1024 * 1024
_MOST_COLUMNS = 1000
_ENVELOPE = "topic string, value string, _corrupt string"
_PERMISSIVE = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt"}


def refused(how: Landing) -> str:
    """The name of what is wrong with the text of a line before anybody parses it, or null."""
    commas = "octet_length(_line) - octet_length(replace(_line, ',', ''))"
    is_wide = f"octet_length(_line) > {_MOST_COLUMNS} AND {commas} >= {_MOST_COLUMNS}"
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
    # Exploded, not selected: a condition on a column that is only selected is asked below it, and so parses once more.
    opened = lines.select("*", F.explode_outer(F.array(F.from_json(text, _ENVELOPE, _PERMISSIVE))).alias("_envelope"))
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


@dataclass
class _Fields:
    """A JSON schema of texts that grows by dotted paths."""

    children: dict[str, "_Fields"] = field(default_factory=dict)

    def add(self, path: str) -> None:
        at = self
        for name in path.split("."):
            at = at.children.setdefault(name, _Fields())

    def ddl(self) -> str:
        if not self.children:
            return "string"
        return f"struct<{','.join(f'`{name}`:{child.ddl()}' for name, child in self.children.items())}>"


def _json_schema(columns: tuple[Column, ...]) -> str:
    fields = _Fields()
    for column in columns:
        for source in column.source:
            fields.add(source)
    return ", ".join(f"`{name}` {child.ddl()}" for name, child in fields.children.items())


def _texts(paths: dict[str, list[str]]) -> str:
    """A struct of one tidy text per column; columns without a place in the line are null."""
    chosen = {
        name: f"coalesce({', '.join(found)})" if found else "CAST(NULL AS STRING)" for name, found in paths.items()
    }
    fields = [f"'{name}', nullif(trim({text}), '')" for name, text in chosen.items()]
    return f"named_struct({', '.join(fields)})"


def _backticked(path: str) -> str:
    return ".".join(f"`{name}`" for name in path.split("."))


def _parsed(of: Record, how: Landing, header: tuple[str, ...] | None) -> tuple[F.Column, str]:
    """The value as fields, and the struct with a text per column that is made of them."""
    value = F.when(F.col("_record") == of.name, F.col("_value"))
    if how.format == "csv":
        found = header or ()
        schema = "".join(f"c{index} string, " for index in range(len(found))) + "_corrupt string"
        names = {c.name: [f"_parsed.c{found.index(s)}" for s in c.source if s in found] for c in of.columns}
        return F.from_csv(value, schema, _PERMISSIVE), _texts(names)
    names = {column.name: [f"_parsed.{_backticked(source)}" for source in column.source] for column in of.columns}
    return F.from_json(value, f"{_json_schema(of.columns)}, _corrupt string", _PERMISSIVE), _texts(names)


def _timestamp(text: str, how: Landing) -> str:
    """Exact to the microsecond. Outside 1970 to 9999 there is no time, only a number in another unit."""
    if how.time_format != "epoch-seconds":
        return f"to_utc_timestamp(try_to_timestamp({text}, '{how.time_format}'), '{how.zone}')"
    seconds = f"try_cast({text} AS DECIMAL(18, 6))"
    micros = f"timestamp_micros(CAST({seconds} * 1000000 AS BIGINT))"
    return f"CASE WHEN {seconds} BETWEEN 0 AND 253402300799 THEN {micros} END"


def _typed(column: Column, how: Landing) -> str:
    text = f"_text.`{column.name}`"
    if column.type == "timestamp":
        return _timestamp(text, how)
    if column.type == "date":
        dates = [f"CAST(try_to_timestamp({text}, '{each}') AS DATE)" for each in column.date_formats]
        return f"coalesce({', '.join(dates)})"
    if column.type == "string":
        return f"lower({text})" if column.case == "lower" else text
    return f"try_cast({text} AS {column.type})"


def _violations(of: Record) -> str:
    """The names of the broken rules of one line."""
    named = ", ".join(f"CASE WHEN {rule.predicate} THEN '{rule.name}' END" for rule in of.row_rules)
    # Most lines break nothing; asking that first spares them a text for each rule. Joining and splitting leaves out the
    # nulls, as filtering an array would, but is compiled.
    broken = " OR ".join(f"coalesce({rule.predicate}, false)" for rule in of.row_rules)
    return f"CASE WHEN {broken} THEN split(concat_ws(',', {named}), ',') ELSE CAST(array() AS ARRAY<STRING>) END"


def with_record(lines: DataFrame, of: Record, how: Landing, header: tuple[str, ...] | None) -> DataFrame:
    """Adds a struct with the name of the record type, and `_of_<name>`, the rules that such a line breaks.

    Both are null for lines of other record types. A rule sees the columns by their own names, `_text` with a text per
    column, and `_broken`, whether the line cannot be read at all.
    """
    value, texts = _parsed(of, how, header)
    parsed = lines.select("*", F.explode_outer(F.array(value)).alias("_parsed"))
    broken = "_parsed IS NULL OR _parsed._corrupt IS NOT NULL"
    read = parsed.select(*lines.columns, F.expr(texts).alias("_text"), F.expr(broken).alias("_broken"))
    typed = read.select("*", *[F.expr(_typed(column, how)).alias(column.name) for column in of.columns])
    is_own = F.col("_record") == of.name
    return typed.select(
        *lines.columns,
        F.when(is_own, F.struct(*[column.name for column in of.columns])).alias(of.name),
        F.when(is_own, F.expr(_violations(of))).alias(f"_of_{of.name}"),
    )


def judged(lines: DataFrame, how: Landing) -> DataFrame:
    """Adds `_violations` and `_violation_count`; what is no line of data breaks nothing."""
    own = [f"_of_{record.name}" for record in how.records]
    violations = (
        "CASE WHEN _kind IS NOT NULL THEN CAST(array() AS ARRAY<STRING>) "
        "WHEN _refusal IS NOT NULL THEN array(_refusal) "
        f"WHEN _record IS NULL THEN array(_astray) ELSE coalesce({', '.join(own)}) END"
    )
    return lines.withColumn("_violations", F.expr(violations)).withColumn("_violation_count", F.size("_violations"))
