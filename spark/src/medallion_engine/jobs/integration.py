"""Lands a known batch under a name of its own, waits for its rows in gold, and takes them back.

Its files stay, in the end without a row: only the operator knows whether a file was loaded, and a file that is removed
before that leaves its rows behind. They go when the retention of their landing folder ends.

It touches nothing but the landing zone and reads nothing but gold, as anybody outside would. So it does not matter
whether the layers are built by a run per batch or by streams.
"""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..integration.known import Known, Row, differences, known

_LEAST_PAUSE_SECONDS = 2.0
_PAUSE_PER_LOOK = 5


class IntegrationError(AssertionError):
    """Gold is not as it has to be after the patience that was given."""


def _rows(spark: SparkSession, batch: Known) -> dict[str, list[Row]]:
    """What gold shows of the batch: the columns that are expected, of rows that belong to this run."""
    found = {}
    for table, rows in batch.expected.items():
        owner = batch.owners[table]
        own = spark.table(table).where(F.col(owner).isin(sorted({str(row[owner]) for row in rows})))
        columns = [F.col(name) for name in rows[0]]
        lines = own.select(F.to_json(F.struct(*columns), {"ignoreNullFields": "false"}).alias("row")).collect()
        found[table] = [json.loads(line["row"]) for line in lines]
    return found


def _until(what: Callable[[], list[str]], patience_seconds: float) -> list[str]:
    """Looks again and again until there is nothing to tell, or patience ends; answers with what was told last.

    A pause is several times as long as a look, so that looking does not slow down what is looked for.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        began = time.monotonic()
        told = what()
        ended = time.monotonic()
        if not told or ended >= deadline:
            return told
        time.sleep(max(_LEAST_PAUSE_SECONDS, _PAUSE_PER_LOOK * (ended - began)))


def _write(landing: Path, path: str, content: str) -> None:
    file = landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")


def _take_back(spark: SparkSession, batch: Known, landing: Path, patience_seconds: float) -> list[str]:
    """Lands the same files without a row, so that every layer forgets them."""
    for file in batch.files:
        _write(landing, file.path, file.emptied)
    nothing = {table: [] for table in batch.expected}
    return _until(lambda: differences(nothing, _rows(spark, batch)), patience_seconds)


def main(argv: list[str] | None = None) -> None:
    """Raises IntegrationError with every difference. The rows of what was landed are taken back in any case."""
    parser = ArgumentParser(description="The integration test of the lakehouse.")
    parser.add_argument("--run", required=True, help="a name that no other run has")
    parser.add_argument("--catalog", default=None, help="the catalog with the schema gold")
    parser.add_argument("--landing", required=True, help="the root of the landing zone")
    parser.add_argument("--patience", type=float, required=True, help="minutes to wait for the rows")
    parser.add_argument("--expected", default="", help="a file with other expectations than the batch's own")
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    spark = platform.session(given.catalog)
    batch, landing, patience = known(given.run, given.expected), Path(given.landing), given.patience * 60
    told = []
    try:
        for file in batch.files:
            _write(landing, file.path, file.content)
        told = _until(lambda: differences(batch.expected, _rows(spark, batch)), patience)
    finally:
        left = _take_back(spark, batch, landing, patience)
    if told or left:
        problems = [*told, *(f"After the batch was taken back: {each}" for each in left)]
        raise IntegrationError(f"Run '{given.run}' is not in gold as expected. " + " ".join(problems))
    print(f"Run '{given.run}' was in gold as expected, and its rows are gone again.")
