"""Manifests into bronze: look, read once, write, account."""

from functools import reduce
from time import perf_counter

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import landing, tables_of
from ..delta.history import quoted, versions
from .accounts import MOSTLY_BROKEN, Account, accounts, loaded, set_aside, superseded
from .isolate import READ_ERRORS, unreadable
from .lines import in_blocks
from .look import look_at
from .manifest import ListedFile, overtaken
from .parsing import NO_LINES
from .places import blocks_of
from .rows import rows
from .sources import Source, sources


class _Load:
    """One micro-batch on its way into bronze. `superseded` and `refused` have a reason for each file."""

    def __init__(self, spark: SparkSession, root: str, files: list[ListedFile]) -> None:
        self.spark = spark
        self.root = root
        self.files = files
        self.superseded = overtaken(files)
        self.refused: dict[ListedFile, str] = {}

    def look(self) -> list[Source]:
        """What can be read, as far as a first look tells."""
        looks = look_at([each for each in self.files if each not in self.superseded], self.root)
        self.superseded.update({file: look.superseded for file, look in looks.items() if look.superseded})
        self.refused.update({file: look.refused for file, look in looks.items() if look.refused})
        return sources({file: look for file, look in looks.items() if not look.superseded and not look.refused})

    def replaced(self, dataset: str) -> list[str]:
        """Paths whose earlier rows go, also where the new content cannot be read: what lies there now counts."""
        own = [each for each in self.files if each.dataset == dataset and each not in self.superseded]
        return sorted({each.path for each in own if each.replaces})

    def write(self, dataset: str, grouped: list[Source], transaction: tuple[str, int]) -> bool:
        """Brings the lines of a dataset into its table, without what turns out to be unreadable.

        Returns whether there was anything to write.
        """
        try:
            return self._commit(dataset, grouped, transaction)
        except READ_ERRORS:
            if not self._set_aside(grouped):
                raise
        left = [source.without({*self.refused, *self.superseded}) for source in grouped]
        return self._commit(dataset, [source for source in left if source.files], transaction)

    def _set_aside(self, grouped: list[Source]) -> bool:
        """Whether some of the files cannot be read. One that is gone by now has another manifest, or needs none."""
        bad: dict[ListedFile, str] = {}
        for source in grouped:
            bad.update(unreadable(self.spark, list(source.files), lambda files, of=source: self._try(of.only(files))))
        looks = look_at(list(bad), self.root)
        self.superseded.update({file: look.superseded for file, look in looks.items() if look.superseded})
        self.refused.update({file: why for file, why in bad.items() if file not in self.superseded})
        return bool(bad)

    def _try(self, source: Source) -> None:
        self._rows(source).write.format("noop").mode("overwrite").save()

    def _rows(self, source: Source) -> DataFrame:
        places = blocks_of(self.spark, self.root, source) if source.is_long else None
        return rows(self.spark, self.root, source, places)

    def _commit(self, dataset: str, grouped: list[Source], transaction: tuple[str, int]) -> bool:
        """One commit: an append, or the replacement of all rows of paths that had some."""
        into, paths = landing(dataset).table, self.replaced(dataset)
        gone = f"_path IN ({', '.join(map(quoted, paths))})"
        if not grouped:
            if paths:
                self.spark.sql(f"DELETE FROM {into} WHERE {gone}")
            return bool(paths)
        new = reduce(DataFrame.unionByName, [self._rows(source) for source in grouped])
        app, version = transaction
        writer = new.write.format("delta").option("txnAppId", f"{app}/{into}").option("txnVersion", version)
        if not paths:
            writer.mode("append").saveAsTable(into)
            return True
        written = sorted({file.path for source in grouped for file in source.files} | set(paths))
        own = f"_path IN ({', '.join(map(quoted, written))})"
        writer.mode("overwrite").option("replaceWhere", own).saveAsTable(into)
        return True

    def account(self, written: list[str]) -> dict[str, Account]:
        """What became of each line, by file id. A file that is mostly broken loses all its lines."""
        batches = sorted({each.batch for each in self.files})
        found: dict[str, Account] = {}
        for into in written:
            found.update(accounts(self.spark.table(into).where(F.col("_batch").isin(batches))))
        for into in written:
            broken = [
                file.file
                for file in self.files
                if landing(file.dataset).table == into and file.file in found and found[file.file].is_mostly_broken
            ]
            if broken:
                self._quarantine(into, broken)
        return found

    def _quarantine(self, into: str, files: list[str]) -> None:
        """Doing it again finds nothing to do."""
        self.spark.sql(
            f"UPDATE {into} SET _violations = array_append(_violations, '{MOSTLY_BROKEN}'), "
            "_violation_count = _violation_count + 1 "
            f"WHERE _file IN ({', '.join(map(quoted, files))}) "
            f"AND coalesce(_record, '') NOT IN ({', '.join(map(quoted, NO_LINES))}) "
            f"AND NOT array_contains(_violations, '{MOSTLY_BROKEN}')"
        )

    def report_on(self, file: ListedFile, found: dict[str, Account]) -> dict:
        """A file ends in one outcome, with a reason unless it was loaded."""
        if file in self.superseded:
            return superseded(file, self.superseded[file])
        if file in self.refused:
            return set_aside(file, self.refused[file])
        if file.file not in found:
            return set_aside(file, f"Of its {file.length} bytes no line was read.")
        return loaded(file, found[file.file])


def load(
    spark: SparkSession, files: list[ListedFile], landing_root: str, transaction: tuple[str, int], engine: str
) -> list[dict]:
    """Writes the listed files, oldest batch first, and returns a report on each batch.

    `transaction` makes a repetition write nothing twice.
    """
    started = perf_counter()
    run = _Load(spark, landing_root, files)
    with in_blocks(spark):
        readable = run.look()
        looked = perf_counter()
        datasets = sorted({each.dataset for each in files})

        def write(dataset: str) -> bool:
            return run.write(dataset, [each for each in readable if each.landing.dataset == dataset], transaction)

        done = platform.side_by_side(spark, [lambda each=each: write(each) for each in datasets])
    written = [landing(dataset).table for dataset, has_moved in zip(datasets, done, strict=True) if has_moved]
    wrote = perf_counter()
    found = run.account(written)
    newest = versions(spark, tables_of("bronze"), engine)
    moves = [{"table": name, "version": version, "changed": name in written} for name, version in newest.items()]
    seconds = {"looking": looked - started, "writing": wrote - looked, "accounting": perf_counter() - wrote}

    def report(batch: str) -> dict:
        own = [run.report_on(each, found) for each in files if each.batch == batch]
        rounded = {name: round(spent, 3) for name, spent in seconds.items()}
        return {"batch": batch, "layer": "bronze", "files": own, "tables": moves, "seconds": rounded}

    return [report(batch) for batch in dict.fromkeys(each.batch for each in files)]
