"""Which rows of gold follow from which changes of silver."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import table
from ..delta.affected import Affected, local_keys
from ..delta.below import Below
from ..delta.reconcile import Moved, reconcile
from .gym_sessions import gym_sessions
from .gym_summary import gym_summary
from .scope import (
    PROFILE,
    READING,
    REGISTRATION,
    SESSION,
    SESSION_KEY,
    VISIT,
    Sessions,
    reached_devices,
    reached_sessions,
)
from .workout_bpm_summary import workout_bpm_summary

SUMMARY, GYM_SESSIONS, GYM_SUMMARY = "gold.workout_bpm_summary", "gold.gym_sessions", "gold.gym_summary"


def _of(spark: SparkSession, rows: DataFrame, sessions: Sessions | None) -> DataFrame:
    if sessions is None:
        return rows
    owners = sorted({key[0] for key in sessions.keys})
    keys = local_keys(spark, sessions.keys, SESSION_KEY)
    return rows.where(F.col("user_id").isin(owners)).join(keys, SESSION_KEY, "left_semi")


def _summaries(below: Below, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    spark, reached = below.spark, reached_sessions(below, affected)
    if reached is not None and not reached.keys:
        return {}
    rates = below.rows("silver.heart_rates")
    if reached is not None and reached.first is not None:
        span = [F.timestamp_micros(F.lit(reached.first)), F.timestamp_micros(F.lit(reached.last))]
        rates = rates.where(F.col("time").between(*span) & F.col("device_id").isin(reached.devices))
    sessions = _of(spark, below.rows("silver.workout_sessions"), reached)
    users, profiles = below.rows("silver.users"), below.rows("silver.user_profiles")
    wanted = workout_bpm_summary(sessions, users, rates, profiles)
    target = table(SUMMARY)
    present = _of(spark, spark.table(target.physical), reached)
    return {SUMMARY: reconcile(spark, wanted, present, target, transaction)}


def _gyms(below: Below, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    spark, devices = below.spark, reached_devices(below, affected)
    if devices == []:
        return {}

    def of_devices(rows: DataFrame) -> DataFrame:
        return rows if devices is None else rows.where(F.col("mac_address").isin(devices))

    visits = of_devices(below.rows("silver.gym_visits"))
    held = gym_sessions(below.rows("silver.workout_sessions"), of_devices(below.rows("silver.users")), visits)

    def bring(name: str, wanted: DataFrame) -> Moved:
        target = table(name)
        return reconcile(spark, wanted, of_devices(spark.table(target.physical)), target, transaction)

    wanted = {GYM_SESSIONS: held, GYM_SUMMARY: gym_summary(held, visits)}
    moved = platform.side_by_side(spark, [lambda n=n, w=w: bring(n, w) for n, w in wanted.items()])
    return dict(zip(wanted, moved, strict=True))


def promote(below: Below, feed: DataFrame, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    """Brings the touched rows of gold up to date."""
    tasks = []
    if affected.has(SESSION, REGISTRATION, PROFILE, READING):
        tasks.append(lambda: _summaries(below, affected, transaction))
    if affected.has(SESSION, REGISTRATION, VISIT):
        tasks.append(lambda: _gyms(below, affected, transaction))
    return {name: each for found in platform.side_by_side(below.spark, tasks) for name, each in found.items()}
