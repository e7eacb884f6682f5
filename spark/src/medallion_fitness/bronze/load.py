"""Manifests into bronze: replace, write, account."""

from collections import Counter
from functools import reduce
from time import perf_counter

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import Table, landing, table, tables_of
from ..delta.history import quoted, versions
from ..delta.reconcile import append
from .accounts import account, superseded, violations_by_file
from .counting import Counted, counted
from .manifest import ListedFile, outdated, overtaken
from .rows import rows
from .sources import Source, sources

_COMPILE_ACCOUNTS_FROM_BYTES = 256 * 1024 * 1024
_READ_BACK_FROM_BYTES = 4 * 1024 * 1024


def _remove_replaced(spark: SparkSession, files: list[ListedFile], batches: list[str]) -> set[str]:
    """Deletes what earlier batches wrote for paths that are written anew, wherever those rows went.

    Rows of these batches stay, so doing it again after a crash does no harm.
    """
    paths: dict[str, list[str]] = {}
    own_batches = ", ".join(map(quoted, batches))
    for each in files:
        if each.replaces:
            for name in landing(each.dataset).tables:
                paths.setdefault(name, []).append(each.path)

    def delete(name: str, own: list[str]) -> str | None:
        where = f"_path IN ({', '.join(map(quoted, own))}) AND _batch NOT IN ({own_batches})"
        deleted = spark.sql(f"DELETE FROM {table(name).physical} WHERE {where}").first()
        return name if deleted is None or deleted[0] != 0 else None

    done = platform.side_by_side(spark, [lambda n=n, own=own: delete(n, own) for n, own in paths.items()])
    return {name for name in done if name}


def _rows(
    spark: SparkSession, into: Table, sources: list[Source], counts: dict[str, Counted], landing_root: str
) -> DataFrame:
    parts: list[DataFrame] = []
    for source in sources:
        wanted = {each.file for each in source.files if into.name in counts[each.file].tables}
        if wanted:
            parts.append(rows(source.lines(spark, landing_root, wanted), into, source, counts))
    return reduce(DataFrame.unionByName, parts)


def _written(spark: SparkSession, into: Table, batches: list[str]) -> DataFrame:
    return spark.table(into.physical).where(F.col("_batch").isin(batches))


def _violations(
    spark: SparkSession,
    new: dict[str, DataFrame],
    files: list[ListedFile],
    counts: dict[str, Counted],
    batches: list[str],
    engine: str,
) -> dict[str, Counter]:
    """Problems of the rows that were written, counted by file."""
    if sum(file.length for file in files) < _COMPILE_ACCOUNTS_FROM_BYTES:
        platform.interpret(spark, engine)
    lengths = {name: sum(file.length for file in files if name in counts[file.file].tables) for name in new}
    # Reading back puts the new version together from the log first: a little is sooner parsed again.
    again = {name: rows for name, rows in new.items() if lengths[name] < _READ_BACK_FROM_BYTES}
    return violations_by_file([again.get(name) or _written(spark, table(name), batches) for name in new])


def _seconds(started: float, looked: float, wrote: float) -> dict[str, float]:
    return {
        "looking": round(looked - started, 3),
        "writing": round(wrote - looked, 3),
        "accounting": round(perf_counter() - wrote, 3),
    }


def load(
    spark: SparkSession, files: list[ListedFile], landing_root: str, transaction: tuple[str, int], engine: str
) -> list[dict]:
    """Writes the listed files, oldest batch first, and returns a report on each batch.

    `transaction` makes a repetition write nothing twice.
    """
    started = perf_counter()
    batches = list(dict.fromkeys(each.batch for each in files))
    stale = {**outdated(files, landing_root, platform.size_of), **overtaken(files)}
    current = [each for each in files if each not in stale]
    grouped = sources(current, landing_root, platform.first_line)
    counts = counted(spark, landing_root, grouped)
    looked = perf_counter()
    removed = _remove_replaced(spark, current, batches)
    names = sorted(set().union(*(each.tables for each in counts.values())))
    new = {name: _rows(spark, table(name), grouped, counts, landing_root) for name in names}
    tasks = [lambda name=name, own=own: append(own, table(name), transaction) for name, own in new.items()]
    platform.side_by_side(spark, tasks)
    wrote = perf_counter()
    violations = _violations(spark, new, current, counts, batches, engine)
    changed = removed | set(names)
    newest = versions(spark, tables_of("bronze"), engine)
    moves = [{"table": name, "version": version, "changed": name in changed} for name, version in newest.items()]
    seconds = _seconds(started, looked, wrote)

    def on(each: ListedFile) -> dict:
        if each in stale:
            return superseded(each, stale[each])
        return account(each, counts[each.file], violations.get(each.file, Counter()))

    def report(batch: str) -> dict:
        accounts = [on(each) for each in files if each.batch == batch]
        return {"batch": batch, "layer": "bronze", "files": accounts, "tables": moves, "seconds": seconds}

    return [report(batch) for batch in batches]
