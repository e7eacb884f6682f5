"""Every difference between Databricks and plain Spark, and all that touches a disk without Spark."""

import json
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlparse

from py4j.protocol import Py4JJavaError
from pyspark import inheritable_thread_target
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

Result = TypeVar("Result")
_KEPT_FILES = 5
QUERY_ERRORS = (PySparkException, Py4JJavaError)
"""What a query raises. On plain Spark, errors of Delta and of readers come as Java has raised them."""

_COMMIT = re.compile(r"\d{20}\.json")


def session(catalog: str | None) -> SparkSession:
    """The session that is there, else a new one; its catalog is set when one is named."""
    spark = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    if catalog:
        spark.catalog.setCurrentCatalog(catalog)
    return spark


LOCAL = "local"
DATABRICKS = "databricks"
ENGINES = (LOCAL, DATABRICKS)
"""What runs the job: plain Spark on one machine, or Databricks, where a job may set the time zone and nothing else.

It is a parameter, since on Databricks no job can ask.
"""

_UNCOMPILED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
_INTERPRETED = {**_UNCOMPILED, "spark.sql.adaptive.enabled": "false"}


def interpret(spark: SparkSession, engine: str) -> None:
    """On one machine, runs the queries of this session uncompiled and as planned first.

    Compiling a query costs a second or so and pays from about a million rows on. A stream has its own session, so
    nothing else is affected; elsewhere the engine decides for itself.
    """
    if engine == LOCAL:
        for name, value in _INTERPRETED.items():
            spark.conf.set(name, value)


def compiled(spark: SparkSession, engine: str) -> None:
    """Takes back what a smaller micro-batch of the same stream asked for."""
    if engine == LOCAL:
        for name in _INTERPRETED:
            spark.conf.unset(name)


@contextmanager
def compiled_if(spark: SparkSession, engine: str, *, is_worth_it: bool) -> Iterator[None]:
    """Runs the queries of a block compiled if it is worth it, as planned first, and those after it uncompiled."""
    interpret(spark, engine)
    for name in _UNCOMPILED if is_worth_it and engine == LOCAL else ():
        spark.conf.unset(name)
    try:
        yield
    finally:
        interpret(spark, engine)


def side_by_side(spark: SparkSession, tasks: Iterable[Callable[[], Result]]) -> list[Result]:
    """Runs tasks in threads that keep the caller's job group, and raises the first failure after all have ended."""
    tasks = list(tasks)
    if len(tasks) < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
        inherit = inheritable_thread_target(spark)
        futures = [pool.submit(inherit(task)) for task in tasks]
    return [future.result() for future in futures]


@dataclass(frozen=True)
class Commit:
    """The latest commit that changed a Delta table; `rows` is how many rows it wrote, where it says so."""

    version: int
    rows: int | None


_locations: dict[str, str] = {}


# Maintenance commits these, and Databricks may do so by itself. They leave rows and columns as they are.
_UPKEEP = {
    "CLUSTER BY",
    "COMPUTE STATS",
    "OPTIMIZE",
    "REORG",
    "SET TBLPROPERTIES",
    "UNSET TBLPROPERTIES",
    "VACUUM START",
    "VACUUM END",
}
# As many as one maintenance leaves on a table, and one more.
_FEW_COMMITS = 5


def latest_commit(spark: SparkSession, table: str, engine: str) -> Commit:
    """Asks the table's history; on one machine its log is looked at instead, which needs no Spark job.

    Commits of upkeep are passed over: readers of the table would be told of a new version with the rows of the old one.
    """
    log = _log_of(spark, table) if engine == LOCAL else None
    oldest = None
    for operation, commit in _history(spark, table) if log is None else _logged(log):
        if operation not in _UPKEEP:
            return commit
        oldest = commit
    if oldest is None:
        raise RuntimeError(f"Table '{table}' has no history. Check that it is a Delta table.")
    # The log is kept for a limited time: since its oldest commit nothing has changed.
    return oldest


def _history(spark: SparkSession, table: str) -> Iterator[tuple[str, Commit]]:
    """Newest first. All commits are read only if the newest few do not suffice: each is a file in the log."""
    for limit in (f" LIMIT {_FEW_COMMITS}", ""):
        rows = spark.sql(f"DESCRIBE HISTORY {table}{limit}").select("version", "operation", "operationMetrics")
        for row in rows.collect():
            yield row["operation"], _commit(row["version"], row["operationMetrics"] or {})


def _logged(log: Path) -> Iterator[tuple[str, Commit]]:
    """The same from the files of the log."""
    for name in sorted(filter(_COMMIT.fullmatch, os.listdir(log)), reverse=True):
        with open(log / name, encoding="utf-8") as lines:
            info = json.loads(next(lines)).get("commitInfo", {})
        yield info.get("operation", ""), _commit(int(name.removesuffix(".json")), info.get("operationMetrics", {}))


def _log_of(spark: SparkSession, table: str) -> Path | None:
    if table not in _locations:
        described = spark.sql(f"DESCRIBE TABLE EXTENDED {table}").where("col_name = 'Location'").collect()
        _locations[table] = described[0]["data_type"] if described else ""
    if not _locations[table].startswith("file:"):
        return None
    return Path(unquote(urlparse(_locations[table]).path)) / "_delta_log"


def _commit(version: int, metrics: dict[str, str]) -> Commit:
    rows = metrics.get("numOutputRows")
    return Commit(version, None if rows is None else int(rows))


def wheel_version() -> str | None:
    """The version of the wheel that runs, which names the commit that it was built from. Plain sources have none."""
    try:
        return version("medallion-engine")
    except PackageNotFoundError:
        return None


def first_bytes(file: str, most: int) -> tuple[int, bytes]:
    """Length of a file and its beginning. Times that a volume tells are not those of the storage, and not asked."""
    with open(file, "rb") as opened:
        return os.fstat(opened.fileno()).st_size, opened.read(most)


def names_of(folder: Path) -> list[str]:
    """The names of the files that `write_json` has left in a folder, newest last."""
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def read_json(folder: Path) -> dict | None:
    """What was written to a folder last. A file that a killed job has left half written does not count."""
    for name in reversed(names_of(folder)):
        with suppress(json.JSONDecodeError):
            return json.loads((folder / name).read_text(encoding="utf-8"))
    return None


def write_json(folder: Path, content: dict) -> None:
    """Writes a new file, since a volume can neither rename a file nor change it. One job at a time writes to a folder.

    A few older files stay, for whoever is about to read one of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    earlier = names_of(folder)
    number = int(earlier[-1].partition("-")[0]) + 1 if earlier else 1
    with (folder / f"{number:08}-{uuid.uuid4().hex[:8]}.json").open("x", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1))
    for name in earlier[: 1 - _KEPT_FILES]:
        (folder / name).unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Takes away a folder with what `write_json` has left in it."""
    for name in names_of(folder):
        (folder / name).unlink(missing_ok=True)
    folder.rmdir()
