"""Set 1 comes out as the reference says, and landing it again moves nothing."""

import shutil

import pytest
from expected import as_text, reference
from medallion_engine.computed import log
from medallion_engine.jobs import bronze, gold, silver
from medallion_engine.platform import write_json


def test_the_only_session_with_readings_is_summarised_exactly(spark, set_1):
    rows = spark.table("gold_staged.workout_bpm_summary").collect()

    (row,) = rows
    expected = reference("workout_bpm_summary/sbit-original/corrected/workout_bpm_summary_set1.csv")[0]
    assert row.avg_bpm == pytest.approx(64.64236486026896, abs=1e-12)
    assert {name: str(value) for name, value in row.asDict().items() if name != "avg_bpm"} == {
        name: value for name, value in expected.items() if name != "avg_bpm"
    }


def test_every_session_stands_in_its_visit(spark, set_1):
    columns = ["date", "gym", "mac_address", "workout_id", "session_id", "minutes_in_gym", "minutes_exercising"]

    rows = spark.table("gold_staged.gym_sessions").orderBy("date", "gym", "mac_address", "session_id").select(*columns)

    assert as_text(rows.collect()) == reference("gym_summary/sbit-original/corrected/gym_summary_set1.csv")


def test_a_day_in_a_gym_lists_its_workouts_and_counts_each_visit_once(spark, set_1):
    rows = {(row.gym, row.mac_address): row for row in spark.table("gold_staged.gym_summary").collect()}

    twice = rows[("3", "36:1f:d9:d3:e8:0d")]
    assert len(rows) == 6
    assert [each.session_id for each in twice.workouts] == ["1", "2"]
    assert (twice.minutes_in_gym, twice.minutes_exercising) == (135.0, 115.0)


def test_silver_holds_the_corrected_sessions_and_profiles(spark, set_1):
    sessions = spark.sql(
        "SELECT user_id, workout_id, session_id, date_format(start_time, \"yyyy-MM-dd'T'HH:mm:ss'Z'\") AS start_time, "
        "date_format(end_time, \"yyyy-MM-dd'T'HH:mm:ss'Z'\") AS end_time FROM silver.workout_sessions "
        "ORDER BY start_time, end_time, user_id"
    )
    profiles = spark.sql(
        "SELECT * EXCEPT (updated), date_format(updated, \"yyyy-MM-dd'T'HH:mm:ss'Z'\") AS updated "
        "FROM silver.user_profiles ORDER BY user_id"
    )

    expected = reference("corrected_silver/sbit-original/completed_workouts_set1.csv")
    order = lambda row: (row["user_id"], row["session_id"])  # noqa: E731
    assert sorted(as_text(sessions.collect()), key=order) == sorted(expected, key=order)
    assert as_text(profiles.collect()) == reference("corrected_silver/sbit-original/user_profile_set1.csv")


def test_every_line_is_accounted_for(set_1):
    lake, batch = set_1

    files = lake.report(batch, "bronze")["files"]

    assert [file["lines"] for file in files] == [5, 8, 7, 16, 365, 253_801]
    assert all(file["lines"] == file["accepted"] + file["quarantinedLines"] for file in files)
    assert [file["blank"] for file in files] == [3, 0, 3, 0, 0, 0]


def test_line_numbers_run_through_all_blocks_of_a_long_file(spark, set_1):
    bpm = spark.sql(
        "SELECT count(*) AS lines, min(_line_number) AS first, max(_line_number) AS last, "
        "count(DISTINCT _line_number) AS numbers, "
        "count_if(_line_number = get_json_object(_line, '$.offset') + 1) AS right FROM bronze.bpm"
    ).first()

    assert tuple(bpm) == (253_801, 1, 253_801, 253_801, 253_801)


def test_the_same_content_under_another_name_moves_nothing_downstream(set_1):
    lake, _ = set_1
    names = ["registered_users/1-registered_users_1.csv", "kafka_multiplex/4/4-workout_1.json"]
    copies = [lake.land(f"{name}.again", (lake.landing / name).read_bytes()) for name in names]

    batch = lake.run(*copies)

    for layer in ("silver", "gold"):
        assert not any(table["changed"] for table in lake.report(batch, layer)["tables"])


def test_a_repeated_round_changes_nothing(spark, set_1):
    lake, _ = set_1
    names = ("bronze.workout", "silver.workout_sessions", "gold_staged.gym_sessions", "gold_staged.gym_summary")
    before = {name: sorted(map(str, spark.table(name).drop("_batch").collect())) for name in names}
    batch = f"batch-{lake.batches:03}"
    report = lake.report(batch, "bronze")
    for layer in ("bronze", "silver", "gold"):
        last = log.latest(spark, layer)
        spark.sql(f"DELETE FROM ops.changes WHERE layer = '{layer}' AND round = {last.round}")
        write_json(lake.records / "begun" / layer, {"batches": [batch]})
    shutil.rmtree(lake.records / "reports" / batch)

    for job in (bronze, silver, gold):
        job.main(lake.arguments(batch, "--attempt=2"))

    assert lake.report(batch, "bronze")["files"] == report["files"]
    assert {name: sorted(map(str, spark.table(name).drop("_batch").collect())) for name in names} == before
    assert not any(table["changed"] for table in lake.report(batch, "silver")["tables"])
