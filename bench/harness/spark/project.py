"""A project as the package that the jobs take it from, without a wheel."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = "medallion_project"


def use_project(folder: str = "projects/fitness") -> None:
    """Call it before the engine reads a contract. One process knows one project."""
    spec = ModuleSpec(PACKAGE, None, is_package=True)
    spec.submodule_search_locations = [str(ROOT / folder)]
    sys.modules[PACKAGE] = module_from_spec(spec)
