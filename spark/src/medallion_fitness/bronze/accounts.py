"""What became of each line, counted from the rows that are written."""

from collections import Counter
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .counting import Counted
from .manifest import ListedFile


def problems_by_file(rows: list[DataFrame]) -> dict[str, Counter]:
    """By file id: how many rows have which problems; the key is a tuple of rule names, empty for accepted rows.

    `rows` has the rows of each table, with `_file` and `_problems`.
    """
    if not rows:
        return {}
    counts = [each.groupBy("_file", "_problems").agg(F.count(F.lit(1)).alias("_lines")) for each in rows]
    found: dict[str, Counter] = {}
    for row in reduce(DataFrame.union, counts).collect():
        found.setdefault(row._file, Counter())[tuple(row._problems)] += row._lines
    return found


def account(file: ListedFile, counted: Counted, problems: Counter) -> dict:
    """The report on one loaded file; lines = accepted + quarantined."""
    by_rule: Counter = Counter()
    for names, lines in problems.items():
        for name in names:
            by_rule[name] += lines
    accepted = problems.get((), 0)
    return {
        "file": file.file,
        "outcome": "loaded",
        "because": "",
        "lines": problems.total(),
        "blank": counted.blank,
        "accepted": accepted,
        "quarantined": problems.total() - accepted,
        "problems": dict(sorted(by_rule.items())),
    }


def superseded(file: ListedFile, because: str) -> dict:
    """The report on a file that was not read."""
    nothing = {"lines": 0, "blank": 0, "accepted": 0, "quarantined": 0, "problems": {}}
    return {"file": file.file, "outcome": "superseded", "because": because, **nothing}
