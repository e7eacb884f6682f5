"""Groups of files that are read in one way, because they have the same dataset, encoding, size class and header."""

from dataclasses import dataclass, replace

from pyspark.sql import DataFrame, SparkSession

from ..contracts import Landing, landing
from .encodings import is_wide
from .lines import ONE_TEXT_BYTES, array_files, long_files, short_files, tasks_for
from .look import Look, is_packed
from .manifest import ListedFile
from .quotes import quoted_files


@dataclass(frozen=True)
class Source:
    """Files that are read together. `header` holds the column names of CSV files, from line `header_line` if not 0.

    `defect` is what is wrong with these files as a whole: then all of their lines are quarantined.
    """

    landing: Landing
    encoding: str
    header: tuple[str, ...] | None
    header_line: int
    defect: str | None
    is_long: bool
    files: tuple[ListedFile, ...]

    def lines(self, spark: SparkSession, root: str) -> DataFrame:
        """The lines of the files. See `lines.py` for the columns."""
        paths, encoding = [each.path for each in self.files], self.encoding
        if self.landing.quoted_line_ends:
            return quoted_files(spark, root, paths, encoding, self.landing.delimiter).coalesce(self.tasks)
        read = array_files if self.landing.format == "json-array" else long_files if self.is_long else short_files
        return read(spark, root, paths, encoding).coalesce(self.tasks)

    @property
    def tasks(self) -> int:
        """In how many tasks its lines are read."""
        return tasks_for(len(self.files), sum(each.length for each in self.files))

    def only(self, files: list[ListedFile]) -> "Source":
        """The same with some of its files."""
        return replace(self, files=tuple(files))

    def without(self, files: set[ListedFile]) -> "Source":
        """The same without some files."""
        return self.only([each for each in self.files if each not in files])


def parsed_alike(some: list[Source]) -> list[list[Source]]:
    """Sources of a dataset whose lines are parsed in one way, however they are read."""
    groups: dict[tuple, list[Source]] = {}
    for each in some:
        groups.setdefault((each.header, each.header_line, each.defect), []).append(each)
    return list(groups.values())


def sources(looks: dict[ListedFile, Look]) -> list[Source]:
    """Sorts files into sources. How long a packed file is nobody knows before it is unpacked."""
    groups: dict[tuple, list[ListedFile]] = {}
    for each, look in looks.items():
        is_long = each.length > ONE_TEXT_BYTES or is_packed(each.path)
        is_whole = landing(each.dataset).is_read_whole or is_wide(look.encoding)
        key = (each.dataset, look.encoding, look.header, look.header_line, look.defect)
        groups.setdefault((*key, is_long and not is_whole), []).append(each)
    return [
        Source(landing(dataset), encoding, header, header_line, defect, is_long, tuple(members))
        for (dataset, encoding, header, header_line, defect, is_long), members in groups.items()
    ]
