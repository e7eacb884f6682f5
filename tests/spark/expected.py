"""Reference files as rows."""

import csv
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "data/reference"


def reference(path: str) -> list[dict[str, str]]:
    """The rows of a reference CSV, all values as text."""
    with open(REFERENCE / path, encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def as_text(rows) -> list[dict[str, str]]:
    """Collected rows in the notation of the reference files."""
    return [{name: str(value) for name, value in row.asDict().items()} for row in rows]
