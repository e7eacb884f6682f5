"""Which sessions and devices of gold a change of silver reaches."""

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..delta.affected import MOST_LISTED_KEYS, Affected, restricted
from ..delta.below import Below

SESSION, REGISTRATION, PROFILE, VISIT, READING = "session", "registration", "profile", "visit", "reading"
SESSION_KEY = ["user_id", "workout_id", "session_id"]


@dataclass(frozen=True)
class Sessions:
    """Reached sessions: their keys, the span of their times in microseconds, and the devices of their users."""

    keys: list[tuple[str, ...]]
    first: int | None
    last: int | None
    devices: list[str]


def reached_sessions(below: Below, affected: Affected) -> Sessions | None:
    """The sessions whose summary may change; nothing if they are too many to list."""
    sessions = below.rows("silver.workout_sessions")
    users = below.rows("silver.users").select(F.col("user_id").alias("of_user"), "device_id")
    owned = sessions.join(users, F.col("user_id") == F.col("of_user"), "left")
    parts: list[DataFrame] = []
    if affected.has(SESSION):
        parts.append(restricted(owned, affected, SESSION, SESSION_KEY))
    for kind in (PROFILE, REGISTRATION):
        if affected.has(kind):
            parts.append(owned.join(affected.keys(kind, ["key"]), F.col("user_id") == F.col("key"), "left_semi"))
    if affected.has(READING):
        windows = affected.windows(READING, "key")
        meets = (F.unix_micros("start_time") < F.col("last")) & (F.unix_micros("end_time") >= F.col("first"))
        parts.append(owned.join(windows, (F.col("device_id") == F.col("key")) & meets, "left_semi"))
    gone = [key.parts for key in affected.listed(SESSION) or []]
    if not parts:
        return Sessions(gone, None, None, [])
    times = [F.unix_micros("start_time").alias("first"), F.unix_micros("end_time").alias("last")]
    found = [part.select(*SESSION_KEY, *times, "device_id") for part in parts]
    rows = reduce(DataFrame.union, found).distinct().limit(MOST_LISTED_KEYS + 1).collect()
    if len(rows) > MOST_LISTED_KEYS or not affected.is_listed:
        return None
    ended = [row for row in rows if row["last"] is not None]
    return Sessions(
        keys=sorted({*gone, *((row.user_id, row.workout_id, row.session_id) for row in rows)}),
        first=min((row["first"] for row in ended), default=None),
        last=max((row["last"] for row in ended), default=None),
        devices=sorted({row.device_id for row in rows if row.device_id is not None}),
    )


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
