"""What the tables hold, in the shape of an answer."""

from pyspark.sql import SparkSession

from .answer import PROFILE, Answer


def _rows(spark: SparkSession, table: str, columns: str) -> list[tuple]:
    return [tuple(row) for row in spark.sql(f"SELECT {columns} FROM {table}").collect()]


def _keyed(rows: list[tuple], keys: int) -> dict[tuple, tuple]:
    found = {row[:keys]: row[keys:] for row in rows}
    assert len(found) == len(rows), "a key appears twice"
    return found


def stored(spark: SparkSession, with_readings: bool = True) -> Answer:
    """All of silver and gold. Leave the readings out where they are compared inside Spark."""
    session = "user_id, workout_id, session_id"
    found = Answer()
    found.users = _keyed(_rows(spark, "silver.users", "user_id, device_id, unix_micros(registered_at), mac_address"), 2)
    visits = _keyed(_rows(spark, "silver.gym_visits", "mac_address, gym, unix_micros(login), unix_micros(logout)"), 3)
    found.gym_visits = {key: exit_ for key, (exit_,) in visits.items()}
    profiles = _rows(spark, "silver.user_profiles", f"user_id, {', '.join(PROFILE)}, unix_micros(updated)")
    found.user_profiles = {user: row for (user,), row in _keyed(profiles, 1).items()}
    found.workout_sessions = _keyed(
        _rows(spark, "silver.workout_sessions", f"{session}, unix_micros(start_time), unix_micros(end_time), status"), 3
    )
    if with_readings:
        for device, at, rate in _rows(spark, "silver.heart_rates", "device_id, unix_micros(time), heartrate"):
            assert at not in found.heart_rates[device], "a key appears twice"
            found.heart_rates[device][at] = rate
    summaries = _keyed(
        _rows(
            spark,
            "gold_staged.workout_bpm_summary",
            f"{session}, date, age, sex, gender, city, state, min_bpm, max_bpm, num_recordings, avg_bpm",
        ),
        3,
    )
    found.workout_bpm_summary = {key: (row[:-1], row[-1]) for key, row in summaries.items()}
    found.gym_sessions = _keyed(
        _rows(
            spark,
            "gold_staged.gym_sessions",
            f"mac_address, gym, unix_micros(login), {session}, date, minutes_in_gym, minutes_exercising",
        ),
        6,
    )
    days = _rows(
        spark, "gold_staged.gym_summary", "date, gym, mac_address, workouts, minutes_in_gym, minutes_exercising"
    )
    found.gym_summary = {
        key: (tuple(tuple(each) for each in workouts), *spent) for key, (workouts, *spent) in _keyed(days, 3).items()
    }
    return found


TABLES = ["users", "gym_visits", "user_profiles", "workout_sessions", "heart_rates", "gym_sessions", "gym_summary"]


def differences(found: Answer, wanted: Answer, tables: list[str] | None = None) -> dict[str, list]:
    """Rows that one side has and the other has not, by table; means may differ in the tenth digit."""
    unequal: dict[str, list] = {}
    for name in TABLES if tables is None else tables:
        left, right = getattr(found, name), getattr(wanted, name)
        if left != right:
            unequal[name] = [
                (key, left.get(key), right.get(key)) for key in left | right if left.get(key) != right.get(key)
            ][:5]
    left, right = found.workout_bpm_summary, wanted.workout_bpm_summary
    nothing = (None, float("inf"))
    odd = [
        (key, left.get(key), right.get(key))
        for key in left | right
        if left.get(key, nothing)[0] != right.get(key, nothing)[0]
        or abs(left.get(key, nothing)[1] - right.get(key, nothing)[1]) > 1e-9
    ]
    return unequal | ({"workout_bpm_summary": odd[:5]} if odd else {})
