"""A project as the package that the jobs take it from, without a wheel."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]


def use_project(folder: str = "projects/fitness") -> None:
    """Call it before the engine reads a contract. One process knows one project."""
    home = Path(tempfile.mkdtemp(prefix="project-"))
    (home / "medallion_project").symlink_to(ROOT / folder)
    sys.path.append(str(home))
