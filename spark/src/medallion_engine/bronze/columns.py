"""How the fields of a line become the columns of its record type, as SQL expressions."""

import re
from dataclasses import dataclass, field

from ..contracts import Column, Landing, Record
from ..delta.history import quoted

_LAST_SECOND = 253_402_300_799

_PLAIN = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"
_WITHOUT_EXPONENT = "^[+-]?[0-9]+([.][0-9]*)?$"
_WITH_COMMA = "^[+-]?([0-9]{1,3}([.][0-9]{3})+|[0-9]*)(,[0-9]+)?$"
"""Numbers in decimal notation. Casting alone would also take Java's literals, such as `72f`, for numbers."""

_NO_NUMBERS = "NaN|-?Infinity"
"""Texts that some senders write for doubles, so that rules can say what is wrong with them."""


@dataclass
class _Fields:
    """A JSON schema that grows by dotted paths."""

    children: dict[str, "_Fields"] = field(default_factory=dict)

    def add(self, path: str) -> None:
        at = self
        for name in path.split("."):
            at = at.children.setdefault(name, _Fields())

    def ddl(self) -> str:
        if not self.children:
            return "string"
        return f"struct<{','.join(f'`{name}`:{child.ddl()}' for name, child in self.children.items())}>"


def json_schema(columns: tuple[Column, ...]) -> str:
    """The fields that give those columns, as texts."""
    fields = _Fields()
    for column in columns:
        for source in column.source:
            fields.add(source)
    return ", ".join(f"`{name}` {child.ddl()}" for name, child in fields.children.items())


def texts(of: Record) -> dict[str, str]:
    """A tidy text per column."""
    return {column.name: f"nullif(trim(get(_texts_{of.name}, {at})), '')" for at, column in enumerate(of.columns, 2)}


def json_places(columns: tuple[Column, ...], parsed: str) -> dict[str, list[str]]:
    """Where the fields are that may hold each column, in the struct `parsed`."""
    return {
        column.name: [f"{parsed}.{'.'.join(f'`{name}`' for name in source.split('.'))}" for source in column.source]
        for column in columns
    }


def csv_places(columns: tuple[Column, ...], header: tuple[str, ...], parsed: str) -> dict[str, list[str]]:
    """The same for a CSV file with this header."""
    return {
        column.name: [f"{parsed}.c{header.index(name)}" for name in map(str.lower, column.source) if name in header]
        for column in columns
    }


def on_columns(predicate: str) -> str:
    """A predicate of a rule, in which `_text.<column>` is a column of its own. A struct of texts would take longer."""
    return re.sub(r"\b_text\.(\w+)", r"`_text_\1`", predicate)


def typed(column: Column, how: Landing) -> str:
    """The value of a column that is made of its text, which is in `_text_<column>`."""
    text = f"`_text_{column.name}`"
    if column.type == "timestamp":
        return _timestamp(text, how)
    if column.type == "date":
        dates = [f"CAST(try_to_timestamp({text}, {quoted(each)}) AS DATE)" for each in column.date_formats]
        return f"coalesce({', '.join(dates)})"
    if column.type == "string":
        return f"lower({text})" if column.case == "lower" else text
    if column.type == "double" or column.type.startswith("decimal"):
        return _number(text, column.type, how)
    return f"try_cast({text} AS {column.type})"


def _number(text: str, of_type: str, how: Landing) -> str:
    if how.decimal == ",":
        plain = f"replace(replace({text}, '.', ''), ',', '.')"
        return f"CASE WHEN {text} RLIKE '{_WITH_COMMA}' THEN try_cast({plain} AS {of_type}) END"
    pattern = f"^({_PLAIN}|{_NO_NUMBERS})$" if of_type == "double" else f"^{_PLAIN}$"
    return f"CASE WHEN {text} RLIKE '{pattern}' THEN try_cast({text} AS {of_type}) END"


def _timestamp(text: str, how: Landing) -> str:
    """Exact to the microsecond. Outside 1970 to 9999 there is no time, only a number in another unit.

    In JSON an exponent is a number like any other. In CSV a spreadsheet wrote it, and has dropped the last digits.
    """
    if how.time_format != "epoch-seconds":
        return f"to_utc_timestamp(try_to_timestamp({text}, {quoted(how.time_format)}), '{how.zone}')"
    seconds = f"try_cast({text} AS DECIMAL(18, 6))"
    micros = f"timestamp_micros(CAST({seconds} * 1000000 AS BIGINT))"
    is_plain = f"{text} RLIKE '{_WITHOUT_EXPONENT}' AND " if how.format == "csv" else ""
    return f"CASE WHEN {is_plain}{seconds} BETWEEN 0 AND {_LAST_SECOND} THEN {micros} END"
