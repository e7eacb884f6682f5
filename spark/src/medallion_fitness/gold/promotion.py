"""Which rows of gold follow from which changes of silver."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import table
from ..delta.affected import Affected, local_keys
from ..delta.below import Below
from ..delta.inline import at_hand
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
from .workout_bpm_summary import session_windows, workout_bpm_summary

SUMMARY, GYM_SESSIONS, GYM_SUMMARY = "gold.workout_bpm_summary", "gold.gym_sessions", "gold.gym_summary"


def _of(spark: SparkSession, rows: DataFrame, sessions: Sessions) -> DataFrame:
    keys = local_keys(spark, sessions.keys, SESSION_KEY)
    return _owned(rows, sessions).join(keys, SESSION_KEY, "left_semi")


def _owned(rows: DataFrame, sessions: Sessions) -> DataFrame:
    return rows.where(F.col("user_id").isin(sorted({key[0] for key in sessions.keys})))


def _summaries(below: Below, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    spark, reached = below.spark, reached_sessions(below, affected)
    target = table(SUMMARY)
    rates, profiles = below.rows("silver.heart_rates"), below.rows("silver.user_profiles")
    present = spark.table(target.physical)
    if reached is None:
        windows = session_windows(below.rows("silver.workout_sessions"), below.rows("silver.users"))
        wanted = workout_bpm_summary(windows, rates, profiles)
    elif reached.keys:
        wanted = workout_bpm_summary(reached.windows(spark), reached.around(rates), _owned(profiles, reached))
        present = _of(spark, present, reached)
    else:
        return {}
    return {SUMMARY: reconcile(spark, wanted, present, target, transaction)}


def _gyms(below: Below, affected: Affected, transaction: tuple[str, int]) -> dict[str, Moved]:
    spark, devices = below.spark, reached_devices(below, affected)
    if devices == []:
        return {}

    def of_devices(rows: DataFrame) -> DataFrame:
        return rows if devices is None else rows.where(F.col("mac_address").isin(devices))

    def used_twice(rows: DataFrame) -> DataFrame:
        return rows if devices is None else at_hand(rows)

    visits = used_twice(of_devices(below.rows("silver.gym_visits")))
    users = of_devices(below.rows("silver.users"))
    held = used_twice(gym_sessions(below.rows("silver.workout_sessions"), users, visits))

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
