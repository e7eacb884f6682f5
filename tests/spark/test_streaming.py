"""A job that is always on does what its runs per batch do, to the same tables from the same checkpoints."""

from random import Random

import pytest
from answers.answer import answer_of
from answers.stored import differences, stored
from generated.defects import break_some
from generated.landing import filed
from generated.world import world_of
from lake import Lake, create_empty_lake, message
from medallion_engine.delta.below import Below
from medallion_engine.jobs import bronze
from streaming import Streams, ask_to_drain, entries


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def rate(device: str, beats: int) -> str:
    return message("bpm", device, {"device_id": device, "time": 1_700_000_000, "heartrate": beats})


def lines_of(spark, table: str = "bronze.bpm") -> int:
    return spark.table(table).count()


def test_streams_and_runs_take_turns_without_loss_or_repetition(spark, own_lake):
    files = filed(break_some(world_of(77, users=6, readings=150), rounds=1).lines, 6, Random(77))
    paths = [own_lake.land(path, content) for path, content in files]
    parts = [paths[at::4] for at in range(4)]

    own_lake.run(*parts[0])
    streams = Streams(own_lake, "first")
    own_lake.manifest(*parts[1])
    streams.until_covered(own_lake.manifest(*parts[2]))
    streams.drain()
    own_lake.run(*parts[3])

    assert lines_of(spark) == sum(
        1 for path, content in files for line in content.splitlines() if '"topic": "bpm"' in line
    )
    assert differences(stored(spark), answer_of(files)) == {}


def test_a_micro_batch_takes_several_manifests_and_reports_on_each(spark, own_lake):
    manifests = [own_lake.manifest(own_lake.land(f"kafka_multiplex/{n}.json", rate("d", 60 + n))) for n in range(3)]
    streams = Streams(own_lake, "several")
    streams.until_covered(manifests[-1])
    streams.drain()

    assert [each["batches"] for each in entries(own_lake, "bronze")] == [manifests]
    assert [own_lake.report(each, "bronze")["files"][0]["accepted"] for each in manifests] == [1, 1, 1]
    batches = {row._batch for row in spark.table("bronze.bpm").select("_batch").collect()}
    assert batches == set(manifests)


def test_manifests_that_came_while_the_stream_rested_are_loaded_whatever_their_day(spark, own_lake):
    paths = [own_lake.land(f"kafka_multiplex/{n}.json", rate("d", 60 + n)) for n in range(4)]
    own_lake.run(paths[0])
    manifests = [own_lake.manifest(path) for path in paths[1:]]
    days = own_lake.control / "manifests"
    for batch, day in zip(manifests[1:], ("2026-01-02", "2026-01-03"), strict=True):
        (days / day).mkdir()
        (days / "2026-01-01" / f"{batch}.jsonl").rename(days / day / f"{batch}.jsonl")
    streams = Streams(own_lake, "rested")
    streams.until_covered(manifests[-1])
    streams.drain()

    assert sorted(row.heartrate for row in spark.table("bronze.bpm").collect()) == [60, 61, 62, 63]


def test_of_two_contents_of_a_path_in_one_micro_batch_the_newer_is_loaded(spark, own_lake):
    path = "kafka_multiplex/same.json"
    older = own_lake.manifest(own_lake.land(path, rate("d", 60)))
    newer = own_lake.manifest(own_lake.land(path, rate("d", 61)))
    streams = Streams(own_lake, "overwritten")
    streams.until_covered(newer)
    streams.drain()

    assert own_lake.report(older, "bronze")["files"][0]["outcome"] == "superseded"
    assert [row.heartrate for row in spark.table("silver.heart_rates").collect()] == [61]


def test_a_stream_that_is_asked_to_drain_begins_nothing_more(spark, own_lake):
    batch = own_lake.manifest(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    ask_to_drain(own_lake, "early")
    bronze.main(own_lake.arguments("early", "--mode=continuous"))
    assert lines_of(spark) == 0

    bronze.main(own_lake.arguments(batch))
    assert lines_of(spark) == 1


def test_what_is_pinned_is_read_as_it_was(spark, own_lake):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    below = Below(spark)
    below.pin({"silver.heart_rates": entries(own_lake, "silver")[-1]["versions"]["silver.heart_rates"]})
    own_lake.run(own_lake.land("kafka_multiplex/2.json", rate("e", 60)))

    assert below.rows("silver.heart_rates").count() == 1
    assert Below(spark).rows("silver.heart_rates").count() == 2
    below.pin({"silver.heart_rates": entries(own_lake, "silver")[-1]["versions"]["silver.heart_rates"]})
    assert below.rows("silver.heart_rates").count() == 2


def test_progress_names_the_versions_that_were_read_to_their_end(spark, own_lake):
    batch = own_lake.run(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    loaded = {each["table"]: each["version"] for each in own_lake.report(batch, "bronze")["tables"]}
    built = entries(own_lake, "silver")[-1]

    assert {table: loaded[table] for table in built["read"]} == built["read"]
    assert built["read"]["landed.kafka_multiplex"] > 0
    followed = entries(own_lake, "gold")[-1]["read"]
    assert {table: built["versions"][table] for table in followed} == followed


def test_a_run_that_finds_nothing_new_still_says_where_its_layer_is(own_lake):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    before = entries(own_lake, "gold")[-1]
    own_lake.run(own_lake.land("kafka_multiplex/bad.json", message("bpm", "d", "torn")))

    last = entries(own_lake, "gold")[-1]
    assert (last["versions"], last["read"]) == (before["versions"], before["read"])
    assert "number" not in last
