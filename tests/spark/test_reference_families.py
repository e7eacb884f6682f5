"""The generated families come out as the corrected reference says, to the last row."""

from pathlib import Path

import pytest
from expected import REFERENCE, as_text, reference
from lake import Lake, create_empty_lake

KINDS = {1: "registered_users", 2: "user_info", 3: "bpm", 4: "workout", 5: "gym_logins"}
INSTANT = "date_format({0}, \"yyyy-MM-dd'T'HH:mm:ss'Z'\") AS {0}"
EXACT_INSTANT = "date_format({0}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\") AS {0}"


def land_family(lake: Lake, family: str, number: int, exported: bool) -> list[str]:
    """Lands one batch of a family, messages either in the Kafka envelope or as arrays that an export wrote."""
    paths = []
    for kind, name in KINDS.items():
        (source,) = sorted((REFERENCE / name / family).glob(f"{kind}-*_{number}.*"))
        is_message = name in ("user_info", "bpm", "workout")
        folder = (f"{name}_export" if exported else f"kafka_multiplex/{name}") if is_message else name
        paths.append(lake.land(f"{folder}/{Path(source).name}", source.read_bytes()))
    return paths


@pytest.fixture(scope="module")
def three_batches(spark, tmp_path_factory) -> tuple[Lake, list[str]]:
    lake = create_empty_lake(spark, tmp_path_factory.mktemp("families"))
    return lake, [lake.run(*land_family(lake, "synthetic-5batch", number, True)) for number in (1, 2, 3)]


def test_every_line_of_an_export_is_accepted(three_batches):
    lake, batches = three_batches

    files = [file for batch in batches for file in lake.report(batch, "bronze")["files"]]

    assert [file["accepted"] for file in files] == [
        100,
        100,
        204,
        136,
        68,
        100,
        100,
        234,
        156,
        78,
        100,
        100,
        195,
        130,
        65,
    ]
    assert sum(file["quarantinedLines"] for file in files) == 0


def test_silver_of_the_exports_is_exact(spark, three_batches):
    sessions = spark.sql(
        f"SELECT user_id, workout_id, session_id, {INSTANT.format('start_time')}, {INSTANT.format('end_time')} "
        "FROM silver.workout_sessions WHERE status = 'completed' ORDER BY user_id, workout_id, session_id"
    )
    profiles = spark.sql(
        f"SELECT * EXCEPT (updated), {EXACT_INSTANT.format('updated')} FROM silver.user_profiles ORDER BY user_id"
    )

    folder = "corrected_silver/synthetic-5batch"
    key = lambda row: (row["user_id"], row["workout_id"], row["session_id"])  # noqa: E731
    assert as_text(sessions.collect()) == sorted(reference(f"{folder}/completed_workouts_batches1-3.csv"), key=key)
    assert as_text(profiles.collect()) == reference(f"{folder}/user_profile_batches1-3.csv")
    assert spark.table("silver.users").count() == 300
    assert spark.table("silver.gym_visits").count() == 211
    assert spark.table("silver.heart_rates").count() == 633


def test_gold_of_the_exports_is_exact(spark, three_batches):
    columns = ["date", "gym", "mac_address", "workout_id", "session_id", "minutes_in_gym", "minutes_exercising"]
    held = spark.table("gold_staged.gym_sessions").select(*columns).orderBy("date", "gym", "mac_address", "session_id")
    key = lambda row: (row["user_id"], row["workout_id"], row["session_id"])  # noqa: E731
    summary = sorted(as_text(spark.table("gold_staged.workout_bpm_summary").collect()), key=key)

    expected = sorted(
        reference("workout_bpm_summary/synthetic-5batch/corrected/workout_bpm_summary_batches1-3.csv"), key=key
    )
    means = [float(row.pop("avg_bpm")) for row in summary]
    wanted = [float(row.pop("avg_bpm")) for row in expected]
    assert as_text(held.collect()) == reference("gym_summary/synthetic-5batch/corrected/gym_summary_batches1-3.csv")
    assert summary == expected
    assert means == pytest.approx(wanted, abs=1e-9, rel=0)


@pytest.mark.large
def test_rows_that_do_not_refer_to_one_another_meet_nowhere(spark, tmp_path):
    lake = create_empty_lake(spark, tmp_path)

    batch = lake.run(*land_family(lake, "random-100", 1, False))

    files = lake.report(batch, "bronze")["files"]
    assert [(file["lines"], file["accepted"]) for file in files] == [(n, n) for n in (100, 100, 500, 100, 100)]
    users = spark.sql("SELECT count(DISTINCT user_id) AS users, count(*) AS devices FROM silver.users").first()
    assert tuple(users) == (99, 100)
    assert spark.table("silver.user_profiles").count() == 100
    assert spark.table("silver.gym_visits").count() == 100
    status = spark.sql("SELECT status, count(*) AS n FROM silver.workout_sessions GROUP BY status").collect()
    assert "completed" not in {row.status for row in status}
    assert all(spark.table(f"gold_staged.{name}").isEmpty() for name in ("workout_bpm_summary", "gym_summary"))
