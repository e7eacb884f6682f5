"""How long an always-on job follows its source: until it is asked to drain."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame

from .. import platform
from ..clock import now
from .arguments import Arguments

_LEAST_PAUSE_SECONDS = 0.1
_LATENESS = 0.08
_STOP_SECONDS = 1
_REST_SECONDS = 60
_MOST_ENTRIES = 60


class DrainedError(RuntimeError):
    """Ends a stream before its next micro-batch: the last one is committed, the next has not begun."""


@dataclass
class StopRequest:
    """Whether somebody has asked the stream to stop. Storage is asked at most once a second: each look is a call."""

    given: Arguments
    is_made: bool = False
    asked_at: float | None = None

    def look(self, now: float) -> bool:
        if not self.is_made and (self.asked_at is None or now - self.asked_at >= _STOP_SECONDS):
            self.asked_at = now
            self.is_made = self.given.is_drained()
        return self.is_made

    def look_now(self) -> bool:
        """Looks by the machine's clock."""
        return self.look(time.monotonic())


def follow(
    rows: DataFrame,
    layer: str,
    given: Arguments,
    micro_batch: Callable[[DataFrame, int], None],
    news: Callable[[], Hashable],
) -> None:
    """Runs the layer's stream to the end of what is there, and again whenever `news` has changed.

    It ends well when it is drained. Whatever else ends a stream is raised.

    A stream that looks again by itself would be in the way: with a look every moment it takes a tenth of a core and
    finds the tables below between two of their commits, and serverless compute refuses it.
    """

    stop = StopRequest(given)

    def step(some: DataFrame, number: int) -> None:
        if stop.look_now():
            raise DrainedError(f"The {layer} stream was asked to drain.")
        micro_batch(some, number)

    platform.interpret(rows.sparkSession, given.engine)
    stream = (
        rows.writeStream.queryName(f"{layer}-{given.batch}-{given.attempt}")
        .foreachBatch(step)
        .option("checkpointLocation", given.checkpoint(layer))
        .trigger(availableNow=True)
    )
    rested = 0.0
    while not stop.look_now():
        known = news()
        try:
            stream.start().awaitTermination()
        except StreamingQueryException as error:
            if DrainedError.__name__ not in str(error):
                raise
        rested = rest(stop, news, known, rested)


def rest(stop: StopRequest, news: Callable[[], Hashable], known: Hashable, last: float, clock=time) -> float:
    """Until there is news; returns the seconds. What nobody tells of is found after a while: an erasure, for one.

    Each pause is twice as long as the one before, up to a small share of the `last` rest or of this one, whichever is
    longer: news of a busy source is found at once, and a quiet one costs little.
    """
    pause, began = _LEAST_PAUSE_SECONDS, clock.monotonic()
    while (rested := clock.monotonic() - began) < _REST_SECONDS and news() == known:
        if stop.look(clock.monotonic()):
            break
        clock.sleep(pause)
        pause = min(2 * pause, max(_LATENESS * max(last, rested), _LEAST_PAUSE_SECONDS))
    return clock.monotonic() - began


def progress_of(records: Path, layer: str) -> Path:
    """The folder where a layer notes its progress."""
    return records / "progress" / layer


def last_versions(records: Path, layer: str) -> dict[str, int] | None:
    """The versions of a layer's tables by its last entry, if there is one."""
    progress = platform.read_json(progress_of(records, layer))
    return None if progress is None else progress["entries"][-1]["versions"]


def note_progress(records: Path, layer: str, entry: dict) -> None:
    """Appends to what is known of the layer's latest micro-batches; one run at a time writes it.

    An entry has `at` (UTC), `versions` of the layer's tables, the `number` of the micro-batch unless a run has just
    begun, and either `batches` that were loaded or `read`, the versions below that have been read to their end.
    """
    folder = progress_of(records, layer)
    earlier = (platform.read_json(folder) or {"entries": []})["entries"]
    platform.write_json(folder, {"layer": layer, "entries": [*earlier, {"at": now(), **entry}][-_MOST_ENTRIES:]})
