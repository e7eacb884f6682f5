"""Erases deleted people from bronze, and removes files and rounds of the log that nobody needs any more."""

import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from pyspark.sql import SparkSession

from .. import platform
from ..clock import now
from ..computed import log
from ..contracts import Table, table
from ..delta.history import versions
from ..erasing import ledger
from ..maintenance.change_log import trim_log
from ..maintenance.change_sets import trim
from ..maintenance.erasure import erase
from ..maintenance.files import clean, unread, written
from .arguments import report_folder

# The words of an error may be of any length.
_MOST_LETTERS = 2000


def _erase(spark: SparkSession, records: Path, engine: str) -> dict[str, int]:
    """Erases, and tells the layer above, from the mark that it has begun to the removal of that mark.

    Killed in between it is done again: then nobody knows which tables were changed, and was told of none.
    """
    mark = records / "begun" / "maintenance"
    was_begun = platform.read_json(mark) is not None
    platform.write_json(mark, {})
    erased = erase(spark)
    _tell(spark, erased, engine, is_any=was_begun)
    platform.remove(mark)
    return erased


def _tell(spark: SparkSession, erased: dict[str, int], engine: str, *, is_any: bool) -> None:
    """An erasure is a change that the layer above has to read: its tables are cleaned by the next maintenance."""
    last = log.latest(spark, "bronze")
    moved = {each.name for each in last.tables if is_any or each.name in erased} if last else set()
    if not moved:
        return
    tables = [
        replace(
            each,
            before=each.after,
            after=platform.latest_commit(spark, table(each.name).physical, engine).version
            if each.name in moved
            else each.after,
            inserted=0,
            records=None,
            updated=erased.get(each.name, 0),
        )
        for each in last.tables
    ]
    try:
        log.append_beside_others(spark, replace(last, round=last.round + 1, batches=[], tables=tables))
    except log.OvertakenError:
        # Bronze has ended a round meanwhile.
        _tell(spark, erased, engine, is_any=is_any)


def _note_done(spark: SparkSession, cleaned: list[Table], erased: dict[str, int], engine: str) -> None:
    """A table is done if it was cleaned after the last erasure in it, and has nobody any more."""
    if not ledger.has_open(spark):
        return
    clean_now = [each for each in cleaned if each.name not in erased and each.changes not in erased]
    done = [each.name for each in clean_now if each.layer == "bronze" or ledger.is_free(spark, each)]
    ledger.note_done(spark, done, [each.name for each in written(spark, engine)])


def main(argv: list[str] | None = None) -> None:
    """Works once and writes a report beside those of the batches, under the name that is given as `batch`."""
    parser = ArgumentParser(description="Maintenance of the lakehouse.")
    parser.add_argument("--batch", default="maintenance", help="names the report")
    parser.add_argument("--catalog", default=None, help="the catalog with the schemas bronze, silver, gold_staged")
    parser.add_argument("--records", required=True, help="the root of reports and checkpoints")
    parser.add_argument("--engine", choices=platform.ENGINES, default=platform.DATABRICKS)
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    spark = platform.session(given.catalog)
    started = perf_counter()
    trim(spark)
    records = Path(given.records)
    erased = _erase(spark, records, given.engine)
    looked = perf_counter()
    waiting = unread(spark)
    tables = [each for each in written(spark, given.engine) if each.name not in waiting]
    failures = clean(spark, tables) | trim_log(spark)
    _note_done(spark, [each for each in tables if each.name not in failures], erased, given.engine)
    report = {
        "batch": given.batch,
        "layer": "maintenance",
        "erased": erased,
        "cleaned": [each.name for each in tables if each.name not in failures],
        "failures": {name: reason[:_MOST_LETTERS] for name, reason in failures.items()},
        "waiting": sorted(waiting),
        "tables": [{"table": name, "version": each} for name, each in versions(spark, tables, given.engine).items()],
        "seconds": {"erasing": round(looked - started, 3), "cleaning": round(perf_counter() - looked, 3)},
    }
    platform.write_json(report_folder(records, given.batch, "maintenance"), report)
    if failures:
        sys.exit(f"Maintenance could not clean {', '.join(sorted(failures))}. The reasons are in its report.")
    # The operator looks for it with each sweep: somebody is told when no night has ended well for a day.
    ended = {
        "at": now(),
        "batch": given.batch,
        "erased": erased,
        "waiting": sorted(waiting),
        "overdue": ledger.overdue(spark),
    }
    platform.write_json(records / "maintenance", ended)
