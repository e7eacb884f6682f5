"""What became of each line, counted from the rows that are written."""

import json
from collections import Counter
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..contracts import landing
from ..delta.history import quoted
from .lines import NOT_ONE_ARRAY
from .manifest import ListedFile
from .quotes import OPEN_QUOTE
from .routing import NO_LINES, TOMBSTONE

MOSTLY_BROKEN = "file_is_mostly_broken"
LINES_MISSING = "file_was_read_in_part"
SET_ASIDE = (MOSTLY_BROKEN, LINES_MISSING)
"""What is said of all lines of a file that is set aside. It is no defect of a line."""

_NOTHING = {"lines": 0, "blank": 0, "accepted": 0, "quarantinedLines": 0, "violations": {}}


@dataclass
class Account:
    """The lines of a file: how many are blank, and the others by the rules they break. An accepted one breaks none.

    `spared` are accepted in spite of what they break. `records` are the record types of its lines, `rows` counts blank
    lines and headers too, `unknown` are keys that no contract names, and `notes` is what else a person has to hear.
    With `min_broken` broken lines or more, and more than `max_percent` of all, a file is mostly broken, unless a person
    has accepted it.
    """

    blank: int = 0
    lines: Counter = field(default_factory=Counter)
    spared: Counter = field(default_factory=Counter)
    records: set[str] = field(default_factory=set)
    rows: int = 0
    unknown: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    min_broken: int = 10
    max_percent: float = 50
    is_accepted: bool = False

    @property
    def total(self) -> int:
        return self.lines.total() + self.spared.total()

    @property
    def accepted(self) -> int:
        return self.lines[()] + self.spared.total()

    @property
    def broken(self) -> int:
        return self.total - self.accepted

    @property
    def is_mostly_broken(self) -> bool:
        """Whether the sender must have changed something, so that what was accepted is not the whole truth."""
        if self.is_accepted:
            return False
        broken = self.broken - self.lines[(TOMBSTONE,)]
        return broken >= self.min_broken and 100 * broken > self.max_percent * self.total

    @property
    def flaw(self) -> str | None:
        """What is wrong with the file as one text, if a reader has found it so."""
        flaws = (NOT_ONE_ARRAY, OPEN_QUOTE)
        return next((name for names in self.lines for name in names if name in flaws), None)

    def by_rule(self) -> dict[str, int]:
        """How many lines break each rule."""
        counts: Counter = Counter()
        for names, lines in (self.lines + self.spared).items():
            for name in names:
                counts[name] += lines
        return dict(sorted(counts.items()))


@dataclass(frozen=True)
class Loaded:
    """What became of each file, as reports by batch, and what each table that was written got: lines of which types.

    The types are not known where earlier rows had to go. `unknown` are the columns that no contract names, by batch and
    dataset.
    """

    files: dict[str, list[dict]]
    lines: dict[str, int]
    records: dict[str, set[str] | None]
    unknown: dict[str, dict[str, set[str]]]
    seconds: dict[str, float]


def accounts(rows: DataFrame) -> dict[str, Account]:
    """By file id, from rows as they are in a table."""
    found: dict[str, Account] = {}
    is_accepted = (F.col("_violation_count") == 0).alias("accepted")
    grouped = rows.groupBy("_file", "_record", "_violations", is_accepted).agg(
        F.count(F.lit(1)).alias("rows"), F.count("_rescued").alias("rescued")
    )
    counted = grouped.collect()
    for row in counted:
        account = found.setdefault(row["_file"], Account())
        account.rows += row["rows"]
        if row["_record"] not in NO_LINES:
            names = tuple(name for name in row["_violations"] if name not in SET_ASIDE)
            (account.spared if row["accepted"] and names else account.lines)[names] += row["rows"]
            account.records.update([row["_record"]] if row["_record"] else [])
        elif row["_record"] == NO_LINES[1]:
            account.blank += row["rows"]
    if any(row["rescued"] for row in counted):
        for file, names in _unknown_names(rows).items():
            found[file].unknown = names
    return found


