"""Sessions, one per user, workout and session that was ever started."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_KEY = ["user_id", "workout_id", "session_id"]


def workout_sessions(workout: DataFrame) -> DataFrame:
    """From the earliest start to the earliest stop after it, less than three hours later.

    Without such a stop a session is expired if a later stop exists, else open.
    """
    starts = F.min(F.when(F.col("action") == "start", F.col("time")))
    stops = F.collect_set(F.when(F.col("action") == "stop", F.col("time")))
    sessions = (
        workout.groupBy(*_KEY).agg(starts.alias("start_time"), stops.alias("stops")).where("start_time IS NOT NULL")
    )
    first_stop = sessions.withColumn("stop", F.expr("array_min(filter(stops, at -> at > start_time))"))
    in_time = F.expr("stop < start_time + INTERVAL 3 HOURS")
    status = F.when(in_time, "completed").when(F.col("stop").isNotNull(), "expired").otherwise("open")
    return first_stop.select(
        *_KEY, "start_time", F.when(in_time, F.col("stop")).alias("end_time"), status.alias("status")
    )
