"""Standard output of a task goes to its own log file, though all tasks share one process."""

import sys
import threading


class ThreadOutput:
    """Stands in for sys.stdout and sys.stderr; threads that belong to no task write where they always did."""

    def __init__(self, otherwise):
        self.otherwise, self.here = otherwise, threading.local()

    def _target(self):
        return getattr(self.here, "file", None) or self.otherwise

    def write(self, text):
        return self._target().write(text)

    def flush(self):
        self._target().flush()

    def __getattr__(self, name):
        return getattr(self._target(), name)

    def send_to(self, file):
        self.here.file = file


def divide():
    """Installed once, before any task runs."""
    out, err = ThreadOutput(sys.stdout), ThreadOutput(sys.stderr)
    sys.stdout, sys.stderr = out, err

    def send(file):
        out.send_to(file)
        err.send_to(file)

    return send
