"""What the emulator tells the guard: by environment variable of the workspace, by a file of the task."""

import errno
import json
import os
import sys

_SESSION = "session_id="


class Guard:
    """`volumes` are the roots of the volumes, `warehouse` the folder of the tables, `folder` is the guard's own."""

    def __init__(self, text):
        options = json.loads(text)
        self.folder, self.scratch = options["folder"], options["scratch"]
        self.volumes, self.warehouse = options["volumes"], options["warehouse"]
        self.lie_seconds = options["lieSeconds"]
        # A worker is told its session later, when it connects.
        self.session = os.environ.get("SPARK_REMOTE", "").partition(_SESSION)[2] or None
        self._tasks = {}

    def task(self):
        """What is told of the task. It is asked for with each file, and does not change."""
        if self.session not in self._tasks:
            with REAL_OPEN(os.path.join(self.folder, f"{self.session}.json"), encoding="utf-8") as file:
                self._tasks[self.session] = json.load(file)
        return self._tasks[self.session]

    def is_on_cluster(self):
        return self.task()["isOnCluster"]

    def require(self, privilege, path):
        """The principal of the task needs a privilege on the volume of a path."""
        if self.session is None:
            return
        for folder, privileges in self.task()["rights"].items():
            if is_below(path, [folder]) and privilege not in privileges:
                raise PermissionError(errno.EACCES, f"Its principal has no {privilege} on this volume", os.fspath(path))

    def count(self, kind):
        """One line per request, in one write, so that several processes may share the file."""
        if self.session is None:
            return
        with REAL_OPEN(os.path.join(self.folder, f"{self.session}.requests"), "ab", buffering=0) as file:
            file.write(f"{kind}\n".encode())


REAL_OPEN = open
guard = Guard(os.environ["WORKSPACE_GUARD"])


def is_below(path, roots):
    """Whether a path lies in one of the folders. What is no path, such as a number of an open file, does not."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False
    full = to_absolute(path)
    return any(full == root or full.startswith(root + os.sep) for root in roots)


def to_absolute(path):
    """Without a look at the disk, which is guarded itself."""
    return os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(path)))


def is_called_by_pyspark(depth):
    return sys._getframe(depth + 1).f_globals.get("__name__", "").startswith("pyspark.")
