"""Loads the files that manifests list. The stream's source is the folder of manifests, not the landing zone."""

from pyspark.sql import DataFrame

from .. import platform
from ..bronze.load import load
from ..bronze.manifest import SCHEMA, listed
from .arguments import Arguments, arguments

_COMPILE_FROM_BYTES = 32 * 1024 * 1024


class BatchMissingError(RuntimeError):
    """The stream has read every manifest, and the batch it was started for was not among them."""


def _micro_batch(given: Arguments, manifest: DataFrame, number: int) -> None:
    rows = manifest.collect()
    if not rows:
        return
    files = listed(rows)
    report_file = given.report(files[0].batch, "bronze")
    earlier = platform.read_json(report_file)
    if earlier and earlier["generation"] != given.generation:
        return  # Loaded under an earlier checkpoint, whose transactions this one does not know.
    if sum(each.length for each in files) < _COMPILE_FROM_BYTES:
        platform.interpret(manifest.sparkSession)
    else:
        platform.compiled(manifest.sparkSession)
    report = load(manifest.sparkSession, files, given.landing, (f"bronze/{given.generation}", number))
    platform.write_json(
        given.control, report_file, {**report, "attempt": given.attempt, "generation": given.generation}
    )


def main(argv: list[str] | None = None) -> None:
    """Reads what is new and ends, or stays if continuous. Raises BatchMissingError if the batch has no manifest."""
    given = arguments(argv)
    spark = platform.session(given.catalog)
    manifests = (
        spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(f"{given.control}/manifests/*/*.jsonl")
    )
    query = (
        manifests.writeStream.queryName(f"bronze-{given.batch}-{given.attempt}")
        .foreachBatch(lambda manifest, number: _micro_batch(given, manifest, number))
        .option("checkpointLocation", given.checkpoint("bronze"))
        .trigger(**platform.trigger(given.mode))
        .start()
    )
    query.awaitTermination()
    if given.mode == "triggered" and platform.read_json(given.report(given.batch, "bronze")) is None:
        raise BatchMissingError(
            f"Batch '{given.batch}' has no manifest under '{given.control}/manifests'. Write it and run again."
        )
