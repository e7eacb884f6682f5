"""Lets Spark's own Ivy resolve the Delta jars once, into a folder of the project's."""

import shutil
import sys
from pathlib import Path

from delta import configure_spark_with_delta_pip
from pyspark.sql import SparkSession


def main(target: Path, ivy: Path) -> None:
    builder = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        # A home of its own: a Maven folder of the user's that holds descriptions without jars makes Ivy fail.
        .config("spark.jars.ivy", str(ivy))
        .config("spark.driver.extraJavaOptions", f"-Duser.home={ivy}")
    )
    spark = configure_spark_with_delta_pip(builder).getOrCreate()
    spark.stop()
    target.mkdir(parents=True, exist_ok=True)
    for jar in (ivy / "jars").glob("*.jar"):
        # Ivy puts the organisation before the name.
        shutil.copy(jar, target / jar.name.split("_", 1)[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
