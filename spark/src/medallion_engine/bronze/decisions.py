"""What people have decided about files, as the operator writes it into the control container."""

from dataclasses import dataclass
from pathlib import Path

from ..platform import names_of
from .manifest import ListedFile


@dataclass(frozen=True)
class Decisions:
    """Ids of files that are kept out, and of files that are loaded whatever share of their lines is broken."""

    excluded: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()


def read_decisions(control: Path, files: list[ListedFile]) -> Decisions:
    """As they are now: an exclusion that comes later gets a batch that removes what was loaded."""
    datasets = sorted({each.dataset for each in files})
    return Decisions(_decided(control / "exclusions", datasets), _decided(control / "acceptances", datasets))


def _decided(folder: Path, datasets: list[str]) -> frozenset[str]:
    return frozenset(name.removesuffix(".json") for dataset in datasets for name in names_of(folder / dataset))
