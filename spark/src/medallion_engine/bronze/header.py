"""The header of a CSV file against its contract."""

import csv
import re
from collections import Counter

from ..contracts import Landing

_MAX_SHOWN = 40
_MAX_FIELD = 1024 * 1024

NO_HEADER = "file_has_no_header"
MISSING_COLUMN = "file_lacks_a_column"
DOUBLED_COLUMN = "file_has_a_column_twice"

Judged = tuple[tuple[str, ...] | None, int, str | None, str | None]
"""The names of the columns, the line where they stand, what is wrong with them, and the reason in words."""


def judged_header(text: str, how: Landing) -> Judged:
    """What the beginning of a file has for a header. Where the contract says that there is none, it names them."""
    if how.format != "csv":
        return None, 0, None, None
    columns = [column for record in how.records for column in record.columns]
    if not how.header:
        return tuple(column.source[0].lower() for column in columns), 0, None, None
    lines = re.split("\r\n|\r|\n", text)
    number, line = next(((n, each) for n, each in enumerate(lines, 1) if each.strip()), (0, ""))
    header = _names(line, how)
    expected = {source.lower() for column in columns for source in column.source}
    if not expected & set(header):
        return None, 0, NO_HEADER, _no_header(line, sorted(expected))
    doubled = sorted(name for name, times in Counter(header).items() if times > 1 and name in expected)
    if doubled:
        return header, number, DOUBLED_COLUMN, f"Its header has the column '{doubled[0]}' more than once."
    missing = [
        column.source[0]
        for column in columns
        if not column.optional and not {source.lower() for source in column.source} & set(header)
    ]
    if missing and how.removed == "quarantine":
        names = ", ".join(missing)
        return header, number, MISSING_COLUMN, f"Its header lacks '{names}', which the contract names."
    return header, number, None, None


def _names(line: str, how: Landing) -> tuple[str, ...]:
    csv.field_size_limit(_MAX_FIELD)
    return tuple(name.strip().lower() for name in next(csv.reader([line], delimiter=how.delimiter), []))


def _no_header(line: str, expected: list[str]) -> str:
    return (
        f"There is no header: the first line has {len(line)} characters, begins with '{masked(line)}' and names none "
        f"of the columns '{', '.join(expected)}'."
    )


def masked(text: str) -> str:
    """The beginning of a text with its shape, and without what it says."""
    letters = re.sub(r"[^\W\d_]", "a", text[:_MAX_SHOWN])
    return re.sub(r"\d", "9", letters) + ("…" if len(text) > _MAX_SHOWN else "")
