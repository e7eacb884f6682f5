"""The known batch of the project: files to land, and the rows that gold has to show of them."""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from ..contracts import PROJECT

Row = dict[str, object]


@dataclass(frozen=True)
class LandedFile:
    """`emptied` is what takes its place in the end: the same file without a row."""

    path: str
    content: str
    emptied: str


@dataclass(frozen=True)
class Known:
    """Files to land, and the rows that have to be in gold, by table. `owners` has the column that names the run."""

    files: list[LandedFile]
    expected: dict[str, list[Row]]
    owners: dict[str, str]


def _names(run: str) -> dict[str, str]:
    """Nobody else has these: they are made of the run's own id."""
    digest = hashlib.sha256(run.encode()).hexdigest()
    # Addresses that begin with 02 are given out by nobody.
    addresses = [":".join(["02", *(digest[at : at + 2] for at in range(first, first + 10, 2))]) for first in (0, 10)]
    return {"run": f"integration-{run}", "address1": addresses[0], "address2": addresses[1]}


def _line(line: object) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def known(run: str, expected: str = "") -> Known:
    """The batch of one run. `expected` names a file of other expectations in the form of the project's batch."""
    text = files(PROJECT).joinpath("integration.json").read_text(encoding="utf-8")
    batch = json.loads(Template(text).substitute(_names(run)))
    if expected:
        told = Template(Path(expected).read_text(encoding="utf-8")).substitute(_names(run))
        batch = {**batch, "expected": json.loads(told)["expected"]}
    landed = []
    for each in batch["files"]:
        lines = [_line(line) for line in each["lines"]]
        landed.append(
            LandedFile(
                path=f"{each['dataset']}/integration/{run}.{each['extension']}",
                content="".join(f"{line}\n" for line in lines),
                emptied="".join(f"{line}\n" for line in lines[: each["keep"]]) or "\n",
            )
        )
    return Known(landed, batch["expected"], batch["owners"])


def differences(expected: dict[str, list[Row]], found: dict[str, list[Row]]) -> list[str]:
    """Every row that is missing or too much, as a sentence. The order of rows means nothing."""
    told = []
    for table, rows in expected.items():
        wanted, there = ([json.dumps(row, sort_keys=True) for row in each] for each in (rows, found[table]))
        told += [f"{table} lacks {row}." for row in wanted if row not in there]
        told += [f"{table} has {row}, which nobody expects." for row in there if row not in wanted]
        if len(there) != len(set(there)):
            told.append(f"{table} has a row twice.")
    return told
