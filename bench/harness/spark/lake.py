"""A lake in a folder: landing files, manifests, and the jobs run over them."""

import gzip
import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from medallion_engine import contracts
from medallion_engine.contracts import table, tables_of
from medallion_engine.jobs import bronze, gold, silver
from project import use_project
from pyspark.sql import SparkSession

use_project()
SET_1 = Path(__file__).parents[3] / "projects" / "fitness" / "samples"


@dataclass
class Lake:
    """Folders `landing`, `control` and `records` under `home`."""

    home: Path
    batches: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def control(self) -> Path:
        return self.home / "control"

    @property
    def records(self) -> Path:
        return self.home / "records"

    def land(self, path: str, content: str | bytes) -> str:
        """Writes a file under the landing root and returns its path."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def listing(self, batch: str, path: str) -> dict:
        """The manifest line of a file, as it is now."""
        file = self.landing / path
        status = file.stat()
        etag = hashlib.sha256(file.read_bytes() + str(status.st_mtime_ns).encode()).hexdigest()[:16]
        identity = hashlib.sha256(f"{path}{etag}".encode()).hexdigest()[:16]
        modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
        line = {
            "batch": batch,
            "file": identity,
            "dataset": path.split("/")[0],
            "path": path,
            "etag": etag,
            "length": status.st_size,
            "lastModified": modified.isoformat().replace("+00:00", "Z"),
            "replaces": self.versions.get(path),
        }
        self.versions[path] = identity
        return line

    def manifest(self, *paths: str) -> str:
        """Lists the files in a new manifest and returns its batch."""
        self.batches += 1
        batch = f"batch-{self.batches:03}"
        lines = "".join(json.dumps(self.listing(batch, path)) + "\n" for path in paths)
        folder = self.control / "manifests" / "2026-01-01"
        folder.mkdir(parents=True, exist_ok=True)
        aside = self.control / f"{batch}.tmp"
        aside.write_text(lines)
        os.replace(aside, folder / f"{batch}.jsonl")
        return batch

    def arguments(self, batch: str, *more: str) -> list[str]:
        folders = [f"--landing={self.landing}", f"--control={self.control}", f"--records={self.records}"]
        return [f"--batch={batch}", *folders, "--engine=local", *more]

    def report(self, batch: str, layer: str) -> dict:
        return json.loads(max((self.records / "reports" / batch / layer).iterdir()).read_text())

    def run(self, *paths: str) -> str:
        """Lands nothing, lists the files and runs all three jobs."""
        batch = self.manifest(*paths)
        for job in (bronze, silver, gold):
            job.main(self.arguments(batch))
        return batch


def statements() -> list[str]:
    """The DDL that creates every schema, table and view of bronze that is not there yet, in its order."""
    content = contracts._content()
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in content["schemas"]]
    tables = [table(name).ddl for name in sorted(content["tables"])]
    return schemas + tables + [each["statement"] for each in content["views"].values()]


def create_empty_lake(spark: SparkSession, home: Path) -> Lake:
    """A lake in a new folder, over tables that hold nothing."""
    for layer in ("bronze", "silver", "gold", "ops"):
        for each in tables_of(layer):
            spark.sql(f"DROP TABLE IF EXISTS {each.physical}")
    for statement in statements():
        spark.sql(statement)
    return Lake(home)


def message(topic: str, key: str, value: object, at: int = 0) -> str:
    """A line in the Kafka envelope, its value as text."""
    text = value if isinstance(value, str) else json.dumps(value)
    envelope = {"key": key, "value": text, "topic": topic, "partition": 0, "offset": at, "timestamp": at}
    return json.dumps(envelope) + "\n"


def set_1_readings() -> str:
    """The 253,801 heart rates of set 1, as if they came from four partitions."""
    lines: list[str] = []
    with gzip.open(SET_1 / "kafka_multiplex" / "3-bpm_1.json.gz", "rt") as messages:
        for number, line in enumerate(messages):
            lines.append(json.dumps({**json.loads(line), "partition": number % 4}) + "\n")
    return "".join(lines)


def land_set_1(lake: Lake, readings: str) -> list[str]:
    """Lands the files of set 1 and returns their paths."""
    files = {
        "registered_users/1-registered_users_1.csv": "registered_users",
        "gym_logins/5-gym_logins_1.csv": "gym_logins",
        "kafka_multiplex/2-user_info_1.json": "kafka_multiplex/2",
        "kafka_multiplex/4-workout_1.json": "kafka_multiplex/4",
        "date_lookup/6-date-lookup.json": "date_lookup",
    }
    paths = [lake.land(f"{folder}/{Path(file).name}", (SET_1 / file).read_bytes()) for file, folder in files.items()]
    return [*paths, lake.land("kafka_multiplex/3/3-bpm_1.json", readings)]
