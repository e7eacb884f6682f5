"""What a manifest lists, and which of it is still what was listed."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".jsonl"
_NEEDED = ("batch", "file", "dataset", "path", "length", "lastModified")


@dataclass(frozen=True)
class ListedFile:
    """A file version. `path` is relative to the landing root, `length` in bytes, `landed_at` the time of storage.

    Of two versions of a path the one with the greater `sequence` is newer. A manifest of an older operator has none.
    With `is_removal` the rows of the file are taken out, and nothing is read.
    """

    batch: str
    file: str
    dataset: str
    path: str
    length: int
    landed_at: str
    replaces: str | None
    sequence: int = 0
    is_removal: bool = False


def listed(lines: list[dict]) -> list[ListedFile]:
    """The files of manifests, those of the oldest batch first. Raises ValueError for a line that lacks something."""
    for line in lines:
        if any(line.get(name) is None for name in _NEEDED):
            raise ValueError(f"A line of a manifest cannot be read: {line}. Write the manifest again.")
    return sorted([_listed_file(line) for line in lines], key=lambda each: each.batch)


def _listed_file(line: dict) -> ListedFile:
    needed = [line[name] for name in _NEEDED]
    return ListedFile(*needed, line.get("replaces"), line.get("sequence") or 0, line.get("action") == "remove")


def recent(control: Path) -> tuple[str, ...]:
    """The names of batches with a manifest of the last two days: one begun before midnight may appear after it."""
    return _batches_of(_days(control)[-2:])


def since(control: Path, loaded: str | None) -> tuple[str, ...]:
    """The names of batches since the day before that of `loaded`, which is the newest one that was loaded.

    Older batches are loaded first, so none waits before that. Without its manifest all names are given.
    """
    days = _days(control)
    known = [at for at, day in enumerate(days) if (day / f"{loaded}{_SUFFIX}").exists()]
    return _batches_of(days[max(known[0] - 1, 0) :] if known else days)


def _days(control: Path) -> list[Path]:
    return sorted(control.glob("manifests/*"))


def _batches_of(days: list[Path]) -> tuple[str, ...]:
    names = [name for day in days for name in os.listdir(day) if name.endswith(_SUFFIX)]
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names))


def read_manifests(control: Path, batches: Iterable[str]) -> list[ListedFile]:
    """The files of batches, those of the oldest first; none of a batch without a manifest."""
    found = [file for batch in sorted(batches) for file in control.glob(f"manifests/*/{batch}{_SUFFIX}")]
    texts = [text for file in found for text in file.read_text(encoding="utf-8").splitlines() if text.strip()]
    return listed([json.loads(text) for text in texts])


def overtaken(files: list[ListedFile]) -> dict[ListedFile, str]:
    """Files whose path is listed again with a newer content: only that can still be read. `files` are oldest first.

    The names of batches tell hosts' clocks, so they decide only between listings of one content.
    """
    newest = {each.path: each for each in sorted(files, key=lambda each: each.sequence)}
    return {each: "a newer content of its path was loaded with it" for each in files if newest[each.path] is not each}
