"""Profiles, one per user who has not been deleted."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_COLUMNS = ["dob", "sex", "gender", "first_name", "last_name", "street_address", "city", "state", "zip"]


def user_profiles(user_info: DataFrame) -> DataFrame:
    """The profile of the latest change by its own time. Users whose latest change is a delete have none.

    Among equal times a delete wins over an update and an update over a creation, then the greater line: any order
    would do, as long as it does not depend on the order of arrival.
    """
    rank = F.when(F.col("update_type") == "delete", 2).when(F.col("update_type") == "update", 1).otherwise(0)
    order = [F.col("updated"), rank.alias("rank"), F.col("_line").alias("line")]
    latest = user_info.groupBy("user_id").agg(F.max(F.struct(*order, *_COLUMNS)).alias("latest"))
    kept = latest.where("latest.rank < 2")
    return kept.select("user_id", *[f"latest.{name}" for name in _COLUMNS], "latest.updated")
