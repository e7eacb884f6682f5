"""Takes deleted people out of the tables, as the contracts declare it."""

from pyspark.sql import DataFrame, SparkSession

from ..contract import Landing
from ..contracts import datasets
from ..erasing import ledger
from ..erasing.lines import erased
from .change_sets import erase_changes


def erase(spark: SparkSession) -> dict[str, int]:
    """Enters deleted people into the ledger, erases them, and returns how many rows there were by table.

    The ledger comes first: killed in between, it is done again, and finds the rest. Doing it once more finds none. The
    tables are searched until all are done: from then on bronze takes out what still comes.
    """
    ledger.add(spark)
    people = ledger.entries(spark)
    if people is None or not ledger.has_open(spark):
        return {}
    rows = {each.table: _erase_lines(spark, each, people) for each in datasets()}
    return {name: count for name, count in {**rows, **erase_changes(spark)}.items() if count}


def _erase_lines(spark: SparkSession, into: Landing, people: DataFrame) -> int:
    names = ["_record", "_line", "_rescued", "_violations", "_violation_count", *[of.name for of in into.records]]
    lines = erased(spark.table(into.table), into, people).where("_action IS NOT NULL")
    lines.select("_file", "_line_number", *names).createOrReplaceTempView("erased_lines")
    return spark.sql(
        f"MERGE INTO {into.table} AS t USING erased_lines AS s "
        "ON t._file = s._file AND t._line_number = s._line_number "
        f"WHEN MATCHED THEN UPDATE SET {', '.join(f't.{name} = s.{name}' for name in names)}"
    ).first()["num_updated_rows"]
