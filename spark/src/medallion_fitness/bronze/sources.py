"""Groups of files that are read by one query, because they have the same dataset, size class and header."""

import csv
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Landing, landing
from .lines import ONE_TEXT_BYTES, array_files, long_file, short_files
from .manifest import ListedFile


@dataclass(frozen=True)
class Source:
    """Files that are read together. `header` holds the column names of CSV files."""

    landing: Landing
    header: tuple[str, ...] | None
    is_long: bool
    files: tuple[ListedFile, ...]

    def lines(self, spark: SparkSession, root: str, only: set[str] | None = None) -> DataFrame:
        """The lines of the files, or of those whose ids are given. See `lines.py` for the columns."""
        paths = [each.path for each in self.files if only is None or each.file in only]
        if self.landing.format == "json-array":
            return array_files(spark, root, paths)
        return long_file(spark, root, paths[0]) if self.is_long else short_files(spark, root, paths)


def _header(line: str) -> tuple[str, ...]:
    names = next(csv.reader([line]), [])
    return tuple(name.strip().lower() for name in names)


def sources(files: list[ListedFile], root: str, first_line: Callable[[str], str]) -> list[Source]:
    """Sorts files into sources. Long files are read one by one, each with blocks of its own."""
    groups: dict[tuple, list[ListedFile]] = {}
    for each in files:
        how = landing(each.dataset)
        header = _header(first_line(f"{root}/{each.path}")) if how.header else None
        is_long = each.length > ONE_TEXT_BYTES and how.format != "json-array"
        groups.setdefault((each.dataset, header, each.file if is_long else None), []).append(each)
    return [
        Source(landing(dataset), header, alone is not None, tuple(members))
        for (dataset, header, alone), members in groups.items()
    ]
