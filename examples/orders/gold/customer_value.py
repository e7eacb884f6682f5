"""What customers are worth."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def _total(amount: str) -> Column:
    return F.coalesce(F.sum(amount), F.lit(0)).cast("decimal(18,2)")


def customer_value(orders: DataFrame, customers: DataFrame, returns: DataFrame) -> DataFrame:
    """One row per customer with an order that is not cancelled. A return counts through its order."""
    placed = orders.where("status <> 'cancelled'").select("order_id", "customer_id", "amount")
    ordered = placed.groupBy("customer_id").agg(F.count(F.lit(1)).alias("orders"), _total("amount").alias("ordered"))
    sent_back = returns.select("order_id", F.col("amount").alias("sent_back")).join(
        placed.select("order_id", "customer_id"), "order_id"
    )
    returned = sent_back.groupBy("customer_id").agg(_total("sent_back").alias("returned"))
    profiles = customers.select("customer_id", "name", "country")
    every = ordered.join(returned, "customer_id", "left").join(profiles, "customer_id", "left")
    total = F.coalesce(F.col("returned"), F.lit(0)).cast("decimal(18,2)")
    kept = (F.col("ordered") - total).cast("decimal(18,2)")
    return every.withColumn("returned", total).withColumn("kept", kept)
