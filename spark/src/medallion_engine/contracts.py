"""The contracts of the project, as far as the jobs need them. The file is derived from the YAML."""

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files

from .contract import (
    Column,
    Computed,
    Deletes,
    Erasure,
    Landing,
    Limits,
    Part,
    Record,
    Route,
    RowRule,
    Source,
    Table,
    View,
    Window,
)

PROJECT = "medallion_project"
"""The package of the project that a wheel was built for: its contracts, and the functions of its tables."""


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
            subject=each.get("subject"),
            optional=each.get("optional", False),
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
        columns=_columns(found["columns"]),
        ddl=found["ddl"],
        definition=found.get("definition") or sha256(found["ddl"].encode()).hexdigest()[:16],
        computed=_computed(found["computed"]) if "computed" in found else None,
        changes=found.get("changes"),
        staged=found.get("staged"),
        erasure=_erasure(found),
    )


def _erasure(found: dict) -> Erasure | None:
    declared = found.get("erasure")
    return Erasure(declared["subject"], declared["action"], tuple(declared.get("links", []))) if declared else None


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
    deletes = Deletes(**found["deletes"]) if "deletes" in found else None
    return Record(name, _columns(found["columns"]), rules, deletes, _erasure(found))


@cache
def landing(dataset: str) -> Landing:
    """How a dataset is read. Raises ValueError for a dataset without a contract."""
    found = _content()["landing"].get(dataset)
    if found is None:
        raise ValueError(
            f"Dataset '{dataset}' has no landing contract. Write one, or take its files out of the manifest."
        )
    routes = tuple(Route(each.get("topic"), each["record"]) for each in found["routes"])
    return Landing(
        dataset=dataset,
        table=found["table"],
        format=found["format"],
        header=found["header"],
        delimiter=found.get("delimiter", ","),
        encoding=found["encoding"],
        decimal=found.get("decimal", "."),
        limits=_limits(found["limits"]),
        removed=found["removed"],
        envelope=found.get("envelope"),
        time_format=found["times"]["format"],
        zone=found["times"].get("zone"),
        routes=routes,
        records=tuple(record(name) for name in dict.fromkeys(route.record for route in routes)),
        retention_days=found["retentionDays"],
        quoted_line_ends=found.get("quotedLineEnds", False),
    )


def _limits(found: dict) -> Limits:
    return Limits(
        file_bytes=found["fileBytes"],
        array_bytes=found["arrayBytes"],
        packed_bytes=found["packedBytes"],
        line_bytes=found["lineBytes"],
        columns=found["columns"],
        broken_lines=found["brokenLines"],
        broken_percent=found["brokenPercent"],
    )


def records() -> list[Record]:
    """All record types, in the order of their names."""
    return [record(name) for name in sorted(_content()["records"])]


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


def shown_rounds() -> str:
    """The query for the rounds that readers see at least, by gold table."""
    return _content()["shownRounds"]
