"""The tests of every other project, in a process that knows this project alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from project import FITNESS, ROOT

HERE = Path(__file__).parent
OF_SEVERAL = ["test_every_table.py", "test_orders.py"]
LANES = ["not large", pytest.param("large", marks=pytest.mark.large)]


def other_projects() -> list[str]:
    """The folders of projects, those of the examples too: what has a folder `landing` is one."""
    folders = [file.parent for parent in ("projects", "examples") for file in (ROOT / parent).glob("*/landing")]
    return sorted(str(folder.relative_to(ROOT)) for folder in folders if folder != ROOT / FITNESS)


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("project", other_projects())
def test_a_project_passes_its_tests(project, lane):
    files = [str(HERE / name) for name in OF_SEVERAL]
    command = [sys.executable, "-m", "pytest", "-q", "-m", lane, *files]
    environment = {**os.environ, "MEDALLION_PROJECT": project}

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
