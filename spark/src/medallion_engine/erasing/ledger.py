"""The ledger of erasures: the ids of deleted people, which is all that is kept of them."""

from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contract import Record
from ..contracts import Table, datasets, records
from ..delta.below import Below
from ..delta.history import quoted
from .lines import any_entry, entries_that_name, fields, ids

TABLE = "ops.erasures"
_DAYS_TO_ERASE = 3
"""Two nights are enough where files come each day."""
_SOFT_DELETE_DAYS = 14
_OPEN_AGAIN = "t.requested = current_timestamp(), t.done = NULL, t.done_at = NULL, t.gone_for_good = NULL"
"""Tables that were done have got new rows since then. The days to erase them are counted anew."""
_LOG_DAYS = 60
"""The log of a table has the smallest and the greatest id of each of its files, also of old ones."""


def rows(spark: SparkSession) -> DataFrame:
    """(subject, identifier, deleted_at, secret, is_back, is_open)"""
    return spark.sql(
        "SELECT subject, identifier, deleted_at, secret, coalesce(is_back, false) AS is_back, "
        f"done_at IS NULL AS is_open FROM {TABLE} WHERE secret IS NOT NULL"
    )


def gone(spark: SparkSession) -> DataFrame:
    """The rows of people who have not come back."""
    return rows(spark).where("NOT is_back")


def entries(spark: SparkSession) -> DataFrame | None:
    """The rows, or nothing if nobody was deleted, or the contracts keep the lines of everybody."""
    people = rows(spark)
    return None if not fields() or people.isEmpty() else people


def add(spark: SparkSession) -> None:
    """Enters who was deleted by a line, who has come back, and further ids. Doing it again changes nothing."""
    for of in records():
        if of.deletes:
            _add_deleted(spark, of)
    spark.sql(
        f"UPDATE {TABLE} SET secret = sha2(concat('{uuid4().hex}', subject, identifier), 256) WHERE secret IS NULL"
    )
    for of in records():
        if of.deletes:
            _note_returns(spark, of)
    for of in records():
        for kind in of.erasure.links if of.erasure else ():
            _add_links(spark, of, kind)


def _lines(spark: SparkSession, of: Record) -> DataFrame:
    """All lines of a record type, from the tables of their datasets: the job has no right on the views."""
    return Below(spark).rows(f"bronze.{of.name}")


def _name_accepted(spark: SparkSession, of: Record) -> None:
    """Names `accepted_lines`, those of a record type that count and are not erased."""
    accepted = _lines(spark, of).where("_violation_count = 0 AND _line IS NOT NULL")
    accepted.createOrReplaceTempView("accepted_lines")


def _add_deleted(spark: SparkSession, of: Record) -> None:
    subject, at = of.deletes.subject, of.deletes.at
    _name_accepted(spark, of)
    deleted = (
        f"SELECT CAST({subject} AS STRING) AS identifier, max({at}) AS deleted_at FROM accepted_lines "
        f"WHERE {of.deletes.when} AND {subject} IS NOT NULL AND {at} IS NOT NULL GROUP BY 1"
    )
    spark.sql(
        f"MERGE INTO {TABLE} AS t USING ({deleted}) AS s ON t.subject = '{subject}' AND t.identifier = s.identifier "
        f"WHEN MATCHED AND s.deleted_at > t.deleted_at THEN UPDATE SET t.deleted_at = s.deleted_at, {_OPEN_AGAIN} "
        "WHEN NOT MATCHED THEN INSERT (subject, identifier, deleted_at, requested, actor) "
        f"VALUES ('{subject}', s.identifier, s.deleted_at, current_timestamp(), 'sender')"
    )


def _note_returns(spark: SparkSession, of: Record) -> None:
    """A person with a later line that is no delete is there again, with all further ids.

    Somebody whose later lines are gone was there meanwhile, and has to be erased once more.
    """
    subject, at = of.deletes.subject, of.deletes.at
    _name_accepted(spark, of)
    back = (
        f"SELECT e.secret, bool_or(l.{at} IS NOT NULL) AS is_back FROM {TABLE} AS e LEFT JOIN accepted_lines AS l "
        f"ON CAST(l.{subject} AS STRING) = e.identifier AND l.{at} > e.deleted_at AND NOT (l.{of.deletes.when}) "
        f"WHERE e.subject = '{subject}' GROUP BY e.secret"
    )
    spark.sql(
        f"MERGE INTO {TABLE} AS t USING ({back}) AS s ON t.secret = s.secret "
        f"WHEN MATCHED AND t.is_back AND NOT s.is_back THEN UPDATE SET t.is_back = false, {_OPEN_AGAIN} "
        "WHEN MATCHED AND NOT t.is_back <=> s.is_back THEN UPDATE SET t.is_back = s.is_back"
    )


