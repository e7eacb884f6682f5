"""What became of each line, counted from the rows that are written."""

from collections import Counter
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .manifest import ListedFile
from .parsing import NO_LINES

MOSTLY_BROKEN = "file_is_mostly_broken"
_LEAST_BROKEN_LINES = 10
_NOTHING = {"lines": 0, "blank": 0, "accepted": 0, "quarantinedLines": 0, "violations": {}}


@dataclass
class Account:
    """The lines of a file: how many are blank, and the others by the rules they break. An accepted one breaks none.

    `records` are the record types of its lines.
    """

    blank: int = 0
    lines: Counter = field(default_factory=Counter)
    records: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.lines.total()

    @property
    def broken(self) -> int:
        return self.total - self.lines[()]

    @property
    def is_mostly_broken(self) -> bool:
        """Whether the sender must have changed something, so that what was accepted is not the whole truth."""
        return self.broken >= _LEAST_BROKEN_LINES and 2 * self.broken > self.total

    def by_rule(self) -> dict[str, int]:
        """How many lines break each rule."""
        counts: Counter = Counter()
        for names, lines in self.lines.items():
            for name in names:
                counts[name] += lines
        return dict(sorted(counts.items()))


def accounts(rows: DataFrame) -> dict[str, Account]:
    """By file id, from rows as they are in a table. That its file was set aside is no defect of a line."""
    found: dict[str, Account] = {}
    for row in rows.groupBy("_file", "_record", "_violations").agg(F.count(F.lit(1)).alias("rows")).collect():
        account = found.setdefault(row["_file"], Account())
        if row["_record"] not in NO_LINES:
            account.lines[tuple(name for name in row["_violations"] if name != MOSTLY_BROKEN)] += row["rows"]
            account.records.update([row["_record"]] if row["_record"] else [])
        elif row["_record"] == NO_LINES[1]:
            account.blank += row["rows"]
    return found


def loaded(file: ListedFile, account: Account) -> dict:
    """The report on one loaded file; lines = accepted + quarantined."""
    if account.is_mostly_broken:
        return _mostly_broken(file, account)
    return {
        **_outcome(file, "loaded", ""),
        "lines": account.total,
        "blank": account.blank,
        "accepted": account.lines[()],
        "quarantinedLines": account.broken,
        "violations": account.by_rule(),
    }


def _mostly_broken(file: ListedFile, account: Account) -> dict:
    """None of its lines counts."""
    rules = account.by_rule()
    worst = max(rules, key=lambda name: rules[name])
    reason = f"{account.broken} of its {account.total} lines are broken, most by '{worst}'. None of them counts."
    return {
        **_outcome(file, "quarantined", reason),
        "lines": account.total,
        "blank": account.blank,
        "accepted": 0,
        "quarantinedLines": account.total,
        "violations": {**rules, MOSTLY_BROKEN: account.total},
    }


def superseded(file: ListedFile, reason: str) -> dict:
    """The report on a file that is no longer what was listed."""
    return {**_outcome(file, "superseded", reason), **_NOTHING}


def set_aside(file: ListedFile, reason: str) -> dict:
    """The report on a file that cannot be read."""
    return {**_outcome(file, "quarantined", reason), **_NOTHING}


def _outcome(file: ListedFile, outcome: str, reason: str) -> dict:
    return {"file": file.file, "outcome": outcome, "reason": reason}
