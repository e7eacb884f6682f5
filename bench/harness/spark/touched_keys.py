"""Processor seconds of silver and gold for files that touch as many keys as are listed, and a few more.

The keys are people with a profile and a workout, whose profiles change. More people than that are there.

Usage: touched_keys.py. Prints JSON: seconds by how many keys were touched. Reads /proc, so it needs Linux.
"""

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT / "spark/src"))

from bronze_load import read_processor_seconds  # noqa: E402
from lake import Lake, create_empty_lake, message  # noqa: E402
from medallion_engine.computed.keys import MOST_LISTED_KEYS  # noqa: E402
from medallion_engine.jobs import bronze, gold, silver  # noqa: E402
from session import open_local_session  # noqa: E402

PEOPLE = 60_000
WARM_UP_FILES = 2
BEGAN = 1_678_451_529
SIZES = (MOST_LISTED_KEYS - 1, MOST_LISTED_KEYS + 1)


def write_profiles(count: int, at: int) -> str:
    """A change of profile of the first people."""
    lines = []
    for number in range(count):
        address = {"city": f"City {at}", "state": "CA"}
        value = {
            "user_id": f"u{number}",
            "update_type": "new",
            "timestamp": at,
            "dob": "01/02/1990",
            "address": address,
        }
        lines.append(message("user_info", f"u{number}", value))
    return "".join(lines)


def write_history() -> dict[str, str]:
    """People with a device and a workout of one reading."""
    registrations = ["user_id,device_id,mac_address,registration_timestamp"]
    messages = []
    for number in range(PEOPLE):
        user, device = f"u{number}", f"d{number}"
        mac = "02:00:00" + "".join(f":{number >> shift & 255:02x}" for shift in (16, 8, 0))
        registrations.append(f"{user},{device},{mac},{BEGAN}")
        press = {"user_id": user, "workout_id": 1, "session_id": 1}
        for action, at in (("start", BEGAN), ("stop", BEGAN + 600)):
            messages.append(message("workout", user, {**press, "timestamp": at, "action": action}))
        messages.append(message("bpm", device, {"device_id": device, "time": BEGAN + 60, "heartrate": 80}))
    return {
        "registered_users/people.csv": "\n".join(registrations) + "\n",
        "kafka_multiplex/workouts.json": "".join(messages),
        "kafka_multiplex/profiles.json": write_profiles(PEOPLE, BEGAN),
    }


def touch(lake: Lake, count: int, at: int) -> float:
    """Processor seconds of silver and gold after a file that changes so many profiles."""
    batch = lake.manifest(lake.land(f"kafka_multiplex/touched-{at}.json", write_profiles(count, at)))
    bronze.main(lake.arguments(batch))
    before = read_processor_seconds()
    for job in (silver, gold):
        job.main(lake.arguments(batch))
    return read_processor_seconds() - before


def main() -> None:
    with tempfile.TemporaryDirectory() as home, open_local_session(Path(home) / "spark") as spark:
        lake = create_empty_lake(spark, Path(home) / "lake")
        lake.run(*[lake.land(path, content) for path, content in write_history().items()])
        seconds: dict[int, float] = {}
        for round_ in range(WARM_UP_FILES + 1):
            for at, count in enumerate(SIZES):
                seconds[count] = touch(lake, count, BEGAN + 10 + round_ * len(SIZES) + at)
        changed = spark.sql("SELECT max(_round) FROM gold_changes.workout_bpm_summary").first()[0]
        rows = spark.sql(f"SELECT count(*) FROM gold_changes.workout_bpm_summary WHERE _round = {changed}").first()[0]
        if rows != 2 * SIZES[-1]:
            raise RuntimeError(
                f"{rows} rows of gold changed instead of {2 * SIZES[-1]}. Look for what broke the round."
            )
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
