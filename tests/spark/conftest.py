"""One Spark session for all tests, and lakes with empty tables."""

import copy
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "spark/src"), str(ROOT / "bench/harness/spark"), str(ROOT / "tests/spark")]

from lake import Lake, create_empty_lake, land_set_1, set_1_readings
from medallion_engine import contracts
from project import FITNESS, PROJECT
from session import open_local_session


def _is_of_this_project(item: pytest.Item) -> bool:
    if item.get_closest_marker("every_project"):
        return True
    mark = item.get_closest_marker("project")
    return (mark.args[0] if mark else FITNESS) == PROJECT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests of other projects, since one process knows one. `test_other_projects.py` starts the others."""
    others = [each for each in items if not _is_of_this_project(each)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [each for each in items if _is_of_this_project(each)]


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Started as on a machine whose locale knows no letters but English ones."""
    os.environ["LC_ALL"] = "C"
    with open_local_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


@pytest.fixture(scope="module")
def lake(spark, tmp_path_factory) -> Lake:
    return create_empty_lake(spark, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def set_1(lake) -> tuple[Lake, str]:
    """A lake with set 1 in gold, and the batch that brought it."""
    return lake, lake.run(*land_set_1(lake, set_1_readings()))


@pytest.fixture
def deploy(monkeypatch):
    """Puts other contracts in the place of the project's, as a deployment of another wheel would."""
    original = contracts._content()
    readers = (contracts.table, contracts.record, contracts.landing, contracts.view)

    def change(edit) -> None:
        content = copy.deepcopy(original)
        edit(content)
        monkeypatch.setattr(contracts, "_content", lambda: content)
        for each in readers:
            each.cache_clear()

    yield change
    for each in readers:
        each.cache_clear()
