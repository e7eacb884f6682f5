"""The time, as the operator writes it."""

from datetime import UTC, datetime


def now() -> str:
    """The time in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
