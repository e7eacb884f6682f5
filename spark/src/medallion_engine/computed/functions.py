"""The function of a table: `<layer>/<name>.py` with a function of that name, or `<layer>/<name>.sql`."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files

from pyspark.sql import DataFrame, SparkSession

from ..contracts import PROJECT, Table

Function = Callable[[dict[str, DataFrame]], DataFrame]
"""Takes the rows of each source by its name, such as `silver.NAME`."""

_BRACES = re.compile(r"\{([^{}]*)\}")


def function_of(spark: SparkSession, of: Table) -> Function:
    """How the table's rows follow from its sources. Raises ValueError if it is made of others than these."""
    query = files(PROJECT).joinpath(f"{of.name.replace('.', '/')}.sql")
    if query.is_file():
        text = query.read_text(encoding="utf-8")
        _require(of, f"Query '{query.name}' has in braces", set(_BRACES.findall(text)), lambda source: source)
        return lambda rows: _run(spark, text, of, rows)
    name = of.name.partition(".")[2]
    function = getattr(import_module(f"{PROJECT}.{of.name}"), name)
    _require(of, f"Function '{name}' takes", set(inspect.signature(function).parameters), _short)
    return lambda rows: function(**{_short(source): of_source for source, of_source in rows.items()})


def _require(of: Table, what: str, names: set[str], written: Callable[[str], str]) -> None:
    """Raises ValueError unless these are the sources of the table, each as it is written there."""
    sources = {written(each.name) for each in of.computed.sources}
    if names != sources:
        raise ValueError(
            f"{what} {sorted(names)}, but the contract of '{of.name}' names the sources {sorted(sources)}. "
            "Let one follow the other."
        )


def _short(source: str) -> str:
    return source.partition(".")[2]


def _run(spark: SparkSession, text: str, of: Table, rows: dict[str, DataFrame]) -> DataFrame:
    """Sources stand in braces. Each is a view of a name of its own, as tables are computed side by side."""
    for source, each in rows.items():
        view = f"{_short(source)}_for_{of.name.replace('.', '_')}"
        each.createOrReplaceTempView(view)
        text = text.replace(f"{{{source}}}", view)
    return spark.sql(text)
