"""What a line has beside the columns of its contract."""

from ..contracts import Record
from ..delta.history import quoted


def unknown_names(of: list[Record], header: tuple[str, ...]) -> list[str]:
    """The columns of a CSV file that no contract names."""
    sources = {path.lower() for record in of for column in record.columns for path in column.source}
    return [name for name in header if name and name not in sources]


def others_of_json(of: Record, value: str) -> str:
    """The keys of a JSON value that no column is taken from, as the text of an object.

    Part of the step that parses anyway: Spark compiles no step that has a function over a map.
    """
    keys = sorted({path.split(".")[0] for column in of.columns for path in column.source})
    known = ", ".join(map(quoted, keys))
    others = f"map_filter(from_json({value}, 'map<string,string>'), (k, v) -> k NOT IN ({known}))"
    return f"nullif(to_json({others}), '{{}}')"


def others_of_csv(of: Record, header: tuple[str, ...], parsed: str) -> str:
    """The same of a CSV line."""
    fields = [f"{quoted(name)}, {parsed}.c{header.index(name)}" for name in unknown_names([of], header)]
    return f"nullif(to_json(named_struct({', '.join(fields)})), '{{}}')" if fields else "CAST(NULL AS STRING)"
