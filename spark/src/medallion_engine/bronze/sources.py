"""Groups of files that are read in one way, because they have the same dataset, size class and header."""

from dataclasses import dataclass, replace

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Landing, landing
from .lines import ONE_TEXT_BYTES, array_files, in_tasks, long_files, short_files
from .look import Look, is_packed
from .manifest import ListedFile


@dataclass(frozen=True)
class Source:
    """Files that are read together. `header` holds the column names of CSV files, from line `header_line` if not 0.

    `defect` is what is wrong with these files as a whole: then all of their lines are quarantined.
    """

    landing: Landing
    header: tuple[str, ...] | None
    header_line: int
    defect: str | None
    is_long: bool
    files: tuple[ListedFile, ...]

    def lines(self, spark: SparkSession, root: str) -> DataFrame:
        """The lines of the files. See `lines.py` for the columns."""
        read = array_files if self.landing.format == "json-array" else long_files if self.is_long else short_files
        lines = read(spark, root, [each.path for each in self.files], self.landing.encoding)
        return in_tasks(lines, len(self.files), sum(each.length for each in self.files))

    def only(self, files: list[ListedFile]) -> "Source":
        """The same with some of its files."""
        return replace(self, files=tuple(files))

    def without(self, files: set[ListedFile]) -> "Source":
        """The same without some files."""
        return self.only([each for each in self.files if each not in files])


def is_read_whole(how: Landing) -> bool:
    """Whether a file of any length is one text: an array, or an encoding whose line ends are no single bytes."""
    return how.format == "json-array" or how.encoding == "UTF-16"


def sources(looks: dict[ListedFile, Look]) -> list[Source]:
    """Sorts files into sources. How long a packed file is nobody knows before it is unpacked."""
    groups: dict[tuple, list[ListedFile]] = {}
    for each, look in looks.items():
        is_long = each.length > ONE_TEXT_BYTES or is_packed(each.path)
        key = (each.dataset, look.header, look.header_line, look.defect)
        groups.setdefault((*key, is_long and not is_read_whole(landing(each.dataset))), []).append(each)
    return [
        Source(landing(dataset), header, header_line, defect, is_long, tuple(members))
        for (dataset, header, header_line, defect, is_long), members in groups.items()
    ]
