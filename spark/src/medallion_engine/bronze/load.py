"""Manifests into bronze: look, read once, write, account."""

from functools import reduce
from time import perf_counter

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import platform
from ..contracts import landing
from ..erasing import ledger
from .accounts import (
    LINES_MISSING,
    MOSTLY_BROKEN,
    Account,
    Loaded,
    accounts,
    excluded,
    loaded,
    quarantine,
    quarantined,
    set_aside,
    superseded,
    written_before,
)
from .decisions import Decisions
from .flaws import fitting_in_words, flaw_in_words
from .isolate import last_words, unreadable
from .lines import NOT_UTF8, in_blocks
from .look import look_at, vanished
from .manifest import ListedFile, overtaken
from .places import blocks_of, lines_of
from .rows import located, rows, rows_of_files
from .sources import Source, parsed_alike, sources

_COMPILE_FROM_BYTES = 8 * 1024 * 1024
_MOST_TRIES = 20
"""Senders may move a file while the others are read once more. Who does so all the time is not waited for."""


class _Load:
    """One round on its way into bronze. `superseded`, `refused` and `flawed` have a reason for each file.

    The lines of a flawed one are kept, and none counts. `was_begun` says that some of the round may have been written
    before; of that, `kept` are files that are gone. `lines` is how many lines a file has, counted otherwise.
    `excluded` files are not read, and lose their rows. The removal of a file that is in again does nothing.
    """

    def __init__(
        self, spark: SparkSession, root: str, files: list[ListedFile], decisions: Decisions, was_begun: bool
    ) -> None:
        self.spark = spark
        self.root = root
        self.decisions = decisions
        self.excluded = [each for each in files if each.file in decisions.excluded]
        self.files = [each for each in files if each.file not in decisions.excluded and not each.is_removal]
        self.was_begun = was_begun
        self.people = ledger.entries(spark)
        self.superseded = overtaken(self.files)
        self.kept: set[ListedFile] = set()
        self.refused: dict[ListedFile, str] = {}
        self.flawed: dict[ListedFile, str] = {}
        self.lines: dict[ListedFile, int] = {}
        self.encodings: dict[ListedFile, str] = {}

    def look(self) -> list[Source]:
        """What can be read, as far as a first look tells."""
        looks = look_at([each for each in self.files if each not in self.superseded], self.root)
        self._give_way({file: look.superseded for file, look in looks.items() if look.superseded})
        self.refused.update({file: look.refused for file, look in looks.items() if look.refused})
        self.flawed.update({file: look.reason for file, look in looks.items() if look.defect})
        self.encodings.update({file: look.encoding for file, look in looks.items()})
        self.lines.update({file: look.lines for file, look in looks.items() if look.lines is not None})
        readable = {file: look for file, look in looks.items() if not look.superseded and not look.refused}
        return sources({file: look for file, look in readable.items() if file.length > 0})

    def replaced(self, dataset: str) -> list[str]:
        """Paths whose earlier rows go, also where the new content cannot be read: what lies there now counts."""
        own = [each for each in self.files if each.dataset == dataset and each not in self.kept]
        there = [each for each in own if each not in self.superseded]
        return sorted({each.path for each in there if each.replaces or self.was_begun})

    def _give_way(self, gone: dict[ListedFile, str]) -> None:
        """Contents that are not there any more change nothing. Those that were written before are loaded."""
        self.kept |= written_before(self.spark, list(gone)) if self.was_begun else set()
        self.superseded.update({file: why for file, why in gone.items() if file not in self.kept})

    def removed(self, dataset: str) -> list[str]:
        """Ids of files whose rows go."""
        return sorted({each.file for each in self.excluded if each.dataset == dataset})

    def write(self, dataset: str, grouped: list[Source], tries: int = _MOST_TRIES) -> bool:
        """Brings the lines of a dataset into its table, without what turns out to be unreadable.

        Returns whether there was anything to write.
        """
        try:
            return self._commit(dataset, grouped)
        except platform.QUERY_ERRORS as error:
            if tries == 1:
                raise
            if not self._set_aside(grouped):
                self._give_up(dataset, error)
                return False
        left = [source.without({*self.refused, *self.superseded, *self.kept}) for source in grouped]
        return self.write(dataset, [source for source in left if source.files], tries - 1)

    def _set_aside(self, grouped: list[Source]) -> bool:
        """Whether some of the files cannot be read. One that is gone by now has another manifest, or needs none.

        Senders may move their files while they are read, so that is looked for first: it takes no query.
        """
        gone = vanished([file for source in grouped for file in source.files], self.root)
        self._give_way(gone)
        bad: dict[ListedFile, str] = {}
        for source in [] if gone else grouped:
            bad.update(unreadable(self.spark, list(source.files), lambda files, of=source: self._try(of.only(files))))
        self._give_way(vanished(list(bad), self.root))
        there = [file for file in bad if file not in self.superseded and file not in self.kept]
        self.refused.update({file: bad[file] for file in there})
        return bool(gone or bad)

    def _give_up(self, dataset: str, error: Exception) -> None:
        """A table that does not take the rows of its dataset holds no other dataset.

        Raises where another try may help, and where rows have to go: nobody would think of them any more.
        """
        if not isinstance(error, AnalysisException) or self.removed(dataset):
            raise error
        reason = f"Its table '{landing(dataset).table}' cannot be written: {last_words(str(error))}"
        own = [each for each in self.files if each.dataset == dataset and each not in self.superseded]
        self.refused.update({each: reason for each in own if each not in self.refused})

    def _try(self, source: Source) -> None:
        rows([(source, self._lines(source))], self.root, self.people).agg(F.max(F.xxhash64("*"))).collect()

    def _lines(self, source: Source) -> DataFrame:
        places = blocks_of(self.spark, self.root, source) if source.is_long else None
        if places is not None:
            self.lines.update(lines_of(source.files, places))
        return located(self.spark, self.root, source, places)

    def _commit(self, dataset: str, grouped: list[Source]) -> bool:
        """One commit: an append, or the replacement of all rows of paths that had some."""
        into, paths, files = landing(dataset).table, self.replaced(dataset), self.removed(dataset)
        is_replacement = bool(paths or files)
        if not grouped:
            if is_replacement:
                self.spark.sql(f"DELETE FROM {into} WHERE {rows_of_files(paths, files)}")
            return is_replacement or any(each.dataset == dataset for each in self.kept)
        parsed = [[(source, self._lines(source)) for source in alike] for alike in parsed_alike(grouped)]
        new = reduce(DataFrame.unionByName, [rows(each, self.root, self.people) for each in parsed])
        writer = new.write.format("delta")
        if not is_replacement:
            writer.mode("append").saveAsTable(into)
            return True
        written = sorted({file.path for source in grouped for file in source.files} | set(paths))
        writer.mode("overwrite").option("replaceWhere", rows_of_files(written, files)).saveAsTable(into)
        return True

    def account(self, written: list[str]) -> dict[str, Account]:
        """What became of each line, by file id. A file that is mostly broken, or read in part, loses all its lines."""
        batches = sorted({each.batch for each in self.files})
        tables = [self.spark.table(into).where(F.col("_batch").isin(batches)) for into in written]
        counted = platform.side_by_side(self.spark, [lambda rows=rows: accounts(rows) for rows in tables])
        found = {file: account for each in counted for file, account in each.items()}
        for file in self.files:
            if file.file in found:
                self._judge(file, found[file.file])
        for into in written:
            own = [each for each in self.files if landing(each.dataset).table == into and each.file in found]
            whole = [each for each in own if each not in self.flawed]
            quarantine(
                self.spark, into, MOSTLY_BROKEN, [each.file for each in whole if found[each.file].is_mostly_broken]
            )
            quarantine(self.spark, into, LINES_MISSING, [each.file for each in own if self._is_partial(each, found)])
        return found

    def _judge(self, file: ListedFile, account: Account) -> None:
        limits = landing(file.dataset).limits
        account.is_accepted = file.file in self.decisions.accepted
        account.min_broken, account.max_percent = limits.broken_lines, limits.broken_percent
        if account.flaw:
            self.flawed[file] = flaw_in_words(self.root, file, self.encodings[file])
        if NOT_UTF8 in account.by_rule():
            account.notes.append(fitting_in_words(self.root, file))

    def _is_partial(self, file: ListedFile, found: dict[str, Account]) -> bool:
        """Whether a reader has dropped lines, or made some up."""
        return file in self.lines and self.lines[file] != found[file.file].rows

    def report_on(self, file: ListedFile, found: dict[str, Account]) -> dict:
        """A file ends in one outcome, with a reason unless it was loaded."""
        if file in self.excluded:
            return excluded(file)
        if file in self.superseded:
            return superseded(file, self.superseded[file])
        if file in self.refused:
            return set_aside(file, self.refused[file])
        if file.length == 0:
            # Its sender has emptied it: a content without lines, whose path loses the rows that it had.
            return loaded(file, Account())
        if file.file not in found:
            return set_aside(file, f"Of its {file.length} bytes no line was read.")
        account = found[file.file]
        if self._is_partial(file, found):
            reason = f"It has {self.lines[file]} lines, and {account.rows} were read. None of them counts."
            return quarantined(file, account, reason, LINES_MISSING)
        if file in self.flawed:
            return quarantined(file, account, self.flawed[file], None)
        return loaded(file, account)


