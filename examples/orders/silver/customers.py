"""Customers, each once."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def customers(customers: DataFrame) -> DataFrame:
    """The latest state of each customer; among equal times that of the greater line."""
    state = F.struct("changed_at", "_line", "name", "email", "country")
    latest = customers.groupBy("customer_id").agg(F.max(state).alias("latest"))
    return latest.select("customer_id", "latest.*").drop("_line")
