"""A project as the package that the jobs take it from, without a wheel."""

import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = "medallion_project"
FITNESS = "projects/fitness"
PROJECT = os.environ.get("MEDALLION_PROJECT", FITNESS)
"""The folder of the one project that this process knows."""


def use_project() -> None:
    """Call it before the engine reads a contract."""
    folder = ROOT / PROJECT
    # The file is not there and is never run. Some versions of Python find the files of a package only by its loader.
    spec = ModuleSpec(PACKAGE, SourceFileLoader(PACKAGE, str(folder / "__init__.py")), is_package=True)
    spec.submodule_search_locations = [str(folder)]
    sys.modules[PACKAGE] = module_from_spec(spec)
