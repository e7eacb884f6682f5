"""How long a job follows its source: to the end of what is there, or until it is asked to drain."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame

from .. import platform
from .arguments import Arguments

_LOOK_SECONDS = 0.5
_MOST_ENTRIES = 60


class DrainedError(RuntimeError):
    """Ends a stream before its next micro-batch: the last one is committed, the next has not begun."""


def follow(rows: DataFrame, layer: str, given: Arguments, micro_batch: Callable[[DataFrame, int], None]) -> None:
    """Runs the layer's stream. A continuous one ends well when it is drained, and raises whatever else ends it."""

    def step(some: DataFrame, number: int) -> None:
        if given.is_drained():
            raise DrainedError(f"The {layer} stream was asked to drain.")
        micro_batch(some, number)

    query = (
        rows.writeStream.queryName(f"{layer}-{given.batch}-{given.attempt}")
        .foreachBatch(step)
        .option("checkpointLocation", given.checkpoint(layer))
        .trigger(**platform.trigger(given.mode))
        .start()
    )
    if given.mode == "triggered":
        query.awaitTermination()
        return
    try:
        while not query.awaitTermination(_LOOK_SECONDS):
            if given.is_drained() and not query.status["isTriggerActive"]:
                query.stop()
    except StreamingQueryException as error:
        if DrainedError.__name__ not in str(error):
            raise


def now() -> str:
    """The time in UTC with milliseconds, as the operator writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def note_progress(control: Path, layer: str, entry: dict) -> None:
    """Appends to what is known of the layer's latest micro-batches; one run at a time writes it.

    An entry has `at` (UTC), `versions` of the layer's tables, the `number` of the micro-batch unless a run has just
    begun, and either `batches` that were loaded or `read`, the versions below that have been read to their end.
    """
    file = control / "progress" / f"{layer}.json"
    earlier = (platform.read_json(file) or {"entries": []})["entries"]
    platform.write_json(control, file, {"layer": layer, "entries": [*earlier, {"at": now(), **entry}][-_MOST_ENTRIES:]})
