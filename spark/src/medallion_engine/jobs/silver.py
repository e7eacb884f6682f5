"""Follows bronze."""

from .layer import run


def main(argv: list[str] | None = None) -> None:
    """Brings silver up to date and ends, or stays if continuous."""
    run("silver", argv)
