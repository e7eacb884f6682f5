"""Heart rates, one per device and moment."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def heart_rates(bpm: DataFrame) -> DataFrame:
    """Of readings for the same moment the greatest, which does not depend on the order of arrival."""
    return bpm.groupBy("device_id", "time").agg(F.max("heartrate").alias("heartrate"))
