"""From records to typed columns, and the names of the rules that a line breaks."""

from pyspark.sql import DataFrame

from ..contracts import Landing, Record
from ..delta.history import quoted
from .columns import csv_places, json_places, json_schema, on_columns, texts, typed
from .rescue import others_of_csv, others_of_json
from .routing import DOUBLED_KEY, NO_VIOLATIONS, TEXT_FOLLOWS, TOMBSTONE, json_end
from .shapes import column_texts

_MAX_SIZE = 20
"""Columns and rules of the record types that are parsed in one step."""
_PERMISSIVE = ("mode", "PERMISSIVE", "columnNameOfCorruptRecord", "_corrupt")


def _names(of: Record, how: Landing) -> str:
    """The names of the rules that a line breaks, one after the other; or of what makes it no value at all."""
    named = [f"CASE WHEN {on_columns(rule.predicate)} THEN '{rule.name}' END" for rule in of.row_rules]
    rules = f"concat_ws(',', {', '.join(named)})"
    if how.format == "csv":
        return rules
    flaw = f"_flaw_{of.name}"
    return f"CASE WHEN {flaw} <> '' THEN {flaw} WHEN _broken AND {flaw} = '' THEN '{TEXT_FOLLOWS}' ELSE {rules} END"


def _flaw(of: Record, value: str) -> str:
    """What makes a JSON text more than one clear object, else an empty text; null if it does not begin with one.

    Also of a message without a value. A line that has no envelope always has one.
    """
    inner = {path.rpartition(".")[0] for column in of.columns for path in column.source if "." in path}
    objects = [value, *[f"get_json_object({value}, '$.{path}')" for path in sorted(inner)]]
    keys = [f"json_object_keys({each})" for each in objects]
    doubled = " OR ".join(f"size(array_distinct({each})) < size({each})" for each in keys)
    return (
        f"""CASE WHEN {value} IS NULL AND contains(_line, '"value"') THEN '{TOMBSTONE}' """
        f"WHEN size(json_object_keys({json_end(value)})) > 2 THEN '{TEXT_FOLLOWS}' WHEN {doubled} "
        f"THEN '{DOUBLED_KEY}' WHEN {keys[0]} IS NOT NULL THEN '' END"
    )


def _parsed(of: Record, how: Landing, header: tuple[str, ...] | None) -> dict[str, str]:
    """`_parsed_<name>`, and of JSON `_rescued_<name>`, what no column is taken from, and `_flaw_<name>`."""
    value = f"CASE WHEN _record = '{of.name}' THEN _value END"
    if how.format == "csv":
        schema = "".join(f"c{index} string, " for index in range(len(header or ()))) + "_corrupt string"
        return {f"_parsed_{of.name}": f"from_csv({value}, {quoted(schema)}, {_options(_csv_options(how))})"}
    schema = f"v struct<{json_schema(of.columns)}>, end int, _corrupt string"
    more = {"_rescued_": others_of_json(of, "_value"), "_flaw_": _flaw(of, "_value")}
    is_parsed = f"_record = '{of.name}' AND _parts IS NULL"
    return {
        f"_parsed_{of.name}": f"from_json({json_end(value)}, {quoted(schema)}, {_options(_PERMISSIVE)})",
        **{f"{name}{of.name}": f"CASE WHEN {is_parsed} THEN {sql} END" for name, sql in more.items()},
    }


def _csv_options(how: Landing) -> tuple[str, ...]:
    """With `multiLine` the line ends of a value stay as they are."""
    multi_line = ("multiLine", "true") if how.quoted_line_ends else ()
    return (*_PERMISSIVE, "sep", how.delimiter, "escape", '"', *multi_line)


def _options(names_and_values: tuple[str, ...]) -> str:
    return f"map({', '.join(map(quoted, names_and_values))})"


def _is_broken(how: Landing, parsed: str) -> str:
    if how.format != "csv":
        return f"_parts IS NULL AND ({parsed} IS NULL OR {parsed}._corrupt IS NOT NULL OR {parsed}.v IS NULL)"
    quotes = """length(_line) - length(replace(_line, '"', ''))"""
    is_open = f"""(contains(_line, '"') AND ({quotes}) % 2 = 1)"""
    return f"{parsed} IS NULL OR {parsed}._corrupt IS NOT NULL OR {is_open}"


