"""The parameters that every job takes."""

import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from .. import platform

FIRST_GENERATION = "1"


@dataclass(frozen=True)
class Arguments:
    """Folders that both Python and Spark can read: `landing`, `control`, and `records`, to which alone a job writes.

    A continuous run is its own batch.
    """

    batch: str
    catalog: str | None
    landing: str
    control: Path
    records: Path
    mode: str
    attempt: int
    generation: str
    engine: str

    def checkpoint(self, layer: str) -> str:
        """Where an always-on job notes which rows of the change log it has seen, for each generation anew."""
        return str(self.records / "checkpoints" / layer / self.generation)

    def begun(self, layer: str) -> Path:
        """A folder that is there while a round of the layer is under way."""
        return self.records / "begun" / layer

    @property
    def told_columns(self) -> Path:
        """A folder with the new columns that reports have told of."""
        return self.records / "new-columns"

    def is_drained(self) -> bool:
        """Whether somebody has asked this stream to stop. A stream that is started anew has another name."""
        return (self.control / "drain-requests" / f"{self.batch}.json").exists()

    def report(self, batch: str, layer: str) -> Path:
        """A folder, as every report is a file of its own."""
        return report_folder(self.records, batch, layer)


def report_folder(records: Path, batch: str, layer: str) -> Path:
    """Where the reports of a layer on a batch lie."""
    return records / "reports" / batch / layer


def arguments(argv: list[str] | None) -> Arguments:
    """Reads `--key=value` parameters; ends the program with a message if one is missing or unknown."""
    parser = ArgumentParser(description="A job of the lakehouse.")
    parser.add_argument("--batch", required=True, help="the batch that the run belongs to")
    parser.add_argument("--catalog", default=None, help="the catalog with the schemas bronze, silver, gold_staged")
    parser.add_argument("--landing", required=True, help="the root of the landing zone")
    parser.add_argument("--control", required=True, help="the root of the operator's manifests and requests")
    parser.add_argument("--records", required=True, help="the root of reports, progress and checkpoints")
    parser.add_argument("--mode", choices=["triggered", "continuous"], default="triggered")
    parser.add_argument("--attempt", type=int, default=1)
    parser.add_argument(
        "--generation", default=FIRST_GENERATION, help="a new one makes every table of the layer be computed whole"
    )
    parser.add_argument("--engine", choices=platform.ENGINES, default=platform.DATABRICKS)
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    return Arguments(
        batch=given.batch,
        catalog=given.catalog,
        landing=given.landing.rstrip("/"),
        control=Path(given.control),
        records=Path(given.records),
        mode=given.mode,
        attempt=given.attempt,
        generation=given.generation,
        engine=given.engine,
    )
