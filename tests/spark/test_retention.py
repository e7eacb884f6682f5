"""Everything that reads an older version, when that version is older than the retention of its table."""

import time

import pytest
from lake import Lake, create_empty_lake, message
from medallion_engine.contracts import table
from medallion_engine.delta.below import Below
from medallion_engine.delta.history import versions
from medallion_engine.jobs import bronze, gold, silver
from publishing import publish_all
from retention import keep_versions_for, let_a_month_pass

RATES = "silver.heart_rates"


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def rate(device: str, beats: int) -> str:
    return message("bpm", device, {"device_id": device, "time": 1_700_000_000, "heartrate": beats})


def get_version(spark, name: str) -> int:
    return versions(spark, [table(name)], "databricks")[name]


def rest_and_go_on(spark, lake: Lake) -> int:
    """Loads one reading, lets a month pass, loads another one, and returns the version before the month."""
    lake.run(lake.land("kafka_multiplex/1.json", rate("d", 60)))
    version = get_version(spark, RATES)
    let_a_month_pass(spark)
    lake.run(lake.land("kafka_multiplex/2.json", rate("e", 61)))
    return version


def test_streams_read_changes_that_are_older_than_the_retention(spark, own_lake):
    batch = own_lake.manifest(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    bronze.main(own_lake.arguments(batch))
    let_a_month_pass(spark)
    next_batch = own_lake.manifest(own_lake.land("kafka_multiplex/2.json", rate("e", 61)))
    bronze.main(own_lake.arguments(next_batch))
    for job in (silver, gold):
        job.main(own_lake.arguments(next_batch))

    assert sorted(row.heartrate for row in spark.table(RATES).collect()) == [60, 61]


def test_a_pin_that_is_too_old_is_read_as_the_table_is_now(spark, own_lake):
    version = rest_and_go_on(spark, own_lake)
    below = Below(spark)
    below.pin({RATES: version})

    assert sorted(row.heartrate for row in below.rows(RATES).collect()) == [60, 61]


def test_the_newest_version_is_never_too_old(spark, own_lake):
    keep_versions_for(spark, "1 second")
    own_lake.run(own_lake.land("kafka_multiplex/1.json", rate("d", 60)))
    time.sleep(2)
    below = Below(spark)
    below.pin({RATES: get_version(spark, RATES)})
    own_lake.run(own_lake.land("kafka_multiplex/2.json", rate("e", 61)))

    assert below.rows(RATES).count() == 1


def test_a_pin_of_a_version_that_never_was_is_an_error(spark, own_lake):
    with pytest.raises(Exception, match="DELTA_VERSION_NOT_FOUND|Cannot time travel Delta table to version 999"):
        Below(spark).pin({RATES: 999})


def test_what_readers_see_and_what_is_next_are_readable_after_a_quiet_month(spark, own_lake):
    known = "registered_users/1.csv", "user_id,device_id,mac_address,registration_timestamp\nu,d,02:00:00:00:00:01,1\n"
    press = {"user_id": "u", "workout_id": "w", "session_id": "s", "timestamp": 1_699_999_000}
    presses = message("workout", "u", {**press, "action": "start"}) + message(
        "workout", "u", {**press, "action": "stop", "timestamp": 1_700_009_000}
    )
    own_lake.run(own_lake.land(*known), own_lake.land("kafka_multiplex/1.json", presses + rate("d", 60)))
    publish_all(spark)
    let_a_month_pass(spark)
    own_lake.run(own_lake.land("kafka_multiplex/2.json", rate("d", 60).replace("1700000000", "1700000060")))
    time.sleep(2)

    def recordings(schema: str) -> list[int]:
        return [row.num_recordings for row in spark.table(f"{schema}.workout_bpm_summary").collect()]

    assert recordings("gold_published") == [1]
    assert recordings("gold_staged") == [2]
    publish_all(spark)
    assert recordings("gold_published") == [2]
