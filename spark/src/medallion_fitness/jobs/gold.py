"""Follows the change feeds of silver."""

from .. import platform
from ..gold.promotion import GYM_SESSIONS, GYM_SUMMARY, SUMMARY, promote
from ..gold.scope import PROFILE, READING, REGISTRATION, SESSION, SESSION_KEY, VISIT
from .arguments import arguments
from .feed import Change, LayerRun

CHANGES = [
    Change(SESSION, "silver.workout_sessions", tuple(SESSION_KEY)),
    Change(REGISTRATION, "silver.users", ("user_id", "mac_address")),
    Change(PROFILE, "silver.user_profiles", ("user_id",)),
    Change(VISIT, "silver.gym_visits", ("mac_address",)),
    Change(READING, "silver.heart_rates", ("device_id",), at="time"),
]

OWN = [
    Change(SESSION, SUMMARY, tuple(SESSION_KEY)),
    Change(SESSION, GYM_SESSIONS, tuple(SESSION_KEY)),
    Change(VISIT, GYM_SESSIONS, ("mac_address",)),
    Change(VISIT, GYM_SUMMARY, ("mac_address",)),
]


def main(argv: list[str] | None = None) -> None:
    """Brings gold up to date and ends, or stays if continuous."""
    given = arguments(argv)
    LayerRun("gold", given, promote, CHANGES, OWN).run(platform.session(given.catalog))
