"""Registrations, one per user and device."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def users(registered_users: DataFrame) -> DataFrame:
    """The latest registration of each user and device; among equal times the greater address."""
    latest = F.max(F.struct("registered_at", "mac_address")).alias("latest")
    return registered_users.groupBy("user_id", "device_id").agg(latest).select("user_id", "device_id", "latest.*")
