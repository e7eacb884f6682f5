"""Follows the change feeds of silver."""

from .. import platform
from ..gold.promotion import promote
from ..gold.scope import PROFILE, READING, REGISTRATION, SESSION, VISIT
from .arguments import arguments
from .feed import Change, LayerRun

CHANGES = [
    Change(SESSION, "silver.workout_sessions", ("user_id", "workout_id", "session_id")),
    Change(REGISTRATION, "silver.users", ("user_id", "mac_address")),
    Change(PROFILE, "silver.user_profiles", ("user_id",)),
    Change(VISIT, "silver.gym_visits", ("mac_address",)),
    Change(READING, "silver.heart_rates", ("device_id",), at="time"),
]


def main(argv: list[str] | None = None) -> None:
    """Brings gold up to date and ends, or stays if continuous."""
    given = arguments(argv)
    LayerRun("gold", given, promote).run(platform.session(given.catalog), CHANGES)
