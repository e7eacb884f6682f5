"""Which rows of silver follow from which changes of bronze."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .. import platform
from ..contracts import table
from ..delta.affected import Affected, restricted
from ..delta.below import Below
from ..delta.fold import fold
from ..delta.reconcile import Moved, reconcile
from .calendar import calendar
from .gym_visits import gym_visits
from .heart_rates import heart_rates
from .user_profiles import user_profiles
from .users import users
from .workout_sessions import workout_sessions

ACCEPTED = "_violation_count = 0"


@dataclass(frozen=True)
class Recomputed:
    """A silver table whose touched keys are computed anew from all accepted rows below."""

    source: str
    target: str
    keys: tuple[str, ...]
    rows: Callable[[DataFrame], DataFrame]


RECOMPUTED = [
    Recomputed("bronze.registered_users", "silver.users", ("user_id", "device_id"), users),
    Recomputed("bronze.gym_logins", "silver.gym_visits", ("mac_address", "gym", "login"), gym_visits),
    Recomputed("bronze.user_info", "silver.user_profiles", ("user_id",), user_profiles),
    Recomputed("bronze.workout", "silver.workout_sessions", ("user_id", "workout_id", "session_id"), workout_sessions),
    Recomputed("bronze.date_lookup", "silver.calendar", ("date",), calendar),
]
READINGS = "silver.heart_rates"


def _recompute(below: Below, affected: Affected, each: Recomputed, transaction: tuple[str, int]) -> Moved:
    spark, accepted = below.spark, below.rows(each.source).where(ACCEPTED)
    target = table(each.target)
    wanted = each.rows(restricted(accepted, affected, each.target, list(each.keys)))
    present = restricted(spark.table(target.physical), affected, each.target, list(each.keys))
    return reconcile(spark, wanted, present, target, transaction)


def _in_touched_hours(rows: DataFrame, affected: Affected) -> DataFrame:
    hours = affected.windows(READINGS, "of_device").select("of_device", "hour").distinct()
    listed = affected.listed(READINGS)
    if listed:
        first, last = min(key.first for key in listed), max(key.last for key in listed)
        hour = 3_600_000_000
        # Whole hours, because an hour is recomputed whole.
        span = [F.timestamp_micros(F.lit(first // hour * hour)), F.timestamp_micros(F.lit((last // hour + 1) * hour))]
        rows = rows.where(F.col("time").between(*span))
    same_hour = F.unix_micros(F.date_trunc("hour", "time")) == F.col("hour")
    return rows.join(hours, (F.col("device_id") == F.col("of_device")) & same_hour, "left_semi")


def _heart_rates(below: Below, feed: DataFrame, affected: Affected, transaction: tuple[str, int]) -> Moved:
    spark, target = below.spark, table(READINGS)
    if affected.inserts_only(READINGS):
        new = feed.where(F.col("kind") == READINGS).select(
            F.col("k1").alias("device_id"), F.col("at").alias("time"), F.col("value").alias("heartrate")
        )
        return fold(spark, heart_rates(new), target, affected.listed(READINGS), transaction)
    accepted = below.rows("bronze.bpm").where(ACCEPTED).select("device_id", "time", "heartrate")
    wanted = heart_rates(_in_touched_hours(accepted, affected))
    return reconcile(spark, wanted, _in_touched_hours(spark.table(target.physical), affected), target, transaction)


def promote(below: Below, feed: DataFrame, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    """Brings the touched rows of silver up to date. Kinds are named after the silver table they touch."""
    tasks = {
        each.target: lambda each=each: _recompute(below, affected, each, transaction)
        for each in RECOMPUTED
        if affected.has(each.target)
    }
    if affected.has(READINGS):
        tasks[READINGS] = lambda: _heart_rates(below, feed, affected, transaction)
    return dict(zip(tasks, platform.side_by_side(below.spark, tasks.values()), strict=True))
