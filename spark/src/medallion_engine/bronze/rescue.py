"""What a line has beside the columns of its contract."""

from ..contracts import Landing, Record
from ..delta.history import quoted


def unknown_names(of: list[Record], header: tuple[str, ...]) -> list[str]:
    """The columns of a CSV file that no contract names."""
    sources = {path.lower() for record in of for column in record.columns for path in column.source}
    return [name for name in header if name and name not in sources]


def has_only(of: Record, how: Landing, parsed: str) -> str:
    """Whether a JSON value surely has no other keys than those that give columns, and none of them twice.

    As many colons as keys that were read: whatever else there is needs one more. A backslash could write a colon in
    another way. Of texts only times are expected to have colons; any other that has some is looked at in full.
    """
    columns = {path: column for column in of.columns for path in column.source}
    objects = {path.rpartition(".")[0] for path in columns if "." in path}
    colons = [f"CAST({parsed}.v.{_at(path)} IS NOT NULL AS INT)" for path in [*columns, *sorted(objects)]]
    times = [f"{parsed}.v.{_at(path)}" for path, column in columns.items() if column.type == "timestamp"]
    colons += [
        f"CASE WHEN {time} IS NULL THEN 0 ELSE {_colons(how, time)} END" for time in times if ":" in how.time_format
    ]
    return f"NOT contains(_value, '\\\\') AND size(split(_value, ':')) - 1 = {' + '.join(colons)}"


def _colons(how: Landing, time: str) -> str:
    """How many colons a time has. They are counted where an optional part may have one, which takes longer."""
    is_open = "[" in how.time_format.rpartition(":")[0]
    return f"size(split({time}, ':')) - 1" if is_open else str(how.time_format.count(":"))


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


def _at(path: str) -> str:
    return ".".join(f"`{name}`" for name in path.split("."))
