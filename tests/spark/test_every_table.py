"""For each computed table, from its contract alone: what follows the changes is what all rows give at once.

It also finds a `from` that is too narrow: a change then reaches too few units.
"""

from dataclasses import replace
from random import Random

import pytest
from medallion_engine import platform
from medallion_engine.computed.compute import Work, compute
from medallion_engine.computed.functions import function_of
from medallion_engine.computed.log import Round, TableRound
from medallion_engine.computed.sources import Sources, tables_behind
from medallion_engine.contracts import Source, Table, datasets, table, tables_of
from medallion_engine.delta.below import Below
from medallion_engine.delta.change_sets import ChangeSet
from medallion_engine.delta.stored import Stored
from pyspark.sql import SparkSession
from random_rows import LandedRows, TableRows

ROUNDS = [(1, 1), *[pytest.param(seed, 4, marks=pytest.mark.large) for seed in range(2, 6)]]


def told(versions: dict[str, int]) -> Round:
    """A round that has brought the tables below to these versions, in ways that nobody has noted."""
    return Round("below", 1, [], 1, 0, [TableRound(name, "", 0, version) for name, version in versions.items()])


class Follower:
    """A table that follows its sources, and what it has read of them."""

    def __init__(self, spark: SparkSession, of: Table) -> None:
        self.spark, self.table = spark, of
        self.last: TableRound | None = None
        self.followed = 0
        self.round, self.previous = 1, 0

    def names_below(self) -> set[str]:
        return {name for each in self.table.computed.sources for name in tables_behind(each.name)}

    def follow(self, versions: dict[str, int], times: int) -> None:
        """A round. Before the last time it ends without being told, as after a crash."""
        for _ in range(times):
            sources = Sources(self.spark, Below(self.spark), [told(versions)])
            work = Work(self.table, self.target(), "same", self.last, sources)
            done = compute(self.spark, work)
            self.followed += done.whole is None and (done.moved.any or done.is_appended)
        self.previous = self.round if done.moved.any or done.is_appended else self.previous
        self.round += 1
        self.last = TableRound(self.table.name, "same", 0, 0, read=work.read())

    def target(self) -> Stored | ChangeSet:
        """Where this round writes; what it has left when it was repeated is taken away."""
        if not self.table.changes:
            return Stored(self.spark, self.table)
        target = ChangeSet(self.spark, self.table, self.round, self.previous, 0)
        target.forget()
        return target

    def check(self) -> None:
        """Compares the table with one call of its function over everything."""
        sources = Sources(self.spark, Below(self.spark), [])
        whole = function_of(self.spark, self.table)(
            {each.name: sources.rows(each.name) for each in self.table.computed.sources}
        )
        wanted = sorted(map(str, whole.select(*self.table.names).collect()))
        rows = self.spark.table(self.table.physical.replace("gold_published.", "gold_staged."))
        present = sorted(map(str, rows.select(*self.table.names).collect()))
        assert present == wanted, self.table.name


class Rounds:
    """Tables that change, and others that follow them."""

    def __init__(self, spark: SparkSession, seed: int, layer: str, followers: list[Follower]) -> None:
        self.spark, self.random, self.followers = spark, Random(seed), followers
        self.versions: dict[str, int] = {}
        # Each has random numbers of its own, as several are changed side by side.
        if layer == "silver":
            self.below = [LandedRows(spark, Random(f"{seed} {each.dataset}"), each) for each in datasets()]
        else:
            read = {source.name for each in tables_of(layer) for source in each.computed.sources}
            self.below = [TableRows(spark, Random(f"{seed} {name}"), table(name)) for name in sorted(read)]

    def begin(self) -> None:
        """A first round over rows that are there already, as a table is computed whole when it is new."""
        self.change(self.below)
        self.follow(self.followers, 1)

    def change(self, below: list) -> None:
        platform.side_by_side(self.spark, [each.change for each in below])
        for each in below:
            commit = platform.latest_commit(self.spark, table(each.name).physical, platform.LOCAL)
            self.versions[each.name] = commit.version

    def follow(self, followers: list[Follower], times: int) -> None:
        versions = dict(self.versions)
        platform.side_by_side(self.spark, [lambda each=each: each.follow(versions, times) for each in followers])
        platform.side_by_side(self.spark, [each.check for each in followers])

    def play(self, below: list) -> None:
        """Changes one table below after the other, seldom two, and lets the tables above follow now or later."""
        behind: list[Follower] = []
        for each in self.random.sample(below, len(below)):
            more = self.random.sample(self.below, self.random.choice([0, 0, 0, 1])) if len(below) > 1 else []
            changed = {one.name: one for one in [each, *more]}
            self.change(list(changed.values()))
            ready = [one for one in self.followers if one in behind or one.names_below() & changed.keys()]
            behind = [one for one in ready if self.random.random() < 0.25]
            self.follow([one for one in ready if one not in behind], self.random.choice([1, 1, 1, 2]))
        self.follow(behind, 1)

    def play_on_for_who_stood_still(self) -> None:
        """Until each table has followed a change. Some changes are only of lines that do not count."""
        for _ in range(5):
            still = [each for each in self.followers if each.followed == 0]
            names = {name for each in still for name in each.names_below()}
            self.change([each for each in self.below if each.name in names])
            self.follow(still, 1)


@pytest.mark.parametrize(("seed", "rounds"), ROUNDS)
@pytest.mark.parametrize("layer", ["silver", "gold"])
@pytest.mark.every_project
def test_what_follows_the_changes_is_what_all_rows_give(spark, lake, layer, seed, rounds):
    platform.interpret(spark, platform.LOCAL)
    game = Rounds(spark, seed, layer, [Follower(spark, each) for each in tables_of(layer)])
    game.begin()

    for _ in range(rounds):
        game.play(game.below)
    game.play_on_for_who_stood_still()

    assert [each.table.name for each in game.followers if each.followed == 0] == []


def without_its_way(of: Table) -> Table:
    """The table with a contract in which one source lacks the way to its units."""
    *others, last = of.computed.sources
    if last.via is None:
        raise ValueError(f"'{of.name}' has no source that goes by another.")
    narrow = Source(last.name, {of.computed.per[0]: last.on}, None, None, None)
    return replace(of, computed=replace(of.computed, sources=(*others, narrow)))


@pytest.mark.project("examples/orders")
def test_a_contract_that_reaches_too_few_units_is_found(spark, lake):
    platform.interpret(spark, platform.LOCAL)
    right = next(each for each in tables_of("gold") if each.computed.sources[-1].via)
    game = Rounds(spark, 1, "gold", [Follower(spark, without_its_way(right))])
    game.begin()
    lost = [each for each in game.below if each.name == right.computed.sources[-1].name]

    with pytest.raises(AssertionError, match=right.name):
        for _ in range(5):
            game.play(lost)
