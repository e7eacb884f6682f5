"""What lines of deleted people become: in a table, and while they are parsed."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, StructType

from ..contract import Landing, Record
from ..contracts import records

ERASED = "_erased"
"""The record type of a line that was deleted: its place in the file is all that is left."""
_TOKEN = "[0-9A-Za-z](?:[0-9A-Za-z._:@-]*[0-9A-Za-z])?"


def erased(lines: DataFrame, how: Landing, people: DataFrame) -> DataFrame:
    """The lines as their contracts want them. `people` are the entries of the ledger."""
    marked = _marked(lines, how, people)
    changed = {of.name: F.expr(_struct(of)) for of in how.records}
    is_deleted = F.col("_action") == "delete"
    changed["_line"] = F.when(F.col("_action").isNull(), F.col("_line"))
    changed["_rescued"] = F.when(F.col("_action").isNull(), F.col("_rescued"))
    changed["_record"] = F.when(is_deleted, F.lit(ERASED)).otherwise(F.col("_record"))
    changed["_violations"] = F.when(is_deleted, F.expr("CAST(array() AS array<string>)")).otherwise(
        F.col("_violations")
    )
    changed["_violation_count"] = F.when(is_deleted, F.lit(0)).otherwise(F.col("_violation_count"))
    return marked.select(*[changed.get(name, F.col(name)).alias(name) for name in lines.columns], "_action")


def _marked(lines: DataFrame, how: Landing, people: DataFrame) -> DataFrame:
    """Adds `_action`, which is null for lines of nobody in the ledger, and `_secret`."""
    declared = [of for of in how.records if of.erasure and of.erasure.action != "keep"]
    key = {of.name: f"CAST({of.name}.{of.erasure.subject} AS STRING)" for of in declared}
    at = {of.name: f"{of.name}.{of.deletes.at}" for of in declared if of.deletes}
    keyed = lines.select(
        "*",
        F.expr(_by_record({of.name: f"'{of.erasure.subject}'" for of in declared})).alias("_subject"),
        F.expr(_by_record(key)).alias("_identifier"),
        F.expr(_by_record(at, "timestamp")).alias("_told_at"),
        F.expr(_by_record({of.name: f"{of.name} IS NOT NULL" for of in declared if of.deletes}, "boolean")).alias(
            "_is_dated"
        ),
        F.expr(_by_record({of.name: f"'{of.erasure.action}'" for of in declared})).alias("_own_action"),
    )
    columns = {"subject": "_p_subject", "identifier": "_p_identifier", "deleted_at": "_p_deleted_at"}
    columns |= {"secret": "_secret", "is_back": "_p_is_back"}
    person = people.select(*[F.col(name).alias(alias) for name, alias in columns.items()])
    # What is older than the delete goes in any case; other record types of a person who is back stay.
    is_meant = F.expr("CASE WHEN _is_dated THEN _told_at IS NULL OR _told_at <= _p_deleted_at ELSE NOT _p_is_back END")
    is_same = (F.col("_subject") == F.col("_p_subject")) & (F.col("_identifier") == F.col("_p_identifier"))
    joined = keyed.join(F.broadcast(person), is_same & is_meant & F.col("_line").isNotNull(), "left")
    # A broken line has no time, so once an erasure is done the lines of a person who is back are taken for new ones.
    named = joined.crossJoin(F.broadcast(ids(people.where("NOT is_back OR is_open"), F.lower("identifier"))))
    action = F.when(F.col("_secret").isNotNull(), F.col("_own_action")).when(F.expr(_is_named(how)), "delete")
    return named.withColumn("_action", action)


def _by_record(values: dict[str, str], type_: str = "string") -> str:
    cases = " ".join(f"WHEN '{name}' THEN {value}" for name, value in values.items())
    return f"CASE _record {cases} END" if cases else f"CAST(NULL AS {type_})"


def ids(people: DataFrame, identifier: Column) -> DataFrame:
    """One row: the ids of each kind."""
    collected = [F.collect_set(F.when(F.col("subject") == kind, identifier)).alias(f"_ids_{kind}") for kind in fields()]
    return people.agg(*collected)


def entries_that_name(schema: StructType) -> dict[str, str]:
    """By column that is a list of structs: whether an `entry` of it has an id that `ids` gives."""
    named = {}
    for column in schema.fields:
        type_ = column.dataType
        if isinstance(type_, ArrayType) and isinstance(type_.elementType, StructType):
            kinds = sorted(set(type_.elementType.names) & set(fields()))
            if kinds:
                has_id = [f"array_contains(_ids_{kind}, CAST(entry.{kind} AS STRING))" for kind in kinds]
                named[column.name] = f"coalesce({' OR '.join(has_id)}, false)"
    return named


def any_entry(lists: dict[str, str]) -> str:
    """Whether a row has an entry of which `lists` says that it names somebody."""
    return " OR ".join(f"exists({name}, entry -> {is_named})" for name, is_named in lists.items())


def _is_named(how: Landing) -> str:
    """Whether the text of a line names a person, where columns do not tell all: it is broken, or has more than them."""
    if how.format == "csv":
        own = {column.name for of in how.records for column in of.columns}
        tokens = f"transform(regexp_extract_all(_line, '{_TOKEN}', 0), token -> lower(token))"
        named = [f"arrays_overlap({tokens}, _ids_{kind})" for kind in fields() if kind in own]
    else:
        named = [f"arrays_overlap({_values(names)}, _ids_{kind})" for kind, names in fields().items()]
    is_doubtful = "(_violation_count > 0 OR _rescued IS NOT NULL) AND _line IS NOT NULL"
    return f"{is_doubtful} AND ({' OR '.join(['false', *named])})"


def _values(names: list[str]) -> str:
    """What a JSON text has under these names. Inside the text of a value quotes are escaped."""
    pattern = rf"(?:{'|'.join(names)})\\*\"\s*:\s*\\*\"?([^\"\\,}}\s]+)"
    escaped = pattern.replace("\\", "\\\\").replace("'", "\\'")
    return f"transform(regexp_extract_all(_line, '{escaped}', 1), value -> lower(value))"


def fields() -> dict[str, list[str]]:
    """By kind of id, the fields of a line that may hold it."""
    kinds = {of.erasure.subject for of in records() if of.erasure and of.erasure.action != "keep"}
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    for of in records():
        for column in of.columns:
            if column.name in found:
                found[column.name].update(path.split(".")[-1] for path in column.source)
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def _struct(of: Record) -> str:
    """The columns of a record type after its action."""
    kept = f"CASE WHEN _action = 'delete' THEN NULL ELSE {of.name} END"
    if of.erasure is None or of.erasure.action not in ("blank", "pseudonymise"):
        return kept
    columns = ", ".join(f"'{column.name}', {_column(of, column.name)}" for column in of.columns)
    return (
        f"CASE WHEN _action = '{of.erasure.action}' AND _record = '{of.name}' THEN named_struct({columns}) "
        f"WHEN _action = 'delete' THEN NULL ELSE {of.name} END"
    )


def _column(of: Record, name: str) -> str:
    column, erasure = of.column(name), of.erasure
    place = f"{of.name}.{name}"
    if erasure.action == "blank" and column.subject == erasure.subject:
        return f"CAST(NULL AS {column.type})"
    if erasure.action == "pseudonymise" and name in (erasure.subject, *erasure.links):
        return f"left(sha2(concat(_secret, ':', {place}), 256), 32)"
    return place
