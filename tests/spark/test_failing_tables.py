"""A table that cannot be computed stops what is made of it, and nothing else."""

import pytest
from lake import Lake, create_empty_lake, message
from medallion_engine import platform
from medallion_engine.computed import attempt, functions, log
from medallion_engine.computed.compute import compute
from medallion_engine.contracts import tables_of
from medallion_engine.jobs import bronze, gold, silver
from pyspark.sql import functions as F

START = 1_700_000_000
VISITS = "silver.gym_visits"


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


@pytest.fixture
def breaks(monkeypatch) -> dict[str, Exception]:
    """By table: what its function raises for now."""
    raised: dict[str, Exception] = {}
    of = functions.function_of

    def function_of(session, each):
        if each.name in raised:
            raise raised[each.name]
        return of(session, each)

    monkeypatch.setattr("medallion_engine.computed.compute.function_of", function_of)
    return raised


def visit(day: int) -> str:
    login = START + day * 86_400
    return f"mac_address,gym,login,logout\naa:bb:cc:dd:ee:01,9,{login},{login + 3600}\n"


def session(day: int) -> str:
    """Within the visit of the day."""
    login = START + day * 86_400
    press = {"user_id": 1, "workout_id": day, "session_id": 1}
    lines = [press | {"timestamp": login + 60, "action": "start"}, press | {"timestamp": login + 660, "action": "stop"}]
    return "".join(message("workout", "1", line) for line in lines)


def rate(at: int, beats: float) -> str:
    return message("bpm", "d1", {"device_id": "d1", "time": at, "heartrate": beats})


def registration(user: int) -> str:
    return f"user_id,device_id,mac_address,registration_timestamp\n{user},d{user},aa:bb:cc:dd:ee:0{user},{START}\n"


def version_of(lake: Lake, batch: str, name: str) -> int:
    return next(each["version"] for each in lake.report(batch, "bronze")["tables"] if each["table"] == name)


def progress(lake: Lake, layer: str) -> dict:
    return platform.read_json(lake.records / "progress" / layer)["entries"][-1]


def land_base(lake: Lake) -> None:
    """A person who exercises in a gym for seven days, of which one visit is known."""
    registered = lake.land("registered_users/1.csv", registration(1))
    sessions = lake.land("kafka_multiplex/sessions.json", "".join(map(session, range(7))))
    lake.run(registered, sessions, lake.land("gym_logins/0.csv", visit(0)))


def breaking_after(name: str):
    """Computes as always, and raises once the table is written."""

    def compute_and_break(session, work):
        outcome = compute(session, work)
        if work.table.name == name:
            raise ValueError("after it was written")
        return outcome

    return compute_and_break


def run_second_attempt(lake: Lake, *paths: str) -> str:
    """What the operator does: the first attempt fails, and the next one is told so."""
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    with pytest.raises(ValueError, match="secret"):
        silver.main(lake.arguments(batch))
    silver.main(lake.arguments(batch, "--attempt=2"))
    gold.main(lake.arguments(batch))
    return batch


def test_five_failures_of_one_table_hold_up_no_other_and_then_it_catches_up(spark, own_lake, breaks):
    land_base(own_lake)
    breaks[VISITS] = ValueError("a secret of a person")

    for day in range(1, 6):
        visits = own_lake.land(f"gym_logins/{day}.csv", visit(day))
        rates = own_lake.land(f"kafka_multiplex/{day}.json", rate(START + day, 80))
        before = log.latest(spark, "silver").versions
        batch = run_second_attempt(own_lake, visits, rates)

        entry = progress(own_lake, "silver")
        assert entry["failed"] == {VISITS: "ValueError. The log of the job run has the whole error."}
        assert entry["versions"][VISITS] == before[VISITS]
        assert entry["read"]["landed.gym_logins"] == version_of(own_lake, batch, "landed.gym_logins")
        assert spark.table("silver.heart_rates").count() == day
        assert spark.table(VISITS).count() == 1

    breaks.clear()
    own_lake.run(own_lake.land("gym_logins/6.csv", visit(6)))

    assert "failed" not in progress(own_lake, "silver")
    assert spark.table(VISITS).count() == 7
    assert spark.table("gold_staged.gym_sessions").count() == 7


def test_what_a_failing_table_of_gold_has_appended_is_taken_back(spark, own_lake, monkeypatch):
    land_base(own_lake)
    batch = own_lake.manifest(own_lake.land("gym_logins/1.csv", visit(1)))
    for job in (bronze, silver):
        job.main(own_lake.arguments(batch))
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "compute", breaking_after("gold.gym_sessions"))
        gold.main(own_lake.arguments(batch, "--attempt=2"))

    assert list(progress(own_lake, "gold")["failed"]) == ["gold.gym_sessions"]
    round_ = log.latest(spark, "gold")
    appended = spark.table("gold_changes.gym_sessions").where(F.col("_round") >= round_.round)
    assert appended.isEmpty()
    gold.main(own_lake.arguments(batch, "--attempt=3"))
    assert spark.table("gold_staged.gym_sessions").count() == 2


def test_a_failing_table_that_was_written_all_the_same_is_told_as_it_is(spark, own_lake, monkeypatch):
    land_base(own_lake)
    batch = own_lake.manifest(own_lake.land("gym_logins/1.csv", visit(1)))
    bronze.main(own_lake.arguments(batch))
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "compute", breaking_after(VISITS))
        silver.main(own_lake.arguments(batch, "--attempt=2"))
    for job in (silver, gold):
        job.main(own_lake.arguments(batch, "--attempt=3"))

    assert spark.table(VISITS).count() == 2
    assert spark.table("gold_staged.gym_sessions").count() == 2


def test_a_layer_of_which_every_table_fails_fails(own_lake, breaks):
    batch = own_lake.run(own_lake.land("registered_users/1.csv", registration(1)))
    own_lake.run(own_lake.land("gym_logins/0.csv", visit(0)))
    breaks |= {each.name: ValueError("all of them") for each in tables_of("silver")}
    with pytest.raises(ValueError, match="all of them"):
        silver.main(own_lake.arguments(batch, "--attempt=2", "--generation=2"))
