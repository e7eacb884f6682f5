"""Groups of files that are read in one way, because they have the same dataset, size class and header."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Landing, landing
from .lines import ONE_TEXT_BYTES, array_files, in_tasks, long_files, short_files
from .look import Look, is_packed
from .manifest import ListedFile


@dataclass(frozen=True)
class Source:
    """Files that are read together. `header` holds the column names of CSV files."""

    landing: Landing
    header: tuple[str, ...] | None
    is_long: bool
    files: tuple[ListedFile, ...]

    def lines(self, spark: SparkSession, root: str) -> DataFrame:
        """The lines of the files. See `lines.py` for the columns."""
        read = array_files if self.landing.format == "json-array" else long_files if self.is_long else short_files
        lines = read(spark, root, [each.path for each in self.files])
        return in_tasks(lines, len(self.files), sum(each.length for each in self.files))

    def only(self, files: list[ListedFile]) -> "Source":
        """The same with some of its files."""
        return Source(self.landing, self.header, self.is_long, tuple(files))

    def without(self, files: set[ListedFile]) -> "Source":
        """The same without some files."""
        return self.only([each for each in self.files if each not in files])


def sources(looks: dict[ListedFile, Look]) -> list[Source]:
    """Sorts files into sources. How long a packed file is nobody knows before it is unpacked."""
    groups: dict[tuple, list[ListedFile]] = {}
    for each, look in looks.items():
        is_long = each.length > ONE_TEXT_BYTES or is_packed(each.path)
        is_array = landing(each.dataset).format == "json-array"
        groups.setdefault((each.dataset, look.header, is_long and not is_array), []).append(each)
    return [
        Source(landing(dataset), header, is_long, tuple(members))
        for (dataset, header, is_long), members in groups.items()
    ]
