"""Entry points of an unpacked wheel."""

import importlib.metadata
import inspect
import os

GROUPS = ("console_scripts", "databricks")


def find_entry_point(place, wheel, package, name):
    wanted = package.replace("-", "_").lower()
    for distribution in importlib.metadata.distributions(path=[place]):
        if distribution.metadata["Name"].replace("-", "_").lower() != wanted:
            continue
        for point in distribution.entry_points:
            if point.group in GROUPS and point.name == name:
                return point
    raise LookupError(
        f"Wheel '{os.path.basename(wheel)}' has no entry point '{name}' of package '{package}'. "
        "Declare it under [project.scripts]."
    )


def takes_arguments(function):
    return any(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        for p in inspect.signature(function).parameters.values()
    )
