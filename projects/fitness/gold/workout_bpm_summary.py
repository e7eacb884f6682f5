"""Heart rates of each completed session."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .age import age_band

_KEY = ["user_id", "workout_id", "session_id"]


def session_windows(sessions: DataFrame, users: DataFrame) -> DataFrame:
    """One row per completed session and device of its user."""
    devices = users.select("user_id", "device_id").distinct()
    ended = sessions.where("end_time IS NOT NULL").join(F.broadcast(devices), "user_id")
    return ended.select(*_KEY, "start_time", "end_time", "device_id")


def workout_bpm_summary(
    workout_sessions: DataFrame, users: DataFrame, user_profiles: DataFrame, heart_rates: DataFrame
) -> DataFrame:
    """One row per session with readings after its start and not after its end, by a device of its user.

    The mean comes from a decimal sum: a sum of doubles depends on the order of the rows, and a row that differs in its
    last digit would count as changed.
    """
    windows = session_windows(workout_sessions, users)
    rates = heart_rates.withColumnRenamed("device_id", "of_device")
    inside = (F.col("of_device") == F.col("device_id")) & (F.col("time") > F.col("start_time"))
    readings = rates.join(F.broadcast(windows), inside & (F.col("time") <= F.col("end_time")))
    exact = F.sum(F.col("heartrate").cast("decimal(18,15)")).cast("double")
    sums = readings.groupBy(*_KEY, "end_time").agg(
        F.min("heartrate").alias("min_bpm"),
        (exact / F.count("heartrate")).alias("avg_bpm"),
        F.max("heartrate").alias("max_bpm"),
        F.count("heartrate").alias("num_recordings"),
    )
    people = user_profiles.select("user_id", "dob", "sex", "gender", "city", "state")
    dated = sums.withColumn("date", F.to_date("end_time")).join(F.broadcast(people), "user_id", "left")
    return dated.withColumn("age", age_band(F.col("dob"), F.col("date")))
