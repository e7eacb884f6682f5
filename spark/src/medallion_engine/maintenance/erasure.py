"""Takes the words about deleted people out of bronze: the columns whose contract names a subject."""

from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import Landing, Record, datasets, records
from ..delta.below import Below
from ..delta.history import quoted
from .change_sets import blank

_DELETED = "deleted_people"


def deleted_people(spark: SparkSession) -> DataFrame | None:
    """(subject, person, deleted_at) of everybody who ever was deleted, with the latest time; nothing if nobody can be.

    `subject` is the name of the column, so that a number of a device is not taken for that of a person.
    """
    found = []
    for each in records():
        if each.deletes:
            lines = Below(spark).rows(f"bronze.{each.name}").where(f"_violation_count = 0 AND {each.deletes.when}")
            person = F.col(each.deletes.subject).cast("string").alias("person")
            subject = F.lit(each.deletes.subject).alias("subject")
            found.append(lines.select(subject, person, F.col(each.deletes.at).alias("deleted_at")))
    if not found:
        return None
    everybody = reduce(DataFrame.union, found).dropna()
    return everybody.groupBy("subject", "person").agg(F.max("deleted_at").alias("deleted_at"))


def _blanked(of: Record, subject: str | None = None) -> str:
    """An assignment that empties the columns that tell of a subject, or of any; who it is and what was done stay."""
    fields = [
        f"'{each.name}', CAST(NULL AS {each.type})"
        if each.subject and subject in (None, each.subject)
        else f"'{each.name}', t.{of.name}.{each.name}"
        for each in of.columns
    ]
    return f"t.{of.name} = CASE WHEN t._record = '{of.name}' THEN named_struct({', '.join(fields)}) END"


def _erase_lines(spark: SparkSession, into: str, of: Record, subject: str) -> int:
    """Lines about a person, up to the delete where they say when. What would bring the person back stays to stop it."""
    is_before = ""
    if of.deletes:
        at = f"t.{of.name}.{of.deletes.at}"
        is_before = f"AND ({at} IS NULL OR {at} <= s.deleted_at) "
    return spark.sql(
        f"MERGE INTO {into} AS t USING {_DELETED} AS s ON t._record = '{of.name}' AND s.subject = '{subject}' "
        f"AND CAST(t.{of.name}.{subject} AS STRING) = s.person {is_before}AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET t._line = NULL, t._rescued = NULL, {_blanked(of, subject)}"
    ).first()["num_updated_rows"]


def _erase_unreadable(spark: SparkSession, of: Landing, subject: str, names: list[str]) -> int:
    """Lines that could not be read into columns are searched for the person they name.

    A line in an envelope may be about a person whatever its topic says: its text is torn, or its topic is wrong. Inside
    the text of a value quotes are escaped.
    """
    pattern = rf"(?:{'|'.join(names)})\\*\"\s*:\s*\\*\"?([^\"\\,}}\s]+)"
    named = f"regexp_extract(t._line, {quoted(pattern)}, 1)"
    emptied = ", ".join(["t._line = NULL", "t._rescued = NULL", *map(_blanked, of.records)])
    return spark.sql(
        f"MERGE INTO {of.table} AS t USING {_DELETED} AS s ON s.subject = '{subject}' AND {named} = s.person "
        "AND t._violation_count > 0 AND t._line IS NOT NULL "
        f"WHEN MATCHED THEN UPDATE SET {emptied}"
    ).first()["num_updated_rows"]


def erase(spark: SparkSession) -> dict[str, int]:
    """Empties the lines of deleted people, and returns how many there were by table. Doing it again finds none."""
    people = deleted_people(spark)
    if people is None or people.isEmpty():
        return {}
    people.createOrReplaceTempView(_DELETED)
    erased: dict[str, int] = {}
    for each in datasets():
        for of in each.records:
            for subject in sorted(of.subjects):
                erased[each.table] = erased.get(each.table, 0) + _erase_lines(spark, each.table, of, subject)
    for each in datasets():
        for subject, names in _fields().items():
            if each.format != "csv":
                erased[each.table] = erased.get(each.table, 0) + _erase_unreadable(spark, each, subject, names)
    return {**{name: rows for name, rows in erased.items() if rows}, **blank(spark, _DELETED)}


def _fields() -> dict[str, list[str]]:
    """By subject, the fields of a line that may hold it."""
    found: dict[str, set[str]] = {}
    for each in records():
        for subject in each.subjects:
            found.setdefault(subject, set()).update(path.split(".")[-1] for path in each.column(subject).source)
    return {subject: sorted(names) for subject, names in sorted(found.items())}
