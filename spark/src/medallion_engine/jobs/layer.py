"""The job of silver and of gold: one round, or as long as it is asked to stay a round for all that comes."""

from pyspark.sql import SparkSession

from .. import platform
from ..computed import log
from ..computed.layer import BELOW, Done, LayerRound
from .arguments import Arguments, arguments
from .following import follow, note_progress, progress_of


def run(layer: str, argv: list[str] | None) -> None:
    """Brings the layer up to date and ends, or stays if continuous."""
    given = arguments(argv)
    spark = platform.session(given.catalog)
    platform.interpret(spark, given.engine)
    # Also where nothing has changed below: a table may be new, or be made in another way.
    do_round(spark, layer, given)
    if given.mode == "continuous":
        told = progress_of(given.records, BELOW[layer])
        follow(
            log.stream(spark, BELOW[layer]),
            layer,
            given,
            lambda rows, _: do_round(rows.sparkSession, layer, given),
            lambda: tuple(platform.names_of(told)),
        )


def do_round(spark: SparkSession, layer: str, given: Arguments) -> None:
    """A round, from the mark that it has begun to the removal of that mark.

    Killed in between it is done again: what was written is no difference any more, and the versions are asked for.
    """
    mark = given.begun(layer)
    was_begun = mark.exists()
    platform.write_json(mark, {"batch": given.batch, "attempt": given.attempt})
    is_pinned = given.mode == "continuous"
    done = LayerRound(spark, layer, given.attempt, given.generation, given.engine, is_pinned, was_begun).run()
    _report(layer, given, done)
    if done.is_new:
        log.append(spark, done.round)
    note_progress(given.records, layer, _entry(done))
    platform.remove(mark)


def _entry(done: Done) -> dict:
    number = {"number": done.round.round} if done.is_new else {}
    failed = {"failed": done.failed} if done.failed else {}
    return {**number, "versions": done.round.versions, "read": done.read, **failed}


def _report(layer: str, given: Arguments, done: Done) -> None:
    """Adds to what earlier rounds or attempts reported: a change is not undone by a crash after it."""
    folder = given.report(given.batch, layer)
    earlier = platform.read_json(folder) or {"tables": [], "keys": {}, "seconds": {}}
    before = {each["table"]: each for each in earlier["tables"]}
    tables = []
    for each in done.round.tables:
        known = before.get(each.name, {"changed": False, "inserted": 0, "updated": 0, "deleted": 0})
        counts = {name: known[name] + getattr(each, name) for name in ("inserted", "updated", "deleted")}
        changed = known["changed"] or each.has_moved
        whole = {"whole": each.whole} if each.whole else {}
        tables.append({"table": each.name, "version": each.after, "changed": changed, **counts, **whole})
    units = {name: count for name, count in done.units.items() if count is not None}
    keys = {name: earlier["keys"].get(name, 0) + units.get(name, 0) for name in sorted({*earlier["keys"], *units})}
    seconds = {name: round(earlier["seconds"].get(name, 0) + spent, 3) for name, spent in done.seconds.items()}
    content = {"batch": given.batch, "layer": layer, "attempt": given.attempt, "generation": given.generation}
    content |= {
        "wheel": platform.wheel_version(),
        "tables": tables,
        "read": done.read,
        "keys": keys,
        "seconds": seconds,
    }
    platform.write_json(folder, content)
