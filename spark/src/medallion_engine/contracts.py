"""The contracts of the project, as far as the jobs need them. The file is derived from the YAML."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

PROJECT = "medallion_project"
"""The package of the project that a wheel was built for: its contracts, and the functions of its tables."""


@dataclass(frozen=True)
class Column:
    """A column of a table. `source` names the fields of a line that may hold it, the first one present wins."""

    name: str
    type: str
    source: tuple[str, ...]
    date_formats: tuple[str, ...]
    case: str | None
    is_personal: bool


@dataclass(frozen=True)
class RowRule:
    """A SQL predicate over a parsed line, true when it is broken."""

    name: str
    predicate: str


@dataclass(frozen=True)
class Record:
    """A record type: one kind of line, which datasets may share."""

    name: str
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]


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
    """A table by its contract's name, such as `gold.gym_sessions`; `physical` is where it is written.

    `definition` changes whenever its rows may be computed in another way.
    """

    name: str
    physical: str
    layer: str
    keys: tuple[str, ...]
    clustered_by: tuple[str, ...]
    columns: tuple[Column, ...]
    ddl: str
    definition: str
    computed: Computed | None

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Route:
    """Lines with this topic (any, if none is given) are of this record type."""

    topic: str | None
    record: str


@dataclass(frozen=True)
class Landing:
    """How the files of a dataset are read, and the table of all its lines. `zone` belongs to times that carry none."""

    dataset: str
    table: str
    format: str
    header: bool
    envelope: str | None
    time_format: str
    zone: str | None
    routes: tuple[Route, ...]

    @property
    def records(self) -> list[Record]:
        """Every record type that a line of the dataset may have."""
        return [record(name) for name in dict.fromkeys(route.record for route in self.routes)]


@dataclass(frozen=True)
class Part:
    """Lines of one record type in the table of one dataset; lines without a record type are those of `None`."""

    table: str
    record: str | None


@dataclass(frozen=True)
class View:
    """A view such as `bronze.bpm`: all lines of a record type, whatever dataset they came in."""

    name: str
    parts: tuple[Part, ...]


@cache
def _content() -> dict:
    return json.loads(files(PROJECT).joinpath("contracts.json").read_text(encoding="utf-8"))


def _columns(found: list[dict]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=each["name"],
            type=each["type"],
            source=tuple(each.get("source", [each["name"]])),
            date_formats=tuple(each.get("dateFormats", [])),
            case=each.get("case"),
            is_personal=each.get("personal", False),
        )
        for each in found
    )


@cache
def table(name: str) -> Table:
    """The contract of a table. Raises KeyError for a name without a contract."""
    found = _content()["tables"][name]
    return Table(
        name=name,
        physical=found["physical"],
        layer=found["layer"],
        keys=tuple(found["keys"]),
        clustered_by=tuple(found["clusteredBy"]),
        columns=_columns(found["columns"]),
        ddl=found["ddl"],
        definition=found.get("definition") or sha256(found["ddl"].encode()).hexdigest()[:16],
        computed=_computed(found["computed"]) if "computed" in found else None,
    )


def _computed(found: dict) -> Computed:
    sources = tuple(
        Source(
            name=each["source"],
            columns=each.get("columns", {}),
            via=each.get("via", {}).get("source"),
            on=each.get("via", {}).get("column"),
            within=Window(**each["within"]) if "within" in each else None,
        )
        for each in found["from"]
    )
    return Computed(tuple(found["per"]), sources, found.get("grows", {}).get("greatest"))


@cache
def record(name: str) -> Record:
    """A record type. Raises KeyError for a name that no landing contract defines."""
    found = _content()["records"][name]
    rules = tuple(RowRule(each["name"], each["predicate"]) for each in found["rowRules"])
    return Record(name, _columns(found["columns"]), rules)


@cache
def landing(dataset: str) -> Landing:
    """How a dataset is read. Raises ValueError for a dataset without a contract."""
    found = _content()["landing"].get(dataset)
    if found is None:
        raise ValueError(
            f"Dataset '{dataset}' has no landing contract. Write one, or take its files out of the manifest."
        )
    return Landing(
        dataset=dataset,
        table=found["table"],
        format=found["format"],
        header=found["header"],
        envelope=found.get("envelope"),
        time_format=found["times"]["format"],
        zone=found["times"].get("zone"),
        routes=tuple(Route(each.get("topic"), each["record"]) for each in found["routes"]),
    )


def datasets() -> list[Landing]:
    """All datasets, in the order of their names."""
    return [landing(dataset) for dataset in sorted(_content()["landing"])]


def tables_of(layer: str) -> list[Table]:
    """All tables of a layer, in the order of their names; those of bronze have the lines of one dataset each."""
    return [table(name) for name, found in sorted(_content()["tables"].items()) if found["layer"] == layer]


@cache
def view(name: str) -> View:
    """A view over bronze. Raises KeyError for a name that no record type has."""
    return View(name, tuple(Part(each["table"], each.get("record")) for each in _content()["views"][name]["parts"]))


def views() -> dict[str, str]:
    """The statements that create the views over bronze, by view, in an order in which they can be run."""
    return {name: each["statement"] for name, each in _content()["views"].items()}


def statements() -> list[str]:
    """The DDL that creates every schema, table and view of bronze that is not there yet."""
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in _content()["schemas"]]
    return schemas + [table(name).ddl for name in sorted(_content()["tables"])] + list(views().values())
