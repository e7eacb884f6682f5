"""The contracts, as far as the jobs need them. The file is derived from the YAML and travels inside the wheel."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Column:
    """A column of a table. `source` names the fields of a line that may hold it, the first one present wins."""

    name: str
    type: str
    source: tuple[str, ...]
    date_formats: tuple[str, ...]
    case: str | None
    is_personal: bool

    @property
    def is_own(self) -> bool:
        """Whether the column describes the line itself and not what it says."""
        return self.name.startswith("_")


@dataclass(frozen=True)
class RowRule:
    """A SQL predicate over a parsed line, true when it is broken."""

    name: str
    predicate: str


@dataclass(frozen=True)
class Table:
    """A table by its contract's name, such as `gold.gym_sessions`; `physical` is where it is written."""

    name: str
    physical: str
    layer: str
    keys: tuple[str, ...]
    clustered_by: tuple[str, ...]
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]
    ddl: str

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Route:
    """Lines with this topic (any, if none is given) belong to this table."""

    topic: str | None
    table: str


@dataclass(frozen=True)
class Landing:
    """How the files of a dataset are read. `zone` belongs to times that carry none."""

    dataset: str
    format: str
    header: bool
    envelope: str | None
    time_format: str
    zone: str | None
    routes: tuple[Route, ...]
    otherwise: str | None

    @property
    def tables(self) -> list[str]:
        """Every table that a line of the dataset may belong to."""
        return [route.table for route in self.routes] + ([self.otherwise] if self.otherwise else [])

    def table_for(self, topic: str | None) -> str:
        """The table of a topic; what nobody declared goes where the contract says."""
        for route in self.routes:
            if route.topic is None or route.topic == topic:
                return route.table
        if self.otherwise is None:
            raise ValueError(f"Dataset '{self.dataset}' has no table for topic '{topic}'. Add a route to its contract.")
        return self.otherwise


@cache
def _content() -> dict:
    return json.loads(files(__package__).joinpath("contracts.json").read_text(encoding="utf-8"))


@cache
def table(name: str) -> Table:
    """The contract of a table. Raises KeyError for a name without a contract."""
    found = _content()["tables"][name]
    columns = tuple(
        Column(
            name=each["name"],
            type=each["type"],
            source=tuple(each.get("source", [each["name"]])),
            date_formats=tuple(each.get("dateFormats", [])),
            case=each.get("case"),
            is_personal=each.get("personal", False),
        )
        for each in found["columns"]
    )
    rules = tuple(RowRule(each["name"], each["predicate"]) for each in found["rowRules"])
    return Table(
        name=name,
        physical=found["physical"],
        layer=found["layer"],
        keys=tuple(found["keys"]),
        clustered_by=tuple(found["clusteredBy"]),
        columns=columns,
        row_rules=rules,
        ddl=found["ddl"],
    )


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
        format=found["format"],
        header=found["header"],
        envelope=found.get("envelope"),
        time_format=found["times"]["format"],
        zone=found["times"].get("zone"),
        routes=tuple(Route(each.get("topic"), each["table"]) for each in found["routes"]),
        otherwise=found.get("otherwise"),
    )


def tables_of(layer: str) -> list[Table]:
    """All tables of a layer, in the order of their names."""
    return [table(name) for name, found in sorted(_content()["tables"].items()) if found["layer"] == layer]


def statements() -> list[str]:
    """The DDL that creates every schema and table that is not there yet."""
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in _content()["schemas"]]
    return schemas + [table(name).ddl for name in sorted(_content()["tables"])]


def views() -> dict[str, str]:
    """The statements that create the views of quarantined lines, by view."""
    return dict(_content()["views"])
