"""Follows silver."""

from .layer import run


def main(argv: list[str] | None = None) -> None:
    """Brings gold up to date and ends, or stays if continuous."""
    run("gold", argv)