def _add_links(spark: SparkSession, of: Record, kind: str) -> None:
    """Enters ids of another kind that lines give to a deleted person and to nobody else."""
    subject = of.erasure.subject
    gone = f"SELECT identifier FROM {TABLE} WHERE subject = '{subject}' AND NOT coalesce(is_back, false)"
    linked = _lines(spark, of).where(f"{kind} IS NOT NULL AND {subject} IS NOT NULL")
    linked.selectExpr(f"CAST({subject} AS STRING) AS person", f"CAST({kind} AS STRING) AS id").createOrReplaceTempView(
        "linked_ids"
    )
    others = f"SELECT id FROM linked_ids WHERE person NOT IN ({gone})"
    spark.sql(
        f"MERGE INTO {TABLE} AS t USING (SELECT DISTINCT id FROM ({others})) AS s "
        f"ON t.subject = '{kind}' AND t.identifier = s.id WHEN MATCHED THEN DELETE"
    )
    links = (
        "SELECT l.id, max(e.deleted_at) AS deleted_at, max(e.requested) AS requested, max(e.actor) AS actor, "
        f"max(e.secret) AS secret FROM linked_ids AS l JOIN {TABLE} AS e ON e.subject = '{subject}' "
        f"AND e.identifier = l.person AND NOT coalesce(e.is_back, false) LEFT ANTI JOIN ({others}) AS o ON o.id = l.id "
        "GROUP BY l.id"
    )
    spark.sql(
        f"MERGE INTO {TABLE} AS t USING ({links}) AS s ON t.subject = '{kind}' AND t.identifier = s.id "
        "WHEN NOT MATCHED THEN INSERT (subject, identifier, deleted_at, requested, actor, secret, is_back) "
        f"VALUES ('{kind}', s.id, s.deleted_at, s.requested, s.actor, s.secret, false)"
    )


def has_open(spark: SparkSession) -> bool:
    """Whether there is a person who is still in a table."""
    return not spark.sql(f"SELECT 1 FROM {TABLE} WHERE done_at IS NULL").isEmpty()


def overdue(spark: SparkSession) -> int:
    """How many ids are still in a table although they were entered some days ago."""
    is_old = f"requested < current_timestamp() - INTERVAL {_DAYS_TO_ERASE} DAYS"
    return spark.sql(f"SELECT count(*) AS ids FROM {TABLE} WHERE done_at IS NULL AND {is_old}").first()["ids"]


def is_free(spark: SparkSession, each: Table) -> bool:
    """Whether neither a table nor its changes have a row of a person who is gone, or a list that names one."""
    return all(_names_nobody(spark, name) for name in (each.physical, each.changes) if name)


def _names_nobody(spark: SparkSession, name: str) -> bool:
    stored, people = spark.table(name), gone(spark)
    for kind in sorted(set(stored.columns) & set(fields())):
        own = people.where(F.col("subject") == kind).select(F.col("identifier").alias("_gone"))
        if not stored.join(own, F.col(kind).cast("string") == F.col("_gone"), "left_semi").isEmpty():
            return False
    lists = entries_that_name(stored.schema)
    if not lists:
        return True
    named = stored.crossJoin(F.broadcast(ids(people, F.col("identifier"))))
    return named.where(any_entry(lists)).isEmpty()


def note_done(spark: SparkSession, done: list[str], needed: list[str]) -> None:
    """Notes tables that are done. After all that are needed, old files, backups and landed originals still expire."""
    names = f"array_union(coalesce(done, array()), {_texts(done)})"
    spark.sql(f"UPDATE {TABLE} SET done = {names} WHERE done_at IS NULL")
    landed = max((each.retention_days for each in datasets()), default=0)
    days = max(landed, _LOG_DAYS) + _SOFT_DELETE_DAYS
    spark.sql(
        f"UPDATE {TABLE} SET done_at = current_timestamp(), gone_for_good = date_add(current_date(), {days}) "
        f"WHERE done_at IS NULL AND size(array_except({_texts(needed)}, done)) = 0"
    )


def _texts(names: list[str]) -> str:
    return f"CAST(array({', '.join(map(quoted, sorted(names)))}) AS array<string>)"
