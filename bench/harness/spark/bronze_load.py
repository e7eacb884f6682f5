"""Processor seconds that bronze needs for a file of heart rates, when Java has compiled what is hot.

Usage: bronze_load.py READINGS. Prints JSON. Reads /proc, so it needs Linux.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT / "spark/src"))

from generated.lines import reading  # noqa: E402
from lake import create_empty_lake  # noqa: E402
from medallion_engine.jobs import bronze  # noqa: E402
from session import open_local_session  # noqa: E402

WARM_UP_LOADS = 3
LOADS = 3
BEGAN = 1_678_451_529
TICKS = os.sysconf("SC_CLK_TCK")


def write_readings(seed: int, readings: int) -> str:
    random = Random(seed)
    lines = [
        reading(f"d{random.randint(0, 2000)}-0", BEGAN + number // 50, round(random.uniform(35, 190), 2)).text
        for number in range(readings)
    ]
    return "\n".join(lines) + "\n"


def read_processor_seconds() -> float:
    """Of this process and its children; one of them is the JVM."""
    own = os.times()
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # The process has ended since it was listed.
        if int(fields[1]) == os.getpid():
            ticks += int(fields[11]) + int(fields[12])
    return own.user + own.system + ticks / TICKS


def main() -> None:
    readings = int(sys.argv[1])
    contents = [write_readings(seed, readings) for seed in (1, 2)]
    seconds = []
    with tempfile.TemporaryDirectory() as home, open_local_session(Path(home) / "spark") as spark:
        lake = create_empty_lake(spark, Path(home) / "lake")
        for number in range(WARM_UP_LOADS + LOADS):
            path = lake.land(f"kafka_multiplex/readings-{number}.json", contents[number % 2])
            batch = lake.manifest(path)
            before = read_processor_seconds()
            bronze.main(lake.arguments(batch))
            seconds.append(read_processor_seconds() - before)
            accepted = lake.report(batch, "bronze")["files"][0]["accepted"]
            if accepted != readings:
                raise RuntimeError(f"Of {readings} right lines {accepted} were accepted. Look for what broke the load.")
    print(json.dumps({"cold": seconds[0], "warm": median(seconds[WARM_UP_LOADS:])}))


if __name__ == "__main__":
    main()
