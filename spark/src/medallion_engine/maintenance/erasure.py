"""Takes the words of deleted people out of bronze."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Landing, Record, datasets, record, view
from ..delta.below import Below

_CHANGE = "user_info"

# Without these a change that comes late would bring the person back.
_KEPT = {"user_id", "update_type", "updated"}

# How a line names its user, also inside the text of a value, where quotes are escaped.
_USER_IN_LINE = r'user_id\\*"\s*:\s*\\*"?([^"\\,}\s]+)'


def _blanked(of: Record) -> str:
    """An assignment that empties every personal column but the user, where a line is of the record type."""
    fields = [
        f"'{each.name}', CAST(NULL AS {each.type})"
        if each.is_personal and each.name not in _KEPT
        else f"'{each.name}', t.{of.name}.{each.name}"
        for each in of.columns
    ]
    return f"t.{of.name} = CASE WHEN t._record = '{of.name}' THEN named_struct({', '.join(fields)}) END"


def deleted_people(spark: SparkSession) -> DataFrame:
    """(user_id, deleted_at) of everybody who ever was deleted, with the latest time."""
    changes = Below(spark).rows(f"bronze.{_CHANGE}")
    deletes = changes.where("_violation_count = 0 AND update_type = 'delete'")
    return deletes.groupBy("user_id").agg(F.max("updated").alias("deleted_at"))


def _erase_changes(spark: SparkSession, into: str) -> int:
    """Profile changes up to the delete keep their place, user, kind and time, and lose everything else."""
    deleted_people(spark).createOrReplaceTempView("deleted_people")
    return spark.sql(
        f"MERGE INTO {into} AS t USING deleted_people AS s ON t._record = '{_CHANGE}' "
        f"AND t.{_CHANGE}.user_id = s.user_id "
        f"AND (t.{_CHANGE}.updated IS NULL OR t.{_CHANGE}.updated <= s.deleted_at) AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET t._line = NULL, {_blanked(record(_CHANGE))}"
    ).first()["num_updated_rows"]


def _erase_unreadable(spark: SparkSession, of: Landing) -> int:
    """Lines that could not be read into columns are searched for the user they name.

    A line in an envelope may have a profile in it whatever its topic says: its text is torn, or its topic is wrong.
    """
    deleted_people(spark).createOrReplaceTempView("deleted_people")
    named = f"regexp_extract(t._line, r'{_USER_IN_LINE}', 1)"
    emptied = ", ".join(["t._line = NULL", *map(_blanked, of.records)])
    return spark.sql(
        f"MERGE INTO {of.table} AS t USING deleted_people AS s ON {named} = s.user_id "
        "AND t._violation_count > 0 AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET {emptied}"
    ).first()["num_updated_rows"]


def erase(spark: SparkSession) -> dict[str, int]:
    """Empties the lines of deleted people, and returns how many there were by table. Doing it again finds none."""
    if deleted_people(spark).isEmpty():
        return {}
    erased = {part.table: _erase_changes(spark, part.table) for part in view(f"bronze.{_CHANGE}").parts}
    for each in datasets():
        if each.format != "csv":
            erased[each.table] = erased.get(each.table, 0) + _erase_unreadable(spark, each)
    return {name: rows for name, rows in erased.items() if rows}
