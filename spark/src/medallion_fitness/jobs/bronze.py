"""Loads the files that manifests list. The stream's source is the folder of manifests, not the landing zone."""

from pyspark.sql import DataFrame

from .. import platform
from ..bronze.load import load
from ..bronze.manifest import SCHEMA, listed, recent
from .arguments import Arguments, arguments
from .following import follow, note_progress, now

_COMPILE_FROM_BYTES = 8 * 1024 * 1024
_MOST_MANIFESTS = 8


class BatchMissingError(RuntimeError):
    """The stream has read every manifest, and the batch it was started for was not among them."""


def _micro_batch(given: Arguments, manifests: DataFrame, number: int) -> None:
    every = listed(manifests.collect())
    batches = {batch for batch in {each.batch for each in every} if not _is_of_another_generation(given, batch)}
    files = [each for each in every if each.batch in batches]
    if not files:
        return
    if sum(each.length for each in files) < _COMPILE_FROM_BYTES:
        platform.interpret(manifests.sparkSession, given.engine)
    else:
        platform.compiled(manifests.sparkSession, given.engine)
    transaction = (f"bronze/{given.generation}", number)
    reports = load(manifests.sparkSession, files, given.landing, transaction, given.engine)
    for report in reports:
        content = {**report, "attempt": given.attempt, "generation": given.generation, "at": now()}
        platform.write_json(given.report(report["batch"], "bronze"), content)
    versions = {each["table"]: each["version"] for each in reports[0]["tables"]}
    loaded = [each["batch"] for each in reports]
    note_progress(given.records, "bronze", {"number": number, "versions": versions, "batches": loaded})


def _is_of_another_generation(given: Arguments, batch: str) -> bool:
    """Loaded under an earlier checkpoint, whose transactions this one does not know."""
    earlier = platform.read_json(given.report(batch, "bronze"))
    return earlier is not None and earlier["generation"] != given.generation


def main(argv: list[str] | None = None) -> None:
    """Reads what is new and ends, or stays if continuous. Raises BatchMissingError if the batch has no manifest."""
    given = arguments(argv)
    spark = platform.session(given.catalog)
    # A batch is a unit of its own; a stream takes several at a time, so that many small ones do not hold each other up.
    most = 1 if given.mode == "triggered" else _MOST_MANIFESTS
    manifests = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", most)
    follow(
        manifests.json(f"{given.control}/manifests/*/*.jsonl"),
        "bronze",
        given,
        lambda some, number: _micro_batch(given, some, number),
        lambda: recent(given.control),
    )
    if given.mode == "triggered" and platform.read_json(given.report(given.batch, "bronze")) is None:
        raise BatchMissingError(
            f"Batch '{given.batch}' has no manifest under '{given.control}/manifests'. Write it and run again."
        )
