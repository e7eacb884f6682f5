"""Doing it again, starting over, or doing two things at once changes nothing."""

from random import Random

import pytest
from answers.answer import Answer, answer_of
from answers.stored import differences, stored
from generated.defects import break_some
from generated.landing import filed
from generated.world import world_of
from lake import Lake, create_empty_lake
from medallion_engine.computed import log
from medallion_engine.contracts import tables_of
from medallion_engine.jobs import bronze, gold, silver
from medallion_engine.platform import write_json
from retention import keep_versions_for

LAYERS = {"bronze": bronze, "silver": silver, "gold": gold}


@pytest.fixture(scope="module")
def two_batches(spark, tmp_path_factory) -> tuple[Lake, Answer]:
    files = filed(break_some(world_of(31, users=8, readings=200), rounds=1).lines, 2, Random(31))
    lake = create_empty_lake(spark, tmp_path_factory.mktemp("replays"))
    half = len(files) // 2
    for part in (files[:half], files[half:]):
        lake.run(*[lake.land(path, content) for path, content in part])
    return lake, answer_of(files)


def lines_of(spark) -> dict[str, int]:
    return {each.name: spark.table(each.physical).count() for each in tables_of("bronze")}


def forget(spark, lake: Lake, layer: str, batch: str) -> None:
    """Takes back that the last round of a layer has ended, as a crash just before that would leave it."""
    last = log.latest(spark, layer)
    spark.sql(f"DELETE FROM ops.changes WHERE layer = '{layer}' AND round = {last.round}")
    write_json(lake.records / "begun" / layer, {"batches": [batch]})


@pytest.mark.parametrize("layer", LAYERS)
def test_a_repeated_round_changes_nothing_and_is_told(spark, two_batches, layer):
    lake, answer = two_batches
    lines, before = lines_of(spark), log.latest(spark, layer)
    forget(spark, lake, layer, "batch-002")

    LAYERS[layer].main(lake.arguments("batch-002", "--attempt=2"))

    assert lines_of(spark) == lines
    assert differences(stored(spark), answer) == {}
    again = log.latest(spark, layer)
    assert (again.round, again.batches) == (before.round, ["batch-002"])
    assert all(again.versions[name] >= version for name, version in before.versions.items())
    assert {each.name for each in again.tables if each.has_moved} >= {e.name for e in before.tables if e.has_moved}
    assert not (lake.records / "begun" / layer).exists()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_run_of_a_batch_that_is_done_does_nothing(spark, two_batches, layer):
    lake, _ = two_batches
    before = log.latest(spark, layer)

    LAYERS[layer].main(lake.arguments("batch-002", "--attempt=3"))

    assert log.latest(spark, layer) == before


@pytest.mark.large
def test_a_new_generation_reads_everything_again_and_changes_nothing(spark, two_batches):
    lake, answer = two_batches
    lines = lines_of(spark)
    keep_versions_for(spark, "0 hours")
    spark.sql("DELETE FROM silver.gym_visits")
    for table in ("landed.gym_logins", "silver.gym_visits"):
        spark.sql(f"VACUUM {table}")
    spark.sql("INSERT INTO silver.users VALUES ('ghost', 'd', 'aa:bb:cc:dd:ee:ff', timestamp'2024-01-01')")
    spark.sql("UPDATE silver.heart_rates SET heartrate = 1 WHERE minute(time) < 20")
    spark.sql("INSERT INTO gold_published.gym_summary VALUES (date'2024-01-01', '1', 'nobody', array(), 1, 1)")

    for job in LAYERS.values():
        job.main(lake.arguments("batch-002", "--attempt=3", "--generation=2"))

    assert lines_of(spark) == lines
    assert differences(stored(spark), answer) == {}


@pytest.mark.large
def test_two_batches_at_once_are_one(spark, two_batches, tmp_path):
    _, answer = two_batches
    files = filed(break_some(world_of(31, users=8, readings=200), rounds=1).lines, 2, Random(31))
    lake = create_empty_lake(spark, tmp_path)
    half = len(files) // 2
    batches = [
        lake.manifest(*[lake.land(path, content) for path, content in part]) for part in (files[:half], files[half:])
    ]

    for job in LAYERS.values():
        job.main(lake.arguments(batches[1]))

    assert all(lake.report(batch, "bronze")["files"] for batch in batches)
    assert differences(stored(spark), answer) == {}
