"""What a contract says, as far as the jobs need it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of a table. `source` names the fields of a line that may hold it, the first one present wins.

    `subject` is the column that names the person of whom this one tells. Files may lack a column that is `optional`.
    """

    name: str
    type: str
    source: tuple[str, ...]
    date_formats: tuple[str, ...]
    case: str | None
    subject: str | None
    optional: bool = False


@dataclass(frozen=True)
class RowRule:
    """A SQL predicate over a parsed line, true when it is broken."""

    name: str
    predicate: str


@dataclass(frozen=True)
class Deletes:
    """An accepted line for which `when` holds deletes the person in column `subject`, as of the time in column `at`."""

    subject: str
    when: str
    at: str


@dataclass(frozen=True)
class Erasure:
    """What becomes of a row whose column `subject` has the id of a deleted person: `action`.

    It is delete, blank, pseudonymise or keep. `links` are columns with further ids of the person.
    """

    subject: str
    action: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """A record type: one kind of line, which datasets may share."""

    name: str
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]
    deletes: Deletes | None
    erasure: Erasure | None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Window:
    """A row counts for a unit only if its `column` is later than `after`, and not later than `until`, of a source."""

    column: str
    after: str
    until: str
    source: str


@dataclass(frozen=True)
class Source:
    """What a table is made of. Its rows reach units by `columns` (by unit column), or by a row of another source.

    That row has the same value in the column `on`; `within` may narrow what a row reaches, and changes no result.
    """

    name: str
    columns: dict[str, str]
    via: str | None
    on: str | None
    within: Window | None


@dataclass(frozen=True)
class Computed:
    """The columns of a unit, which is computed anew as a whole, and the sources of the table.

    `greatest` is a column of a table that only grows: of rows with the same key the one with its greatest value stays.
    """

    per: tuple[str, ...]
    sources: tuple[Source, ...]
    greatest: str | None


@dataclass(frozen=True)
class Table:
    """A table by its contract's name, such as `gold.sales`; `physical` is where it is written.

    `definition` changes whenever its rows may be computed in another way. A table of gold is published from the table
    `changes`, where rounds write, and `staged` is a query for what it will show, with rounds `{after}` and `{until}`.
    """

    name: str
    physical: str
    layer: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    ddl: str
    definition: str
    computed: Computed | None
    changes: str | None
    staged: str | None
    erasure: Erasure | None

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Route:
    """Lines with this topic (any, if none is given) are of this record type."""

    topic: str | None
    record: str


@dataclass(frozen=True)
class Limits:
    """What is too much of something.

    With `broken_lines` broken lines or more, and more than `broken_percent` of all, a file is set aside as a whole.
    """

    file_bytes: int
    array_bytes: int
    packed_bytes: int
    line_bytes: int
    columns: int
    broken_lines: int
    broken_percent: float


@dataclass(frozen=True)
class Landing:
    """How the files of a dataset are read, and the table of all its lines. `zone` belongs to times that carry none.

    `records` are all record types that a line may have, `delimiter` is between the values of a CSV line. `removed` says
    what becomes of a CSV file that lacks a column. With `quoted_line_ends` a value in quotes may span lines.
    Landed files are kept for `retention_days`.
    """

    dataset: str
    table: str
    format: str
    header: bool
    delimiter: str
    encoding: str
    decimal: str
    limits: Limits
    removed: str
    envelope: str | None
    time_format: str
    zone: str | None
    routes: tuple[Route, ...]
    records: tuple[Record, ...]
    retention_days: int
    quoted_line_ends: bool = False

    @property
    def is_read_whole(self) -> bool:
        """Whether a file of any length is one text, since not every line end in it ends a line."""
        return self.format == "json-array" or self.quoted_line_ends


@dataclass(frozen=True)
class Part:
    """Lines of one record type in the table of one dataset; lines without a record type are those of `None`."""

    table: str
    record: str | None


@dataclass(frozen=True)
class View:
    """A view such as `bronze.NAME`: all lines of a record type, whatever dataset they came in."""

    name: str
    parts: tuple[Part, ...]