def _with_named(lines: DataFrame, of: Record, how: Landing, header: tuple[str, ...] | None) -> DataFrame:
    """Puts a struct with the name of the record type, and what is said about it, in the place of `_parsed_<name>`.

    `_of_<name>` are the rules that the line breaks, `_spared_<name>` is whether it counts all the same, and
    `_rescued_<name>` is what no column has.
    """
    parsed = f"_parsed_{of.name}"
    others = [name for name in lines.columns if name not in (parsed, f"_flaw_{of.name}")]
    is_its = f"_record = '{of.name}'"
    is_csv = how.format == "csv"
    places = csv_places(of.columns, header or (), parsed) if is_csv else json_places(of.columns, f"{parsed}.v")
    split = lines.selectExpr("*", f"{column_texts(of, places)} AS _texts_{of.name}")
    read = split.selectExpr("*", *_aliased(texts(of), "_text_"), f"{_is_broken(how, parsed)} AS _broken")
    columns = {column.name: typed(column, how) for column in of.columns}
    valued = read.selectExpr("*", *_aliased(columns))
    # Joining and splitting leaves out the nulls, as filtering an array would, but is compiled.
    named = valued.selectExpr("*", f"CASE WHEN {is_its} THEN {_names(of, how)} ELSE '' END AS _names")
    spared = named.selectExpr("*", f"{_spared(of)} AS _is_spared") if of.deletes else named
    violations = f"CASE WHEN _names = '' THEN {NO_VIOLATIONS} ELSE split(_names, ',') END"
    return spared.selectExpr(
        *others,
        f"CASE WHEN {is_its} THEN struct({_dated(of)}) END AS `{of.name}`",
        f"CASE WHEN {is_its} THEN {violations} END AS _of_{of.name}",
        *([f"{others_of_csv(of, header or (), parsed)} AS _rescued_{of.name}"] if is_csv else []),
        *([f"CASE WHEN {is_its} THEN _is_spared END AS _spared_{of.name}"] if of.deletes else []),
    )


def _spared(of: Record) -> str:
    """Whether a line with defects deletes somebody: then it counts."""
    unclear = f"_names IN ('{TEXT_FOLLOWS}', '{DOUBLED_KEY}', '{TOMBSTONE}')"
    return f"_names <> '' AND NOT {unclear} AND `{of.deletes.subject}` IS NOT NULL AND ({of.deletes.when})"


def _dated(of: Record) -> str:
    """The columns. A delete with a defect holds from when its file landed, unless its own time is earlier."""
    names = [column.name for column in of.columns]
    at = of.deletes.at if of.deletes else None
    dated = f"CASE WHEN _is_spared THEN least(`{at}`, _landed_at) ELSE `{at}` END AS `{at}`"
    return ", ".join(dated if name == at else f"`{name}`" for name in names)


def _aliased(expressions: dict[str, str], prefix: str = "") -> list[str]:
    return [f"{sql} AS `{prefix}{name}`" for name, sql in expressions.items()]


def _in_steps(records: list[Record]) -> list[list[Record]]:
    """Record types that are parsed at once, because Spark copies the whole row in a step that parses.

    What is done to a row between two such steps is one method, and Java compiles none of more than 8,000 bytes.
    """
    steps: list[list[Record]] = [[]]
    for of in records:
        if sum(len(record.columns) + len(record.row_rules) for record in [*steps[-1], of]) > _MAX_SIZE:
            steps.append([])
        steps[-1].append(of)
    return [step for step in steps if step]


def with_records(lines: DataFrame, how: Landing, header: tuple[str, ...] | None) -> DataFrame:
    """Adds for each record type a struct with its name, and `_of_<name>`, the rules that such a line breaks.

    Both are null for lines of other record types. A rule sees the columns by their own names, `_text` with a text per
    column, `_broken`, whether the line cannot be read at all, and `_landed_at`, when its file landed. Also adds
    `_rescued`.
    """
    for step in _in_steps(how.records):
        parsed = {name: sql for of in step for name, sql in _parsed(of, how, header).items()}
        lines = lines.selectExpr("*", *_aliased(parsed))
        for of in step:
            lines = _with_named(lines, of, how, header)
    rescued = ", ".join(f"_rescued_{of.name}" for of in how.records)
    return lines.selectExpr("*", f"coalesce({rescued}) AS _rescued")
