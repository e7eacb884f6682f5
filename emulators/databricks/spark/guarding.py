"""What the guard in the processes of jobs is told, and what it has written down when a task is over."""

import json
import os
from collections import Counter
from pathlib import Path


class Guarding:
    """`home` is the workspace's; `strict` has the roots of its volumes and how wrong their times are."""

    modules = str(Path(__file__).resolve().parent / "guard")

    def __init__(self, home, strict):
        self.folder, self.scratch = os.path.join(home, "guard"), os.path.join(home, "scratch")
        self.door = None
        self.environment = {
            "WORKSPACE_GUARD": json.dumps(
                {
                    "folder": self.folder,
                    "scratch": self.scratch,
                    "warehouse": os.path.join(home, "warehouse"),
                    "volumes": strict["volumes"],
                    "lieSeconds": strict["lieSeconds"],
                }
            )
        }
        self.wheel = os.path.join(home, "wheels", "current")
        os.makedirs(self.folder, exist_ok=True)
        os.makedirs(self.scratch, exist_ok=True)

    def listen(self, port):
        """Where the guard asks whether a job has its grants."""
        self.door = port

    def worker_environment(self, python):
        """For the processes that Spark starts to run a job's functions."""
        paths = os.pathsep.join([self.modules, self.wheel])
        return {**self.environment, "PYSPARK_PYTHON": python, "PYTHONPATH": paths}

    def open(self, session, is_on_cluster, rights):
        with open(self._file(session, "json"), "w", encoding="utf-8") as file:
            json.dump({"isOnCluster": is_on_cluster, "rights": rights, "door": self.door}, file)

    def close(self, session, task):
        """Adds up the requests of a task, in `guard/<task run>.json`."""
        counts = Counter()
        if os.path.exists(self._file(session, "requests")):
            with open(self._file(session, "requests"), encoding="utf-8") as file:
                counts.update(line.strip() for line in file)
            os.remove(self._file(session, "requests"))
        with open(self._file(task, "json"), "w", encoding="utf-8") as file:
            json.dump(dict(sorted(counts.items())), file)
        os.remove(self._file(session, "json"))

    def _file(self, name, ending):
        return os.path.join(self.folder, f"{name}.{ending}")
