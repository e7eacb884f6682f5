"""What a manifest lists, and which of it is still what was listed."""

import os
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import Row

SCHEMA = (
    "batch string, file string, dataset string, path string, etag string, "
    "length bigint, lastModified string, replaces string"
)


@dataclass(frozen=True)
class ListedFile:
    """A file version. `path` is relative to the landing root, `length` in bytes."""

    batch: str
    file: str
    dataset: str
    path: str
    length: int
    replaces: str | None


def listed(rows: list[Row]) -> list[ListedFile]:
    """The files of manifests, those of the oldest batch first. Raises ValueError for a line that lacks something."""
    for row in rows:
        if None in (row.batch, row.file, row.dataset, row.path, row.length, row.lastModified):
            raise ValueError(f"A line of a manifest cannot be read: {row.asDict()}. Write the manifest again.")
    files = [
        ListedFile(
            row.batch,
            row.file,
            row.dataset,
            row.path,
            row.length,
            row.replaces,
        )
        for row in rows
    ]
    return sorted(files, key=lambda each: each.batch)


def recent(control: Path) -> tuple[tuple[str, int], ...]:
    """How many manifests the last two days have: one begun before midnight may appear after it, and none is removed."""
    days = sorted(control.glob("manifests/*"))[-2:]
    return tuple((day.name, len(os.listdir(day))) for day in days)


def overtaken(files: list[ListedFile]) -> dict[ListedFile, str]:
    """Files whose path a later manifest lists again: only the newest can still be read. `files` are oldest first."""
    newest = {each.path: each for each in files}
    return {each: "a newer content of its path was loaded with it" for each in files if newest[each.path] is not each}
