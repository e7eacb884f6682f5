"""Days of devices in gyms."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .gym_sessions import held_sessions

_KEY = ["date", "gym", "mac_address"]


def gym_summary(gym_visits: DataFrame, users: DataFrame, workout_sessions: DataFrame) -> DataFrame:
    """One row per day, gym and device with at least one visit that holds a session.

    Seconds are summed before they become rounded minutes, so that rounding errors do not add up; a session in two
    overlapping visits counts once.
    """
    session = F.struct("start_time", "user_id", "workout_id", "session_id", "end_time")
    held = held_sessions(gym_visits, users, workout_sessions)
    exercised = held.groupBy(*_KEY).agg(F.array_sort(F.collect_set(session)).alias("held"))
    present = (
        gym_visits.where("logout IS NOT NULL")
        .groupBy(F.to_date("login").alias("date"), "gym", "mac_address")
        .agg(F.sum(F.unix_seconds("logout") - F.unix_seconds("login")).alias("seconds"))
    )
    exercising = "aggregate(held, 0L, (sum, s) -> sum + unix_seconds(s.end_time) - unix_seconds(s.start_time))"
    names = "'user_id', s.user_id, 'workout_id', s.workout_id, 'session_id', s.session_id"
    named = f"transform(held, s -> named_struct({names}))"
    return exercised.join(present, _KEY).select(
        *_KEY,
        F.expr(named).alias("workouts"),
        F.round(F.col("seconds") / 60, 2).alias("minutes_in_gym"),
        F.round(F.expr(exercising) / 60, 2).alias("minutes_exercising"),
    )
