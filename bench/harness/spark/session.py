"""Spark for programs that need no workspace around it, with the JVM and the settings of the local workspace."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT / "emulators/databricks"))

from pyspark.sql import SparkSession  # noqa: E402
from spark.java import Jvm  # noqa: E402
from spark.session import open_session  # noqa: E402

_JARS = Path(os.environ.get("MEDALLION_JARS", ROOT / ".tools/jars"))
_CORES = 2
_START_SECONDS = 120
_END_SECONDS = 30


@contextmanager
def open_local_session(home: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[SparkSession]:
    """Keeps its warehouse below `home`. The JVM ends with the block, or with this process."""
    home.mkdir(parents=True, exist_ok=True)
    jvm = Jvm(str(_JARS), str(_JARS.parent / "class-data"), draws=False)
    try:
        jvm.connect(_START_SECONDS)
        spark = open_session(str(home), _CORES, settings)
        spark.sparkContext.setLogLevel("ERROR")
        yield spark
        spark.stop()
    finally:
        jvm.end(_END_SECONDS)
