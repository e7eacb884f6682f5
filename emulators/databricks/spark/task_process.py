"""Entry of a task's process: calls one entry point of the wheel, and says why if it fails."""

import json
import os
import sys
import threading
import traceback
from pathlib import Path

from .entry_point import find_entry_point, takes_arguments


def main():
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=leave_with_workspace, daemon=True).start()
    # The workspace's own modules are not for the job.
    sys.path.remove(str(Path(__file__).resolve().parents[1]))
    try:
        perform(request)
    except BaseException as error:  # noqa: BLE001 - whatever ends a task is its outcome
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return
        trace = traceback.format_exc()
        sys.stderr.write(trace)
        with open(request["failure"], "w", encoding="utf-8") as failure:
            failure.write(json.dumps({"error": describe(error), "trace": trace}))
        sys.exit(error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 1)


def leave_with_workspace():
    """Standard input ends when the workspace leaves, however it leaves."""
    sys.stdin.read()
    os._exit(1)


def perform(request):
    function = find_entry_point(request["place"], request["wheel"], request["package"], request["entry"]).load()
    sys.argv = [request["package"], *request["arguments"]]
    answer = function(request["arguments"]) if takes_arguments(function) else function()
    if isinstance(answer, int) and answer != 0:
        raise SystemExit(answer)


def describe(error):
    """The text of an error without what the server adds of its own stack."""
    if isinstance(error, SystemExit):
        return f"SystemExit: exit code {error.code}"
    text = str(error).split("\n\nJVM stacktrace")[0].strip()
    return f"{type(error).__name__}: {text}"


if __name__ == "__main__":
    main()
