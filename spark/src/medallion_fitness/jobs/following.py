"""How long a job follows its source: to the end of what is there, or until it is asked to drain."""

import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path

from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame

from .. import platform
from .arguments import Arguments

_LOOK_SECONDS = 0.1
_REST_SECONDS = 60
_MOST_ENTRIES = 60


class DrainedError(RuntimeError):
    """Ends a stream before its next micro-batch: the last one is committed, the next has not begun."""


def follow(
    rows: DataFrame,
    layer: str,
    given: Arguments,
    micro_batch: Callable[[DataFrame, int], None],
    news: Callable[[], Hashable],
) -> None:
    """Runs the layer's stream to the end of what is there; a continuous one again whenever `news` has changed.

    A continuous one ends well when it is drained. Whatever else ends a stream is raised.

    A stream that looks again by itself would be in the way: with a look every moment it takes a tenth of a core and
    finds the tables below between two of their commits, and serverless compute refuses it.
    """

    def step(some: DataFrame, number: int) -> None:
        if given.is_drained():
            raise DrainedError(f"The {layer} stream was asked to drain.")
        micro_batch(some, number)

    if given.mode == "continuous":
        platform.interpret(rows.sparkSession, given.engine)
    stream = (
        rows.writeStream.queryName(f"{layer}-{given.batch}-{given.attempt}")
        .foreachBatch(step)
        .option("checkpointLocation", given.checkpoint(layer))
        .trigger(availableNow=True)
    )
    while not given.is_drained():
        known = news()
        try:
            stream.start().awaitTermination()
        except StreamingQueryException as error:
            if DrainedError.__name__ not in str(error):
                raise
        if given.mode == "triggered":
            return
        _rest(given, news, known)


def _rest(given: Arguments, news: Callable[[], Hashable], known: Hashable) -> None:
    """Until there is news. Changes that nobody tells of, an erasure for one, are found after a while."""
    until = time.monotonic() + _REST_SECONDS
    while time.monotonic() < until and news() == known and not given.is_drained():
        time.sleep(_LOOK_SECONDS)


def now() -> str:
    """The time in UTC with milliseconds, as the operator writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def progress_of(records: Path, layer: str) -> Path:
    """The folder where a layer notes its progress."""
    return records / "progress" / layer


def note_progress(records: Path, layer: str, entry: dict) -> None:
    """Appends to what is known of the layer's latest micro-batches; one run at a time writes it.

    An entry has `at` (UTC), `versions` of the layer's tables, the `number` of the micro-batch unless a run has just
    begun, and either `batches` that were loaded or `read`, the versions below that have been read to their end.
    """
    folder = progress_of(records, layer)
    earlier = (platform.read_json(folder) or {"entries": []})["entries"]
    platform.write_json(folder, {"layer": layer, "entries": [*earlier, {"at": now(), **entry}][-_MOST_ENTRIES:]})
