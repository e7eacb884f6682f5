"""How a table is brought up to date: by what has changed, or whole, and what the change log says of it."""

from dataclasses import replace

import pytest
from lake import Lake, create_empty_lake, message
from medallion_engine.computed import keys, log
from medallion_engine.computed.compute import NEW, REDEFINED
from medallion_engine.computed.functions import function_of
from medallion_engine.computed.grow import grow
from medallion_engine.computed.sources import Sources
from medallion_engine.contracts import table
from medallion_engine.delta.below import Below
from medallion_engine.jobs import bronze, gold, silver
from retention import keep_versions_for

START = 1_700_000_000


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def rates(device: str, first: int, count: int = 1) -> str:
    return "".join(
        message("bpm", device, {"device_id": device, "time": first + at, "heartrate": 60 + at % 50})
        for at in range(count)
    )


def changed(lake: Lake, layer: str, batch: str) -> set[str]:
    return {each["table"] for each in lake.report(batch, layer)["tables"] if each["changed"]}


def test_the_first_round_computes_each_table_whole_and_later_ones_follow(spark, own_lake):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rates("d", START)))
    first = log.latest(spark, "silver")
    own_lake.run(own_lake.land("kafka_multiplex/2.json", rates("d", START + 60)))
    second = log.latest(spark, "silver")

    assert {each.whole for each in first.tables} == {NEW}
    assert {each.whole for each in second.tables} == {None}
    assert [each.name for each in second.tables if each.has_moved] == ["silver.heart_rates"]
    assert second.of("silver.heart_rates").inserted == 1
    assert second.follows == log.latest(spark, "bronze").round


def test_a_new_generation_computes_tables_whole_and_writes_only_differences(spark, own_lake):
    batch = own_lake.run(own_lake.land("kafka_multiplex/1.json", rates("d", START, 3)))
    before = log.latest(spark, "silver").versions
    spark.sql("DELETE FROM silver.heart_rates WHERE heartrate = 61")

    silver.main(own_lake.arguments(batch, "--attempt=2", "--generation=2"))

    last = log.latest(spark, "silver")
    assert {each.whole for each in last.tables} == {REDEFINED}
    assert last.of("silver.heart_rates").inserted == 1
    moved = {name for name, version in last.versions.items() if version != before[name]}
    assert moved == {"silver.heart_rates"}


def test_a_range_that_can_no_longer_be_read_is_computed_whole(spark, own_lake):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rates("d", START, 2)))
    keep_versions_for(spark, "0 hours")
    batches = [
        own_lake.manifest(own_lake.land(f"kafka_multiplex/{name}.json", rates("d", START + 60 * at, 2)))
        for at, name in enumerate(["2", "3"], 1)
    ]
    bronze.main(own_lake.arguments(batches[0]))
    # What batch 2 has written lies in a file that a later rewrite replaces, and that nobody keeps.
    spark.sql("DELETE FROM landed.kafka_multiplex WHERE _path = 'kafka_multiplex/2.json' AND _line_number = 2")
    spark.sql("OPTIMIZE landed.kafka_multiplex")
    spark.sql("REORG TABLE landed.kafka_multiplex APPLY (PURGE)")
    spark.sql("VACUUM landed.kafka_multiplex")
    bronze.main(own_lake.arguments(batches[1]))
    for job in (silver, gold):
        job.main(own_lake.arguments(batches[1]))

    told = log.latest(spark, "silver").of("silver.heart_rates")
    assert told.whole == "what has changed below can no longer be told"
    assert spark.table("silver.heart_rates").count() == 5


@pytest.mark.parametrize("most", [0, 2, 20_000])
def test_the_number_of_touched_keys_changes_no_result(spark, own_lake, monkeypatch, most):
    monkeypatch.setattr(keys, "MOST_LISTED_KEYS", most)
    visits = "mac_address,gym,login,logout\n" + "".join(
        f"aa:bb:cc:dd:ee:{n:02},9,{START + n},{START + 600}\n" for n in range(5)
    )
    own_lake.run(own_lake.land("gym_logins/1.csv", visits))
    own_lake.run(own_lake.land("gym_logins/1.csv", visits.replace(f",{START + 600}\n", f",{START + 900}\n", 3)))

    found = {(row.login.timestamp(), row.logout.timestamp()) for row in spark.table("silver.gym_visits").collect()}
    assert found == {(START + n, START + (900 if n < 3 else 600)) for n in range(5)}
    assert log.latest(spark, "silver").of("silver.gym_visits").updated == 3


def test_keys_keep_all_their_digits(spark):
    rows = spark.sql("SELECT CAST('12345678901234567.89' AS DECIMAL(19, 2)) AS amount")

    assert rows.where(keys.keys_of(rows).near(rows, {"amount": "amount"})).count() == 1


def test_a_table_that_grows_by_one_column_stays_when_no_line_counts(spark, own_lake):
    calendar = table("silver.calendar")
    growing = replace(calendar, computed=replace(calendar.computed, greatest="week"))
    batch = own_lake.manifest(own_lake.land("date_lookup/torn.json", "{torn\n"))
    bronze.main(own_lake.arguments(batch))
    sources = Sources(spark, Below(spark), [log.latest(spark, "bronze")])

    grown = grow(spark, growing, sources, {}, function_of(spark, growing))

    assert (grown.moved.any, grown.rows, grown.is_appended) == (False, 0, False)


def test_other_lines_of_a_dataset_move_no_table_that_is_not_made_of_them(spark, own_lake):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rates("d", START)))
    batch = own_lake.run(own_lake.land("kafka_multiplex/torn.json", message("bpm", "d", "torn")))

    assert changed(own_lake, "bronze", batch) == {"landed.kafka_multiplex"}
    assert changed(own_lake, "silver", batch) == set()
    assert changed(own_lake, "gold", batch) == set()


def test_readings_alone_make_no_other_table_look_for_changes(spark, own_lake, monkeypatch):
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rates("d", START)))
    looked = []
    of = Sources.changes
    monkeypatch.setattr(Sources, "changes", lambda self, name, read: looked.append(name) or of(self, name, read))
    own_lake.run(own_lake.land("kafka_multiplex/2.json", rates("d", START + 60)))
    assert looked == ["bronze.bpm", "silver.heart_rates"]

    own_lake.run(own_lake.land("kafka_multiplex/2.json", rates("d", START + 61)))
    assert set(looked[2:]) == {"bronze.bpm", "bronze.user_info", "bronze.workout", "silver.heart_rates"}
    assert [row.time.timestamp() for row in spark.table("silver.heart_rates").orderBy("time").collect()] == [
        START,
        START + 61,
    ]
