"""Loads the files that manifests list."""

from collections.abc import Iterable
from dataclasses import replace

from pyspark.sql import SparkSession

from .. import platform
from ..bronze.accounts import Loaded
from ..bronze.decisions import read_decisions
from ..bronze.load import load
from ..bronze.manifest import read_manifests, recent, since
from ..bronze.news import note_told, untold
from ..bronze.promote import promote
from ..clock import now
from ..computed import log
from ..computed.log import Round, TableRound
from ..contracts import Table, datasets, tables_of
from .arguments import Arguments, arguments
from .following import StopRequest, last_versions, note_progress, rest

_LAYER = "bronze"
_MOST_MANIFESTS = 8


class BatchMissingError(RuntimeError):
    """The run was started for a batch that has no manifest."""


def do_round(spark: SparkSession, given: Arguments, batches: list[str], last: Round | None) -> Round | None:
    """Loads batches, from the mark that the round has begun to the removal of that mark.

    Killed in between it is done again: what was written is then written over.
    """
    mark = given.begun(_LAYER)
    # A mark of batches that have ended only shows that it was not removed in time.
    was_begun = batches == (platform.read_json(mark) or {}).get("batches")
    files = read_manifests(given.control, batches)
    if files:
        platform.write_json(mark, {"batches": batches})
        _promote(spark, last)
        decisions = read_decisions(given.control, files)
        done = load(spark, files, decisions, given.landing, was_begun, given.engine)
        last = _tell(spark, given, done, last, was_begun=was_begun)
        note_progress(given.records, _LAYER, {"number": last.round, "versions": last.versions, "batches": last.batches})
        platform.remove(mark)
    return last


def _promote(spark: SparkSession, last: Round | None) -> None:
    """Lines of before are brought under the columns of now, once after each change of a contract."""
    redefined = {each.name for each in tables_of(_LAYER) if _is_redefined(each, last)}
    for each in datasets():
        if each.table in redefined:
            promote(spark, each)


def _is_redefined(each: Table, last: Round | None) -> bool:
    known = last.of(each.name) if last else None
    return known is not None and known.definition != each.definition


def _tell(spark: SparkSession, given: Arguments, done: Loaded, last: Round | None, *, was_begun: bool) -> Round:
    """Says what was loaded, first in reports and then in the log.

    Maintenance may erase lines meanwhile. If it has told of that, the round is told anew, as one after that.
    """
    ended = _ended(spark, given, done, last, was_begun=was_begun)
    # Looked at after the versions: they may have an erasure of which nobody was told yet.
    if given.begun("maintenance").exists():
        ended = replace(ended, tables=[replace(each, records=None) for each in ended.tables])
    _report(given, done, ended)
    try:
        log.append_beside_others(spark, ended)
    except log.OvertakenError:
        return _tell(spark, given, done, log.latest(spark, _LAYER), was_begun=True)
    return ended


def _ended(spark: SparkSession, given: Arguments, done: Loaded, last: Round | None, *, was_begun: bool) -> Round:
    """Only maintenance writes the tables, too, and tells of it, so that what is not written here is as the log says."""
    tables = []
    for each in tables_of(_LAYER):
        known = last.of(each.name) if last else None
        is_redefined = _is_redefined(each, last)
        after = known.after if known else 0
        if each.name in done.lines or was_begun or is_redefined or known is None:
            after = platform.latest_commit(spark, each.physical, given.engine).version
        is_written = each.name in done.lines
        before = known.after if known else 0 if is_written else after
        records = done.records.get(each.name)
        types = sorted(records) if records is not None and not was_begun and not is_redefined else None
        lines = done.lines.get(each.name, 0)
        tables.append(TableRound(each.name, each.definition, before, after, inserted=lines, records=types))
    return Round(_LAYER, last.round + 1 if last else 1, list(done.files), given.attempt, 0, tables)


def _report(given: Arguments, done: Loaded, ended: Round) -> None:
    tables = [{"table": each.name, "version": each.after, "changed": each.has_moved} for each in ended.tables]
    seconds = {name: round(spent, 3) for name, spent in done.seconds.items()}
    for batch, files in done.files.items():
        content = {"batch": batch, "layer": _LAYER, "files": files, "tables": tables, "seconds": seconds}
        told = (platform.read_json(given.report(batch, _LAYER)) or {}).get("newColumns", {})
        news = untold(given.told_columns, done.unknown[batch])
        content |= {"newColumns": told | news, "attempt": given.attempt, "wheel": platform.wheel_version(), "at": now()}
        platform.write_json(given.report(batch, _LAYER), content)
        note_told(given.told_columns, news)


def _rounds_of(waiting: list[str], begun: list[str], most: int) -> list[list[str]]:
    """What was begun together is done again together, and first."""
    again = [each for each in waiting if each in begun]
    new = [each for each in waiting if each not in begun]
    rounds = [new[first : first + most] for first in range(0, len(new), most)]
    return [again, *rounds] if again else rounds


def _load_what_is_there(
    spark: SparkSession, given: Arguments, known: Iterable[str], last: Round | None, stop: StopRequest | None
) -> None:
    """A round for each batch, or for several where the job is always on: many small ones do not hold each other up."""
    begun = (platform.read_json(given.begun(_LAYER)) or {"batches": []})["batches"]
    listed = {*known, *begun}
    waiting = sorted(listed - log.batches_among(spark, _LAYER, listed))
    for batches in _rounds_of(waiting, begun, 1 if given.mode == "triggered" else _MOST_MANIFESTS):
        if stop is not None and stop.look_now():
            return
        last = do_round(spark, given, batches, last)
    if last is not None and last.versions != last_versions(given.records, _LAYER):
        note_progress(given.records, _LAYER, {"versions": last.versions, "batches": last.batches})


def main(argv: list[str] | None = None) -> None:
    """Loads what is new and ends, or stays if continuous. Raises BatchMissingError if the batch has no manifest."""
    given = arguments(argv)
    spark = platform.session(given.catalog)
    platform.interpret(spark, given.engine)
    # Manifests may have come for days while no job ran. The first look is at them all.
    newest, last = platform.side_by_side(
        spark, [lambda: log.newest_batch(spark, _LAYER), lambda: log.latest(spark, _LAYER)]
    )
    known = since(given.control, newest)
    if given.mode == "triggered":
        _load_what_is_there(spark, given, [*known, given.batch], last, None)
        if platform.read_json(given.report(given.batch, _LAYER)) is None:
            raise BatchMissingError(
                f"Batch '{given.batch}' has no manifest under '{given.control}/manifests'. Write it and run again."
            )
        return
    stop, rested = StopRequest(given), 0.0
    while not stop.look_now():
        listed = recent(given.control)
        _load_what_is_there(spark, given, {*known, *listed}, last, stop)
        rested = rest(stop, lambda: recent(given.control), listed, rested)
        # Maintenance may have told of a round meanwhile.
        known, last = (), log.latest(spark, _LAYER)