def _unknown_names(rows: DataFrame) -> dict[str, set[str]]:
    """By file id, keys that no contract names, from two lines of each file: all have the same ones, or nearly so.

    Asked apart, since only numbers can be gathered without sorting all rows.
    """
    rescued = rows.where("_rescued IS NOT NULL").groupBy("_file")
    found = rescued.agg(F.min("_rescued").alias("first"), F.max("_rescued").alias("last")).collect()
    return {row["_file"]: {*json.loads(row["first"]), *json.loads(row["last"])} for row in found}


def written_before(spark: SparkSession, files: list[ListedFile]) -> set[ListedFile]:
    """Those of the files that have rows, or took the place of a content whose rows are gone by now.

    A file that is read again has rows of an earlier batch, which say nothing of what this one has written.
    """
    found = set()
    for into in sorted({landing(each.dataset).table for each in files}):
        own = [each for each in files if landing(each.dataset).table == into]
        is_theirs = F.col("_file").isin([each.file for each in own]) | F.col("_path").isin([each.path for each in own])
        rows = spark.table(into).where(is_theirs).select("_file", "_batch", "_path").distinct().collect()
        written, paths = {(row["_file"], row["_batch"]) for row in rows}, {row["_path"] for row in rows}
        found |= {each for each in own if (each.file, each.batch) in written}
        found |= {each for each in own if each.replaces and each.path not in paths}
    return found


def quarantine(spark: SparkSession, into: str, defect: str, files: list[str]) -> None:
    """Takes away all lines of files, for a defect of the whole file. Doing it again finds nothing to do."""
    if not files:
        return
    spark.sql(
        f"UPDATE {into} SET _violations = array_append(_violations, '{defect}'), "
        "_violation_count = _violation_count + 1 "
        f"WHERE _file IN ({', '.join(map(quoted, files))}) "
        f"AND coalesce(_record, '') NOT IN ({', '.join(map(quoted, NO_LINES))}) "
        f"AND NOT array_contains(_violations, '{defect}')"
    )


def loaded(file: ListedFile, account: Account) -> dict:
    """The report on one loaded file; lines = accepted + quarantined."""
    if account.is_mostly_broken:
        return quarantined(file, account, _mostly_broken(account), MOSTLY_BROKEN)
    return {
        **_outcome(file, "loaded", _told(account)),
        "lines": account.total,
        "blank": account.blank,
        "accepted": account.accepted,
        "quarantinedLines": account.broken,
        "violations": account.by_rule(),
    }


def _told(account: Account) -> str:
    names = "', '".join(sorted(account.unknown))
    rescued = [f"Its contract does not name '{names}'. The values are kept in '_rescued'."] if names else []
    return " ".join([*account.notes, *rescued])


def _mostly_broken(account: Account) -> str:
    rules = account.by_rule()
    worst = max(rules, key=lambda name: rules[name])
    counts = f"{account.broken} of its {account.total} lines are broken, most by '{worst}'. None of them counts."
    return " ".join([counts, *account.notes])


def quarantined(file: ListedFile, account: Account, reason: str, defect: str | None) -> dict:
    """The report on a file that was read and of which no line counts. `defect` stands on each line, beside its own."""
    violations = {**account.by_rule(), **({defect: account.total} if defect else {})}
    return {
        **_outcome(file, "quarantined", reason),
        "lines": account.total,
        "blank": account.blank,
        "accepted": 0,
        "quarantinedLines": account.total,
        "violations": violations,
    }


def superseded(file: ListedFile, reason: str) -> dict:
    """The report on a file that is no longer what was listed."""
    return {**_outcome(file, "superseded", reason), **_NOTHING}


def excluded(file: ListedFile) -> dict:
    """The report on a file that a person keeps out."""
    return {**_outcome(file, "excluded", "It was excluded when its batch was loaded."), **_NOTHING}


def set_aside(file: ListedFile, reason: str) -> dict:
    """The report on a file that cannot be read."""
    return {**_outcome(file, "quarantined", reason), **_NOTHING}


def _outcome(file: ListedFile, outcome: str, reason: str) -> dict:
    return {"file": file.file, "outcome": outcome, "reason": reason}
