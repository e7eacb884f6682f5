"""What comes late, again, or not at all repairs exactly its own rows, in whatever order it comes."""

import pytest
from lake import Lake, create_empty_lake, message

START = 1_700_000_000
MAC = "aa:bb:cc:dd:ee:0{}"


def workout(user: int, action: str, at: int) -> str:
    value = {"user_id": user, "workout_id": 1, "session_id": 1, "timestamp": float(at), "action": action}
    return message("workout", str(user), value)


def reading(device: int, at: int, rate: float) -> str:
    return message("bpm", str(device), {"device_id": device, "time": at, "heartrate": rate})


def profile(user: int, kind: str, at: int, city: str | None = None) -> str:
    value = {"user_id": user, "update_type": kind, "timestamp": at}
    if city:
        value |= {"dob": "01/02/1990", "sex": "F", "gender": "F", "address": {"city": city, "state": "CA"}}
    return message("user_info", str(user), value)


def registration(user: int) -> str:
    return f"user_id,device_id,mac_address,registration_timestamp\n{user},{user + 100},{MAC.format(user)},{START}\n"


def visit(user: int, logout: str) -> str:
    return f"mac_address,gym,login,logout\n{MAC.format(user)},9,{START},{logout}\n"


FILES = {
    "kafka_multiplex/readings.json": reading(101, START + 300, 90) + reading(101, START + 301, 110),
    "kafka_multiplex/stop.json": workout(1, "stop", START + 900),
    "kafka_multiplex/more.json": reading(101, START + 301, 100) + reading(101, START + 5000, 70),
    "registered_users/one.csv": registration(1),
    "kafka_multiplex/profile.json": profile(1, "update", START + 5, "Oakland") + profile(1, "new", START, "Fresno"),
    "gym_logins/open.csv": visit(1, ""),
    "gym_logins/closed.csv": visit(1, str(START + 1200)),
    "kafka_multiplex/start.json": workout(1, "start", START + 299) + workout(1, "start", START + 400),
}


def gold_of(spark) -> dict[str, list]:
    names = ("workout_bpm_summary", "gym_sessions", "gym_summary")
    return {name: sorted(spark.table(f"gold_staged.{name}").collect(), key=str) for name in names}


@pytest.fixture(scope="module")
def at_once(spark, lake) -> tuple[Lake, dict[str, list]]:
    lake.run(*[lake.land(path, content) for path, content in FILES.items()])
    return lake, gold_of(spark)


def test_gold_is_right(at_once):
    _, gold = at_once

    (summary,) = gold["workout_bpm_summary"]
    assert (summary.min_bpm, summary.avg_bpm, summary.max_bpm, summary.num_recordings) == (90, 100, 110, 2)
    assert (summary.age, summary.city) == ("25-35", "Oakland")
    (session,) = gold["gym_sessions"]
    assert (session.minutes_in_gym, session.minutes_exercising) == (20.0, 10.02)
    (day,) = gold["gym_summary"]
    assert [each.session_id for each in day.workouts] == ["1"]


def test_a_deleted_profile_disappears_downstream(spark, at_once):
    lake, _ = at_once

    lake.run(lake.land("kafka_multiplex/delete.json", profile(1, "delete", START + 50)))

    (summary,) = gold_of(spark)["workout_bpm_summary"]
    assert spark.table("silver.user_profiles").isEmpty()
    assert (summary.age, summary.city, summary.sex, summary.num_recordings) == ("invalid age", None, None, 2)


def test_a_replaced_file_takes_its_readings_and_sessions_along(spark, at_once):
    lake, _ = at_once

    lake.run(lake.land("kafka_multiplex/readings.json", reading(101, START + 300, 80)))

    (summary,) = gold_of(spark)["workout_bpm_summary"]
    assert (summary.min_bpm, summary.max_bpm, summary.num_recordings) == (80, 100, 2)

    batch = lake.run(lake.land("kafka_multiplex/stop.json", reading(101, START + 9000, 80)))

    assert gold_of(spark) == {"workout_bpm_summary": [], "gym_sessions": [], "gym_summary": []}
    assert spark.table("silver.workout_sessions").first().status == "open"
    changed = {table["table"]: table["deleted"] for table in lake.report(batch, "gold")["tables"]}
    assert changed == {"gold.gym_sessions": 1, "gold.gym_summary": 1, "gold.workout_bpm_summary": 1}


@pytest.mark.large
def test_the_order_of_files_does_not_matter(spark, at_once, tmp_path):
    _, expected = at_once
    lake = create_empty_lake(spark, tmp_path)

    backwards = [lake.land(path, content) for path, content in reversed(FILES.items())]
    for first in range(0, len(backwards), 3):
        lake.run(*backwards[first : first + 3])

    assert gold_of(spark) == expected
