"""A table that is new or defined in another way is computed by itself, and nothing else is."""

import json

import pytest
from lake import Lake, create_empty_lake, message, statements
from medallion_engine.computed import functions, log
from medallion_engine.computed.compute import NEW, REDEFINED
from medallion_engine.jobs import gold, silver
from pyspark.sql import functions as F

START = 1_700_000_000


def without_gym(content: dict) -> None:
    """No visits, and no gold of them."""
    del content["landing"]["gym_logins"], content["records"]["gym_logins"], content["views"]["bronze.gym_logins"]
    del content["views"]["quarantine.gym_logins"]
    for name in ("landed.gym_logins", "silver.gym_visits", "gold.gym_sessions", "gold.gym_summary"):
        del content["tables"][name]


def session(user: int, start: int, stop: int) -> str:
    press = {"user_id": user, "workout_id": 1, "session_id": 1}
    lines = [press | {"timestamp": start, "action": "start"}, press | {"timestamp": stop, "action": "stop"}]
    return "".join(message("workout", str(user), line) for line in lines)


def rate(at: int, beats: float) -> str:
    return message("bpm", "d1", {"device_id": "d1", "time": at, "heartrate": beats})


def registration(user: int) -> str:
    return f"user_id,device_id,mac_address,registration_timestamp\n{user},d{user},aa:bb:cc:dd:ee:0{user},{START}\n"


VISIT = f"mac_address,gym,login,logout\naa:bb:cc:dd:ee:01,9,{START},{START + 3600}\n"


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def whole_of(spark, layer: str) -> dict[str, str]:
    return {each.name: each.whole for each in log.latest(spark, layer).tables if each.whole}


def moved_of(spark, layer: str) -> set[str]:
    return {each.name for each in log.latest(spark, layer).tables if each.has_moved}


def test_a_dataset_with_its_tables_is_added_to_a_lakehouse_with_a_history(spark, own_lake, deploy):
    deploy(without_gym)
    own_lake.run(own_lake.land("registered_users/1.csv", registration(1)))
    own_lake.run(own_lake.land("kafka_multiplex/1.json", session(1, START + 60, START + 660) + rate(START + 100, 80)))
    before = {layer: log.latest(spark, layer).versions for layer in ("bronze", "silver", "gold")}

    deploy(lambda content: None)
    for statement in statements():
        spark.sql(statement)
    batch = own_lake.run(own_lake.land("gym_logins/1.csv", VISIT))

    (file,) = own_lake.report(batch, "bronze")["files"]
    assert (file["outcome"], file["accepted"]) == ("loaded", 1)
    assert whole_of(spark, "silver") == {"silver.gym_visits": NEW}
    assert whole_of(spark, "gold") == {"gold.gym_sessions": NEW, "gold.gym_summary": NEW}
    for layer, versions in before.items():
        after = log.latest(spark, layer).versions
        assert {name: after[name] for name in versions} == versions
    (day,) = spark.table("gold_staged.gym_summary").collect()
    assert (day.minutes_in_gym, day.minutes_exercising) == (60.0, 10.0)


def test_one_function_that_changes_moves_its_table_and_what_follows_by_differences(
    spark, own_lake, deploy, monkeypatch
):
    own_lake.run(own_lake.land("registered_users/1.csv", registration(1) + registration(2).split("\n")[1] + "\n"))
    sessions = session(1, START + 60, START + 660) + session(2, START, START + 4 * 3600)
    own_lake.run(own_lake.land("kafka_multiplex/1.json", sessions + rate(START + 100, 80)))
    batch = own_lake.run(own_lake.land("gym_logins/1.csv", VISIT))
    of = functions.function_of

    def function_of(session, each):
        function = of(session, each)
        if each.name != "silver.workout_sessions":
            return function
        late = F.when(F.col("status") == "expired", "abandoned").otherwise(F.col("status"))
        return lambda rows: function(rows).withColumn("status", late)

    monkeypatch.setattr("medallion_engine.computed.compute.function_of", function_of)
    deploy(lambda content: content["tables"]["silver.workout_sessions"].update(definition="another"))
    for job in (silver, gold):
        job.main(own_lake.arguments(batch, "--attempt=2"))

    assert whole_of(spark, "silver") == {"silver.workout_sessions": REDEFINED}
    told = log.latest(spark, "silver").of("silver.workout_sessions")
    assert (told.inserted, told.updated, told.deleted) == (0, 1, 0)
    assert moved_of(spark, "silver") == {"silver.workout_sessions"}
    # The session that changed has no end, so nothing that follows from it is another row.
    assert whole_of(spark, "gold") == {}
    assert moved_of(spark, "gold") == set()
    report = own_lake.report(batch, "silver")
    assert [each["table"] for each in report["tables"] if "whole" in each] == ["silver.workout_sessions"]
    assert json.dumps(report["read"])
