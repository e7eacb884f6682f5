"""What lands, as streaming tables: a run reads only files that are new."""

import os

from pyspark import pipelines as dp
from pyspark.sql import DataFrame, SparkSession

_FOLDER = os.environ["LANDED_FOLDER"]


def _read(dataset: str, format_: str, schema: str) -> DataFrame:
    spark = SparkSession.active()
    return spark.readStream.schema(schema).option("header", True).format(format_).load(f"{_FOLDER}/{dataset}")


@dp.table
def landed_messages() -> DataFrame:
    return _read("kafka_multiplex", "json", "topic string, value string")


@dp.table
def landed_users() -> DataFrame:
    columns = "user_id string, device_id string, mac_address string, registration_timestamp double"
    return _read("registered_users", "csv", columns)


@dp.table
def landed_visits() -> DataFrame:
    return _read("gym_logins", "csv", "mac_address string, gym string, login double, logout double")
