"""Erases deleted people from bronze and removes files that nobody needs any more."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter

from .. import platform
from ..delta.history import versions
from ..maintenance.erasure import erase
from ..maintenance.files import clean, unread, written
from . import gold, silver
from .arguments import report_folder
from .feed import tables_below

# An erasure is itself a change that the stream above has to read, so its table is cleaned by the next maintenance.
FOLLOWED = {"silver": silver.CHANGES, "gold": gold.CHANGES}


def main(argv: list[str] | None = None) -> None:
    """Works once and writes a report beside those of the batches, under the name that is given as `batch`."""
    parser = ArgumentParser(description="Maintenance of the fitness lakehouse.")
    parser.add_argument("--batch", default="maintenance", help="names the report")
    parser.add_argument("--catalog", default=None, help="the catalog with the schemas bronze, silver, gold_staged")
    parser.add_argument("--records", required=True, help="the root of reports and checkpoints")
    parser.add_argument("--engine", choices=platform.ENGINES, default=platform.DATABRICKS)
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    spark = platform.session(given.catalog)
    started = perf_counter()
    erased = erase(spark)
    looked = perf_counter()
    records = Path(given.records)
    waiting: set[str] = set()
    for layer, changes in FOLLOWED.items():
        waiting |= unread(spark, records / "checkpoints" / layer, tables_below(changes), given.engine)
    tables = [each for each in written(spark, given.engine) if each.name not in waiting]
    clean(spark, tables)
    report = {
        "batch": given.batch,
        "layer": "maintenance",
        "erased": erased,
        "cleaned": [each.name for each in tables],
        "waiting": sorted(waiting),
        "tables": [{"table": name, "version": each} for name, each in versions(spark, tables, given.engine).items()],
        "seconds": {"erasing": round(looked - started, 3), "cleaning": round(perf_counter() - looked, 3)},
    }
    platform.write_json(report_folder(records, given.batch, "maintenance"), report)