def load(
    spark: SparkSession, files: list[ListedFile], decisions: Decisions, landing_root: str, was_begun: bool, engine: str
) -> Loaded:
    """Writes the listed files, oldest batch first. What `was_begun` before is written over."""
    started = perf_counter()
    run = _Load(spark, landing_root, files, decisions, was_begun)
    is_large = sum(each.length for each in files) >= _COMPILE_FROM_BYTES
    with in_blocks(spark), platform.compiled_if(spark, engine, is_worth_it=is_large):
        readable = run.look()
        looked = perf_counter()
        datasets = sorted({each.dataset for each in files})

        def write(dataset: str) -> bool:
            return run.write(dataset, [each for each in readable if each.landing.dataset == dataset])

        done = platform.side_by_side(spark, [lambda each=each: write(each) for each in datasets])
    written = [landing(dataset).table for dataset, has_moved in zip(datasets, done, strict=True) if has_moved]
    wrote = perf_counter()
    found = run.account(written)
    seconds = {"looking": looked - started, "writing": wrote - looked, "accounting": perf_counter() - wrote}
    reports: dict[str, list[dict]] = {each.batch: [] for each in files}
    lines = dict.fromkeys(written, 0)
    records = {landing(each).table: None if run.replaced(each) or run.removed(each) else set() for each in datasets}
    unknown: dict[str, dict[str, set[str]]] = {each.batch: {} for each in files}
    for each in files:
        if each.is_removal:
            continue
        reports[each.batch].append(run.report_on(each, found))
        into, account = landing(each.dataset).table, found.get(each.file)
        if into in lines and account is not None:
            unknown[each.batch].setdefault(each.dataset, set()).update(account.unknown)
            lines[into] += account.total
            if records[into] is not None:
                records[into] |= account.records
    return Loaded(reports, lines, records, unknown, seconds)
