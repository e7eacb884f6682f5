"""kill -9 of Python and Spark at any moment of a round, in both modes: the same rows, and nothing twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from lake import Lake
from load import batches_of

pytestmark = pytest.mark.large

SEED, KILLS, BATCHES = 4711, 25, 30
PATIENCE_SECONDS = 300
WORKER = Path(__file__).with_name("killed.py")


class Life:
    """A worker in a process group of its own, which a kill takes as a whole."""

    def __init__(self, home: Path, mode: str) -> None:
        (home / "ready").unlink(missing_ok=True)
        words = [sys.executable, str(WORKER), str(home), mode, str(SEED), str(BATCHES)]
        self.told = (home / "told").open("w")
        self.errors = (home / "errors").open("w")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self.process = subprocess.Popen(
            words, stdout=self.told, stderr=self.errors, env=environment, start_new_session=True
        )
        wait_for(lambda: (home / "ready").exists() or self.process.poll() is not None)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def wait_for(is_so) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def land(lake: Lake, number: int, files: list[tuple[str, str]]) -> None:
    lake.manifest(*[lake.land(path, content) for path, content in files])
    (lake.home / f"landed-{number:03}").touch()


@pytest.mark.parametrize("mode", ["triggered", "continuous"])
def test_kills_at_any_moment_change_no_row(tmp_path, mode):
    random, lake = Random(SEED), Lake(tmp_path)
    life, kills = Life(tmp_path, mode), 0
    for number, files in enumerate(batches_of(SEED, BATCHES), 1):
        land(lake, number, files)
        done = tmp_path / f"done-{number:03}"
        if kills < KILLS:
            # A round of a worker that has just begun takes some seconds, and later ones take less.
            time.sleep(random.uniform(0.05, 6))
            life.kill()
            kills += 1
            life = Life(tmp_path, mode)
        wait_for(lambda done=done, life=life: done.exists() or life.process.poll() is not None)
        assert done.exists(), (tmp_path / "errors").read_text()[-3000:]
    assert life.process.wait(PATIENCE_SECONDS) == 0, (tmp_path / "errors").read_text()[-3000:]

    assert kills == KILLS
    assert json.loads((tmp_path / "told").read_text().splitlines()[-1]) == []
