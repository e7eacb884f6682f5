"""Sessions inside gym visits."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def minutes(start: str, end: str) -> Column:
    """Minutes between two times, from whole seconds, rounded to two decimals."""
    return F.round((F.unix_seconds(end) - F.unix_seconds(start)) / 60, 2)


def gym_sessions(gym_visits: DataFrame, users: DataFrame, workout_sessions: DataFrame) -> DataFrame:
    """One row per completed session and ended visit whose entry and exit enclose the session's start."""
    return held_sessions(gym_visits, users, workout_sessions).drop("start_time", "end_time")


def held_sessions(gym_visits: DataFrame, users: DataFrame, workout_sessions: DataFrame) -> DataFrame:
    """The rows of gym_sessions, with the times of the session."""
    people = users.select("user_id", "mac_address").distinct()
    known = workout_sessions.where("end_time IS NOT NULL").join(F.broadcast(people), "user_id")
    held = gym_visits.join(known, "mac_address").where("login <= start_time AND start_time <= logout")
    return held.select(
        F.to_date("login").alias("date"),
        "gym",
        "mac_address",
        "login",
        "user_id",
        "workout_id",
        "session_id",
        minutes("login", "logout").alias("minutes_in_gym"),
        minutes("start_time", "end_time").alias("minutes_exercising"),
        "start_time",
        "end_time",
    )
