"""Takes out of the change log what no layer reads any more."""

from pyspark.sql import SparkSession

from ..computed import log
from .files import failure_of

# Longer than manifests: a batch that is listed and not in the log would be loaded once more.
DAYS_KEPT = 60


def trim_log(spark: SparkSession) -> dict[str, str]:
    """Removes old rounds, but for the newest of each layer, and returns by the table why it could not, if so."""
    failure = failure_of(lambda: _trim(spark))
    return {} if failure is None else {log.TABLE: failure}


def _trim(spark: SparkSession) -> None:
    for layer, last in spark.sql(f"SELECT layer, max(round) FROM {log.TABLE} GROUP BY layer").collect():
        spark.sql(
            f"DELETE FROM {log.TABLE} WHERE layer = '{layer}' AND round <= {last - log.MOST_ROUNDS} "
            f"AND at < current_timestamp() - INTERVAL {DAYS_KEPT} DAYS"
        )
