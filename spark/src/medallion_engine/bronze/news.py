"""Columns that no contract names, told of once for each dataset."""

from pathlib import Path

from .. import platform

MAX_NAMES = 200
"""A sender with a new key in each line says nothing new by that."""


def untold(folder: Path, columns: dict[str, set[str]]) -> dict[str, list[str]]:
    """By dataset, the names that no earlier batch has told of."""
    if not any(columns.values()):
        return {}
    known = platform.read_json(folder) or {}
    news = {
        dataset: sorted(names - set(known.get(dataset, [])))[: max(0, MAX_NAMES - len(known.get(dataset, [])))]
        for dataset, names in columns.items()
    }
    return {dataset: names for dataset, names in sorted(news.items()) if names}


def note_told(folder: Path, news: dict[str, list[str]]) -> None:
    """After the report: a job that is killed in between tells of them again."""
    if news:
        known = platform.read_json(folder) or {}
        platform.write_json(folder, known | {name: sorted({*known.get(name, []), *news[name]}) for name in news})
