"""The tables of the known pipelines above bronze, in the waves in which they are built."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

_WATERMARK = "30 seconds"
_PROFILE = (
    "user_id bigint, update_type string, timestamp double, dob string, sex string, gender string, first_name string, "
    "last_name string, address struct<street_address string, city string, state string, zip int>"
)
_PERSON = (
    "user_id bigint, dob date, sex string, gender string, first_name string, last_name string, street_address string, "
    "city string, state string, zip int, updated timestamp"
)
_SESSION = "user_id int, workout_id int, session_id int"
_INSERT = "WHEN NOT MATCHED THEN INSERT *"
_BANDS = [(18, "under 18"), (25, "18-25"), (35, "25-35"), (45, "35-45"), (55, "45-55"), (65, "55-65")]
_OLDER = [(75, "65-75"), (85, "75-85"), (95, "85-95")]


@dataclass(frozen=True)
class Layer:
    """A table, the stream that feeds it, and how a micro-batch `s` is merged into it."""

    table: str
    columns: str
    rows: Callable[[SparkSession], DataFrame]
    merge: str
    prepare: Callable[[DataFrame], DataFrame] | None = None


def _to_time(name: str) -> Column:
    return F.timestamp_seconds(F.col(name))


def _read_messages(spark: SparkSession, topic: str, schema: str) -> DataFrame:
    messages = spark.readStream.table("kafka_multiplex_bz").where(F.col("topic") == topic)
    return messages.select(F.from_json("value", schema).alias("v")).select("v.*")


def _read_changed(spark: SparkSession, table: str) -> DataFrame:
    return spark.readStream.option("ignoreChanges", "true").table(table)


def _keep_newest(rows: DataFrame) -> DataFrame:
    order = Window.partitionBy("user_id").orderBy(F.col("updated").desc())
    return rows.withColumn("rank", F.rank().over(order)).where("rank = 1").drop("rank")


def _read_users(spark: SparkSession) -> DataFrame:
    rows = spark.readStream.table("registered_users_bz")
    rows = rows.select("user_id", "device_id", "mac_address", _to_time("registration_timestamp").alias("registered"))
    return rows.withWatermark("registered", _WATERMARK).dropDuplicates(["user_id", "device_id"])


def _read_gym_logs(spark: SparkSession) -> DataFrame:
    rows = spark.readStream.table("gym_logins_bz")
    rows = rows.select("mac_address", "gym", _to_time("login").alias("login"), _to_time("logout").alias("logout"))
    return rows.withWatermark("login", _WATERMARK).dropDuplicates(["mac_address", "gym", "login"])


def _read_profiles(spark: SparkSession) -> DataFrame:
    rows = _read_messages(spark, "user_info", _PROFILE).where("update_type IN ('new', 'update')")
    names = ["sex", "gender", "first_name", "last_name", "address.street_address", "address.city", "address.state"]
    rows = rows.select(
        "user_id",
        F.to_date("dob", "MM/dd/yyyy").alias("dob"),
        *names,
        "address.zip",
        _to_time("timestamp").alias("updated"),
    )
    return rows.withWatermark("updated", _WATERMARK).dropDuplicates(["user_id", "updated"])


def _read_workouts(spark: SparkSession) -> DataFrame:
    rows = _read_messages(spark, "workout", f"{_SESSION}, timestamp double, action string")
    rows = rows.select("user_id", "workout_id", _to_time("timestamp").alias("time"), "action", "session_id")
    return rows.withWatermark("time", _WATERMARK).dropDuplicates(["user_id", "time"])


def _read_rates(spark: SparkSession) -> DataFrame:
    rows = _read_messages(spark, "bpm", "device_id long, time double, heartrate double")
    rows = rows.withColumn("time", _to_time("time"))
    rows = rows.withColumn("valid", F.when(F.col("heartrate") <= 0, False).otherwise(True))
    return rows.withWatermark("time", _WATERMARK).dropDuplicates(["device_id", "time"])


_LOGIN = "t.mac_address = s.mac_address AND t.gym = s.gym AND t.login = s.login"
_LATER = "WHEN MATCHED AND s.logout > t.login AND s.logout > t.logout THEN UPDATE SET logout = s.logout"
_NEWER = "WHEN MATCHED AND s.updated > t.updated THEN UPDATE SET *"

_FIRST_WAVE = [
    Layer(
        "users",
        "user_id bigint, device_id bigint, mac_address string, registered timestamp",
        _read_users,
        f"t.user_id = s.user_id {_INSERT}",
    ),
    Layer(
        "gym_logs",
        "mac_address string, gym bigint, login timestamp, logout timestamp",
        _read_gym_logs,
        f"{_LOGIN} {_LATER} {_INSERT}",
    ),
    Layer("user_profile", _PERSON, _read_profiles, f"t.user_id = s.user_id {_NEWER} {_INSERT}", _keep_newest),
    Layer(
        "workouts",
        "user_id int, workout_id int, time timestamp, action string, session_id int",
        _read_workouts,
        f"t.user_id = s.user_id AND t.time = s.time {_INSERT}",
    ),
    Layer(
        "heart_rate",
        "device_id long, time timestamp, heartrate double, valid boolean",
        _read_rates,
        f"t.device_id = s.device_id AND t.time = s.time {_INSERT}",
    ),
]


def _to_age() -> Column:
    years = F.floor(F.months_between(F.current_date(), "dob") / 12)
    band = F.when(F.col("dob").isNull(), "invalid age")
    for below, name in [*_BANDS, *_OLDER]:
        band = band.when(years < below, name)
    return band.otherwise("95+")


def _read_bins(spark: SparkSession) -> DataFrame:
    profiles = _read_changed(spark, "user_profile")
    users = spark.table("users").select("user_id")
    return profiles.join(users, "user_id", "left").select("user_id", _to_age().alias("age"), "gender", "city", "state")


def _read_presses(spark: SparkSession, action: str, name: str) -> DataFrame:
    rows = _read_changed(spark, "workouts").where(F.col("action") == action)
    keys = ["user_id", "workout_id", "session_id"]
    return rows.select(*keys, F.col("time").alias(name)).withWatermark(name, _WATERMARK)


def _read_completed(spark: SparkSession) -> DataFrame:
    starts, stops = _read_presses(spark, "start", "start_time"), _read_presses(spark, "stop", "end_time")
    joined = starts.alias("a").join(
        stops.alias("z"),
        F.expr(
            "a.user_id = z.user_id AND a.workout_id = z.workout_id AND a.session_id = z.session_id "
            "AND z.end_time < a.start_time + INTERVAL 3 HOURS"
        ),
    )
    return joined.select("a.user_id", "a.workout_id", "a.session_id", "start_time", "end_time")


_KEYS = " AND ".join(f"t.{key} = s.{key}" for key in ("user_id", "workout_id", "session_id"))

_SECOND_WAVE = [
    Layer(
        "user_bins",
        "user_id bigint, age string, gender string, city string, state string",
        _read_bins,
        f"t.user_id = s.user_id WHEN MATCHED THEN UPDATE SET * {_INSERT}",
    ),
    Layer(
        "completed_workouts",
        f"{_SESSION}, start_time timestamp, end_time timestamp",
        _read_completed,
        f"{_KEYS} {_INSERT}",
    ),
]


def _read_workout_rates(spark: SparkSession) -> DataFrame:
    rates = _read_changed(spark, "heart_rate").where("valid").withWatermark("time", _WATERMARK)
    users = spark.table("users").select("user_id", F.col("device_id").alias("of_device"))
    completed = _read_changed(spark, "completed_workouts").join(users, "user_id")
    completed = completed.withWatermark("end_time", _WATERMARK)
    inside = "device_id = of_device AND time > start_time AND time <= end_time AND end_time < time + INTERVAL 3 HOURS"
    joined = rates.join(completed, F.expr(inside))
    return joined.select("user_id", "workout_id", "session_id", "start_time", "end_time", "time", "heartrate")


_THIRD_WAVE = [
    Layer(
        "workout_bpm",
        f"{_SESSION}, start_time timestamp, end_time timestamp, time timestamp, heartrate double",
        _read_workout_rates,
        f"{_KEYS} AND t.time = s.time {_INSERT}",
    )
]


def _read_summary(spark: SparkSession) -> DataFrame:
    rows = _read_changed(spark, "workout_bpm").withWatermark("end_time", _WATERMARK)
    sums = rows.groupBy("user_id", "workout_id", "session_id", "end_time").agg(
        F.min("heartrate").alias("min_bpm"),
        F.mean("heartrate").alias("avg_bpm"),
        F.max("heartrate").alias("max_bpm"),
        F.count("heartrate").alias("num_recordings"),
    )
    return sums.join(spark.table("user_bins"), "user_id").drop("end_time")


_SUMMARY = (
    "workout_id int, session_id int, user_id bigint, age string, gender string, city string, state string, "
    "min_bpm double, avg_bpm double, max_bpm double, num_recordings bigint"
)

WAVES = [
    _FIRST_WAVE,
    _SECOND_WAVE,
    _THIRD_WAVE,
    [Layer("workout_bpm_summary", _SUMMARY, _read_summary, f"{_KEYS} {_INSERT}")],
]
