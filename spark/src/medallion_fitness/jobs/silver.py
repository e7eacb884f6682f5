"""Follows the change feeds of bronze."""

from .. import platform
from ..silver.promotion import ACCEPTED, READINGS, RECOMPUTED, promote
from .arguments import arguments
from .feed import Change, LayerRun

CHANGES = [Change(each.target, each.source, each.keys, where=ACCEPTED) for each in RECOMPUTED] + [
    Change(READINGS, "bronze.bpm", ("device_id",), at="time", value="heartrate", where=ACCEPTED)
]

OWN = [Change(each.target, each.target, each.keys) for each in RECOMPUTED] + [
    Change(READINGS, READINGS, ("device_id",), at="time", value="heartrate")
]


def main(argv: list[str] | None = None) -> None:
    """Brings silver up to date and ends, or stays if continuous."""
    given = arguments(argv)
    LayerRun("silver", given, promote, CHANGES, OWN).run(platform.session(given.catalog))
