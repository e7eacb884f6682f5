"""A person who is deleted is gone from every table, and neither a replay nor a roll back brings the person back."""

import json
from datetime import date, timedelta

import pytest
from deleted_person import (
    DEVICE,
    MAC,
    OTHER,
    PERSON,
    SHARED,
    SHARED_MAC,
    START,
    compute,
    is_named_in_files,
    maintain,
    registrations,
    signs_in,
    stream,
    visits,
)
from generated.lines import change
from lake import Lake, create_empty_lake
from medallion_engine.delta.change_sets import published
from medallion_engine.erasing import ledger
from publishing import publish_all, roll_back


@pytest.fixture(scope="module")
def deleted(spark, tmp_path_factory) -> tuple[Lake, dict[str, list[str]], dict, dict[str, int]]:
    """A lake after two nights, the tables that named the person before, what the first night has done, and the rounds
    of the release before.
    """
    lake = create_empty_lake(spark, tmp_path_factory.mktemp("erasure"))
    lake.run(
        lake.land("kafka_multiplex/all.json", stream()),
        lake.land("registered_users/all.csv", registrations()),
        lake.land("gym_logins/all.csv", visits()),
    )
    publish_all(spark)
    before, rounds = signs_in(spark), published(spark)
    lake.run(lake.land("kafka_multiplex/delete.json", change(PERSON, "delete", START + 50).text + "\n"))
    publish_all(spark)
    first = maintain(lake, "night-1")
    compute(lake)
    publish_all(spark)
    maintain(lake, "night-2")
    compute(lake)
    return lake, before, first, rounds


def test_only_the_ledger_answers(spark, deleted):
    lake, before, first, _ = deleted

    assert set(first["erased"]) >= {"landed.kafka_multiplex", "landed.registered_users", "landed.gym_logins"}
    expected = {"landed.gym_logins", "silver.users", "gold_published.gym_summary", "gold_changes.workout_bpm_summary"}
    assert set(before) >= expected | {"silver.heart_rates", "silver.gym_visits", "gold_published.gym_sessions"}
    assert signs_in(spark) == {"ops.erasures": [PERSON, DEVICE, MAC]}
    assert is_named_in_files(lake) == []


def test_others_stay(spark, deleted):
    assert [row.user_id for row in spark.table("silver.user_profiles").collect()] == [OTHER]
    devices = {(row.user_id, row.device_id) for row in spark.table("silver.users").collect()}
    assert devices == {(OTHER, "d-2"), (OTHER, SHARED)}
    rows = spark.table("gold_published.workout_bpm_summary").collect()
    assert {(row.workout_id, row.num_recordings) for row in rows} == {("w-d-2", 4), (f"w-{SHARED}", 4)}


def test_a_replay_brings_nobody_back(spark, deleted):
    lake, *_ = deleted
    batch = lake.run("kafka_multiplex/all.json", "registered_users/all.csv", "gym_logins/all.csv")
    publish_all(spark)

    assert signs_in(spark) == {"ops.erasures": [PERSON, DEVICE, MAC]}
    assert [file["outcome"] for file in lake.report(batch, "bronze")["files"]] == ["loaded"] * 3
    erased = spark.table("landed.registered_users").where("_record = '_erased'")
    assert erased.count() == 3
    assert erased.where("_line IS NOT NULL OR registered_users IS NOT NULL").isEmpty()
    assert is_named_in_files(lake) == []


def test_a_roll_back_brings_nobody_back(spark, deleted):
    """A release from before the delete is shown again: without the person, and with the rows of all others."""
    *_, rounds = deleted
    others = spark.table("gold_published.workout_bpm_summary").drop("city").orderBy("workout_id").collect()
    roll_back(spark, rounds)

    assert signs_in(spark) == {"ops.erasures": [PERSON, DEVICE, MAC]}
    assert published(spark) == rounds
    assert spark.table("gold_published.workout_bpm_summary").drop("city").orderBy("workout_id").collect() == others
    shared = spark.table("gold_published.gym_summary").where(f"mac_address = '{SHARED_MAC}'").collect()
    assert [[entry.user_id for entry in row.workouts] for row in shared] == [[OTHER, OTHER]]
    publish_all(spark)
    assert signs_in(spark) == {"ops.erasures": [PERSON, DEVICE, MAC]}


def test_the_ledger_says_when_all_is_gone_for_good(spark, deleted):
    lake, *_ = deleted
    maintain(lake, "night-3")
    compute(lake)
    maintain(lake, "night-4")

    signs = sorted((lake.records / "maintenance").iterdir())
    assert json.loads(signs[-1].read_text())["overdue"] == 0
    rows = spark.table(ledger.TABLE).collect()
    assert {(row.subject, row.actor, row.is_back) for row in rows} == {
        (subject, "sender", False) for subject in ("user_id", "device_id", "mac_address")
    }
    assert {row.gone_for_good for row in rows} == {date.today() + timedelta(days=104)}
    assert all({"landed.gym_logins", "silver.users", "gold.gym_summary"} <= set(row.done) for row in rows)
