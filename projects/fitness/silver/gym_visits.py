"""Visits, one per device, gym and entry."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def gym_visits(gym_logins: DataFrame) -> DataFrame:
    """Each visit with its latest known exit; null while no exit is known."""
    return gym_logins.groupBy("mac_address", "gym", "login").agg(F.max("logout").alias("logout"))
