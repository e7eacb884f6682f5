"""Columns that a contract has gained, for the lines of before: their values are in `_rescued`, so no file is read."""

from pyspark.sql import SparkSession

from ..contracts import Column, Landing, Record
from ..delta.history import quoted
from .columns import typed

_RESCUED = "from_json(_rescued, 'map<string,string>')"


def promote(spark: SparkSession, how: Landing) -> None:
    """Brings what lines have beside their columns into those that have it for a source by now.

    A text that is no value of its column stays where it is. The lines are not judged again. Doing it again finds none.
    """
    for of in how.records:
        spark.sql(_statement(of, how))


def _statement(of: Record, how: Landing) -> str:
    values = [f"{of.name}.`{column.name}` = {_value(column, of, how)}" for column in of.columns]
    filled = f"array_compact(array({', '.join(_filled(key, of, how) for key in _keys(of, how))}))"
    left = f"map_filter({_RESCUED}, (key, value) -> NOT array_contains({filled}, key))"
    return (
        f"UPDATE {how.table} SET {', '.join(values)}, _rescued = nullif(to_json({left}), '{{}}') "
        f"WHERE _record = '{of.name}' AND _rescued IS NOT NULL AND {of.name} IS NOT NULL AND size({filled}) > 0"
    )


def _value(column: Column, of: Record, how: Landing) -> str:
    return f"coalesce({of.name}.`{column.name}`, {_typed(column, how)})"


def _typed(column: Column, how: Landing) -> str:
    return typed(column, how).replace(f"`_text_{column.name}`", _text(column, how))


def _text(column: Column, how: Landing) -> str:
    places = ", ".join(_place(source, how) for source in column.source)
    return f"nullif(trim(coalesce({places})), '')"


def _place(source: str, how: Landing) -> str:
    """Objects are rescued as the text of JSON."""
    inside = "" if how.format == "csv" else source.partition(".")[2]
    value = f"{_RESCUED}[{quoted(_key(source, how))}]"
    return f"get_json_object({value}, {quoted(f'$.{inside}')})" if inside else value


def _key(source: str, how: Landing) -> str:
    """The names of a header are in small letters."""
    return source.lower() if how.format == "csv" else source.split(".")[0]


def _keys(of: Record, how: Landing) -> list[str]:
    return sorted({_key(source, how) for column in of.columns for source in column.source})


def _filled(key: str, of: Record, how: Landing) -> str:
    """The key, if it was rescued and all that its columns take from it has become values."""
    columns = [column for column in of.columns if key in {_key(source, how) for source in column.source}]
    flaws = [f"({_text(column, how)} IS NOT NULL AND {_typed(column, how)} IS NULL)" for column in columns]
    is_there = f"array_contains(map_keys({_RESCUED}), {quoted(key)})"
    return f"CASE WHEN {is_there} AND NOT ({' OR '.join(flaws)}) THEN {quoted(key)} END"
