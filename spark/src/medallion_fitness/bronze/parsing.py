"""From the text of a line to typed columns and the names of the rules it breaks."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..contracts import Column, Landing, Table

_ENVELOPE = "topic string, value string, _corrupt string"
_PERMISSIVE = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt"}


def enveloped(lines: DataFrame, landing: Landing) -> DataFrame:
    """Adds `_envelope` (topic, value as text, _corrupt), null where the lines are the values themselves."""
    if landing.envelope is None:
        return lines.withColumn("_envelope", F.lit(None).cast(f"struct<{_ENVELOPE.replace(' string', ':string')}>"))
    # Exploded, not selected: a condition on a column that is only selected is asked below it, and so parses once more.
    envelope = F.array(F.from_json("_line", _ENVELOPE, _PERMISSIVE))
    return lines.select("*", F.explode_outer(envelope).alias("_envelope"))


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


def _json_schema(columns: list[Column]) -> str:
    fields = _Fields()
    for column in columns:
        for source in column.source:
            fields.add(source)
    return ", ".join(f"`{name}` {child.ddl()}" for name, child in fields.children.items())


def _tidy(text: str) -> str:
    return f"nullif(trim({text}), '')"


def _texts(paths: dict[str, list[str]]) -> str:
    """A struct of one text per column; columns without a place in the line are null."""
    chosen = {
        name: f"coalesce({', '.join(found)})" if found else "CAST(NULL AS STRING)" for name, found in paths.items()
    }
    return f"named_struct({', '.join(f'{name!r}, {_tidy(text)}' for name, text in chosen.items())})"


def _backticked(path: str) -> str:
    return ".".join(f"`{name}`" for name in path.split("."))


def texts(lines: DataFrame, table: Table, landing: Landing, header: list[str] | None) -> DataFrame:
    """Adds `_text`, a struct with a text per column, and `_broken`, whether the line cannot be read at all.

    `lines` has `_line` and `_envelope`; `header` holds the column names of a CSV file, in the order of the file.
    """
    columns = [column for column in table.columns if not column.is_own]
    if table.name == landing.otherwise:
        names = {column.name: [f"_envelope.{_backticked(column.name)}"] for column in columns}
        broken = "_envelope IS NULL OR _envelope._corrupt IS NOT NULL"
        return lines.select("*", F.expr(_texts(names)).alias("_text"), F.expr(broken).alias("_broken"))
    if landing.format == "csv":
        found = header or []
        schema = "".join(f"c{index} string, " for index in range(len(found))) + "_corrupt string"
        parsed = lines.withColumn(
            "_value", F.from_csv("_line", schema, {**_PERMISSIVE, "columnNameOfCorruptRecord": "_corrupt"})
        )
        names = {c.name: [f"_value.c{found.index(s)}" for s in c.source if s in found] for c in columns}
    else:
        value = "_line" if landing.envelope is None else "_envelope.value"
        parsed = lines.withColumn(
            "_value", F.from_json(value, f"{_json_schema(columns)}, _corrupt string", _PERMISSIVE)
        )
        names = {column.name: [f"_value.{_backticked(source)}" for source in column.source] for column in columns}
    broken = "_value IS NULL OR _value._corrupt IS NOT NULL"
    return parsed.select("*", F.expr(_texts(names)).alias("_text"), F.expr(broken).alias("_broken"))


def _timestamp(text: str, landing: Landing) -> str:
    """Exact to the microsecond. Outside 1970 to 9999 there is no time, only a number in another unit."""
    if landing.time_format != "epoch-seconds":
        return f"to_utc_timestamp(try_to_timestamp({text}, '{landing.time_format}'), '{landing.zone}')"
    seconds = f"try_cast({text} AS DECIMAL(18, 6))"
    micros = f"timestamp_micros(CAST({seconds} * 1000000 AS BIGINT))"
    return f"CASE WHEN {seconds} BETWEEN 0 AND 253402300799 THEN {micros} END"


def _typed(column: Column, landing: Landing) -> str:
    text = f"_text.`{column.name}`"
    if column.type == "timestamp":
        return _timestamp(text, landing)
    if column.type == "date":
        dates = [f"CAST(try_to_timestamp({text}, '{each}') AS DATE)" for each in column.date_formats]
        return f"coalesce({', '.join(dates)})"
    if column.type == "string":
        return f"lower({text})" if column.case == "lower" else text
    return f"try_cast({text} AS {column.type})"


def typed(lines: DataFrame, table: Table, landing: Landing) -> DataFrame:
    """Adds the table's columns. What is no value of its type becomes null; the row rules compare with `_text`."""
    columns = [F.expr(_typed(c, landing)).alias(c.name) for c in table.columns if not c.is_own]
    return lines.select("*", *columns)


def judged(lines: DataFrame, table: Table) -> DataFrame:
    """Adds `_violations`, the names of the broken rules, and `_violation_count`."""
    named = ", ".join(f"CASE WHEN {rule.predicate} THEN '{rule.name}' END" for rule in table.row_rules)
    # Most lines break nothing; asking that first spares them a text for each rule. Joining and splitting leaves out the
    # nulls, as filtering an array would, but is compiled.
    broken = " OR ".join(f"coalesce({rule.predicate}, false)" for rule in table.row_rules)
    violations = f"CASE WHEN {broken} THEN split(concat_ws(',', {named}), ',') ELSE CAST(array() AS ARRAY<STRING>) END"
    return lines.withColumn("_violations", F.expr(violations)).withColumn("_violation_count", F.size("_violations"))
