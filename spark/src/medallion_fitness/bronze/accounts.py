"""What became of each line, counted from the rows that are written."""

from collections import Counter
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .counting import Counted
from .manifest import ListedFile


def violations_by_file(rows: list[DataFrame]) -> dict[str, Counter]:
    """By file id: how many rows have which violations; the key is a tuple of rule names, empty for accepted rows.

    `rows` has the rows of each table, with `_file` and `_violations`.
    """
    if not rows:
        return {}
    counts = [each.groupBy("_file", "_violations").agg(F.count(F.lit(1)).alias("_lines")) for each in rows]
    found: dict[str, Counter] = {}
    for row in reduce(DataFrame.union, counts).collect():
        found.setdefault(row._file, Counter())[tuple(row._violations)] += row._lines
    return found


def account(file: ListedFile, counted: Counted, violations: Counter) -> dict:
    """The report on one loaded file; lines = accepted + quarantined."""
    by_rule: Counter = Counter()
    for names, lines in violations.items():
        for name in names:
            by_rule[name] += lines
    accepted = violations.get((), 0)
    return {
        "file": file.file,
        "outcome": "loaded",
        "reason": "",
        "lines": violations.total(),
        "blank": counted.blank,
        "accepted": accepted,
        "quarantinedLines": violations.total() - accepted,
        "violations": dict(sorted(by_rule.items())),
    }


def superseded(file: ListedFile, reason: str) -> dict:
    """The report on a file that was not read."""
    nothing = {"lines": 0, "blank": 0, "accepted": 0, "quarantinedLines": 0, "violations": {}}
    return {"file": file.file, "outcome": "superseded", "reason": reason, **nothing}
