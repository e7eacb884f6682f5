"""Takes the words of deleted people out of bronze."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Table, table

CHANGES = "bronze.user_info"

# A line in an envelope may end up here with a profile in it: its text is torn, or its topic is wrong.
ENVELOPED = [CHANGES, "bronze.workout", "bronze.bpm", "bronze.unrouted"]

# Without these a change that comes late would bring the person back.
_KEPT = {"user_id", "update_type", "updated"}

# How a line names its user, also inside the text of a value, where quotes are escaped.
_USER_IN_LINE = r'user_id\\*"\s*:\s*\\*"?([^"\\,}\s]+)'


def _blanked(into: Table) -> str:
    """Assignments that empty every personal column but the user."""
    return ", ".join(f"t.{each.name} = NULL" for each in into.columns if each.is_personal and each.name not in _KEPT)


def deleted_people(spark: SparkSession) -> DataFrame:
    """(user_id, deleted_at) of everybody who ever was deleted, with the latest time."""
    deletes = spark.table(table(CHANGES).physical).where("_violation_count = 0 AND update_type = 'delete'")
    return deletes.groupBy("user_id").agg(F.max("updated").alias("deleted_at"))


def _erase_changes(spark: SparkSession) -> int:
    """Profile changes up to the delete keep their place, user, kind and time, and lose everything else."""
    changes = table(CHANGES)
    deleted_people(spark).createOrReplaceTempView("deleted_people")
    return spark.sql(
        f"MERGE INTO {changes.physical} AS t USING deleted_people AS s ON t.user_id = s.user_id "
        "AND (t.updated IS NULL OR t.updated <= s.deleted_at) AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET {_blanked(changes)}"
    ).first()["num_updated_rows"]


def _erase_unreadable(spark: SparkSession, broken: Table) -> int:
    """Lines that could not be read into columns are searched for the user they name."""
    deleted_people(spark).createOrReplaceTempView("deleted_people")
    named = f"regexp_extract(t._line, r'{_USER_IN_LINE}', 1)"
    return spark.sql(
        f"MERGE INTO {broken.physical} AS t USING deleted_people AS s ON {named} = s.user_id "
        "AND t._violation_count > 0 AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET {_blanked(broken)}"
    ).first()["num_updated_rows"]


def erase(spark: SparkSession) -> dict[str, int]:
    """Empties the lines of deleted people, and returns how many there were by table. Doing it again finds none."""
    if deleted_people(spark).isEmpty():
        return {}
    erased = {CHANGES: _erase_changes(spark)}
    for name in ENVELOPED:
        erased[name] = erased.get(name, 0) + _erase_unreadable(spark, table(name))
    return {name: rows for name, rows in erased.items() if rows}
