"""Which sessions and devices of gold a change of silver reaches."""

import json
from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from ..delta.affected import MOST_LISTED_KEYS, Affected
from ..delta.below import Below
from ..delta.inline import from_json

SESSION, REGISTRATION, PROFILE, VISIT, READING = "session", "registration", "profile", "visit", "reading"
SESSION_KEY = ["user_id", "workout_id", "session_id"]
_OWNED = [SESSION, REGISTRATION, PROFILE]


@dataclass(frozen=True)
class Sessions:
    """Reached sessions: all their keys; and a row for each that has ended and each device of its user.

    Such a row has the key, `first` and `last` (start and end in microseconds since 1970) and `device_id`.
    """

    keys: list[tuple[str, ...]]
    worn: list[Row]

    def windows(self, spark: SparkSession) -> DataFrame:
        """What `session_windows` makes of all sessions, without reading a table again."""
        names = ", ".join(f"{name} string" for name in [*SESSION_KEY, "device_id"])
        schema = StructType.fromDDL(f"{names}, first bigint, last bigint")
        rows = from_json(spark, [json.dumps(row.asDict()) for row in self.worn], schema)
        times = [F.timestamp_micros("first").alias("start_time"), F.timestamp_micros("last").alias("end_time")]
        return rows.select(*SESSION_KEY, *times, "device_id")

    def around(self, rates: DataFrame) -> DataFrame:
        """The readings that the windows may hold, by a condition that the statistics of files can answer."""
        if not self.worn:
            return rates.where("false")
        span = _instant(min(row["first"] for row in self.worn)), _instant(max(row["last"] for row in self.worn))
        devices = sorted({row.device_id for row in self.worn})
        return rates.where(F.col("time").between(*span) & F.col("device_id").isin(devices))


def _instant(micros: int) -> Column:
    return F.timestamp_micros(F.lit(micros))


def _nearby(sessions: DataFrame, affected: Affected) -> DataFrame:
    """Leaves out sessions that statistics of files say are not reached."""
    near = []
    owners = sorted({key.parts[0] for kind in _OWNED for key in affected.listed(kind) or []})
    if owners:
        near.append(F.col("user_id").isin(owners))
    readings = affected.listed(READING)
    if readings:
        first, last = min(key.first for key in readings), max(key.last for key in readings)
        near.append((F.col("start_time") < _instant(last)) & (F.col("end_time") >= _instant(first)))
    return sessions.where(reduce(or_, near, F.lit(False)))


def reached_sessions(below: Below, affected: Affected) -> Sessions | None:
    """The sessions whose summary may change; nothing if they are too many to list."""
    if not affected.is_listed:
        return None
    users = below.rows("silver.users").select("user_id", "device_id")
    times = [F.unix_micros("start_time").alias("first"), F.unix_micros("end_time").alias("last")]
    near = _nearby(below.rows("silver.workout_sessions"), affected)
    # In one pass, in which each cause marks what it reaches: a query per cause would read both tables for each of them.
    rows = near.select(*SESSION_KEY, *times).join(users, "user_id", "left")
    causes = [kind for kind in [*_OWNED, READING] if affected.has(kind)]
    for kind in causes:
        rows = _marked(rows, affected, kind)
    reached = rows.where(reduce(or_, map(F.col, causes), F.lit(False)))
    found = reached.select(*SESSION_KEY, "first", "last", "device_id").distinct().limit(MOST_LISTED_KEYS + 1).collect()
    if len(found) > MOST_LISTED_KEYS:
        return None
    gone = [key.parts for key in affected.listed(SESSION) or []]
    return Sessions(
        keys=sorted({*gone, *((row.user_id, row.workout_id, row.session_id) for row in found)}),
        worn=[row for row in found if row["last"] is not None and row.device_id is not None],
    )


def _marked(sessions: DataFrame, affected: Affected, kind: str) -> DataFrame:
    """A column of the kind's name that is true where the kind reaches the session."""
    mark = F.lit(True).alias(kind)
    if kind == READING:
        span = [F.col("first").alias("since"), F.col("last").alias("until")]
        windows = affected.windows(kind, "worn_by").select("worn_by", *span, mark)
        meets = (F.col("first") < F.col("until")) & (F.col("last") >= F.col("since"))
        return sessions.join(windows, (F.col("device_id") == F.col("worn_by")) & meets, "left")
    names = SESSION_KEY if kind == SESSION else ["user_id"]
    return sessions.join(affected.keys(kind, names).select(*names, mark), names, "left")


def reached_devices(below: Below, affected: Affected) -> list[str] | None:
    """The addresses of devices whose gym rows may change; nothing if they are too many to list."""
    if not affected.is_listed:
        return None
    own = {key.parts[0] for key in affected.listed(VISIT)} | {key.parts[1] for key in affected.listed(REGISTRATION)}
    owners = sorted({key.parts[0] for kind in (SESSION, REGISTRATION) for key in affected.listed(kind)})
    if owners:
        users = below.rows("silver.users")
        rows = users.where(F.col("user_id").isin(owners)).select("mac_address").distinct().collect()
        own |= {row.mac_address for row in rows}
    return sorted(own)
