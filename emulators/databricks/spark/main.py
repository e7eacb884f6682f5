"""Entry of the Spark process: reads its settings from standard input, and ends when standard input ends."""

import json
import os
import sys
import threading
import time


def main():
    began = time.monotonic()
    given = json.loads(sys.stdin.readline())
    # What the workspace reads is a private copy of standard output; everything else that prints goes to the log.
    events = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    from .java import Jvm

    jvm = Jvm(given["jars"], given["archives"], given["draws"])
    threading.Thread(target=leave_with, args=(jvm, given), daemon=True).start()
    serve(given, jvm, events, began)
    jvm.child.wait()
    if jvm.leaving:
        threading.Event().wait()
    print(f"The JVM ended with code {jvm.child.returncode}.", file=sys.stderr, flush=True)
    os._exit(70)


def leave_with(jvm, given):
    """Standard input ends when the workspace leaves, however it leaves. Nothing may stay behind."""
    asked = sys.stdin.readline() != ""
    jvm.end(given["endSeconds"] if asked else 2)
    os._exit(0)


def serve(given, jvm, events, began):
    import pyarrow  # noqa: F401 - imported while the JVM starts
    import pyspark.sql  # noqa: F401

    jvm.connect(60)
    from .access import Access
    from .active import give_each_thread_its_session
    from .catalog import Catalog
    from .door import open_door
    from .output import divide
    from .session import open_session
    from .statements import Statements
    from .tasks import Tasks
    from .warm_up import warm_up
    from .wheel import Wheels

    root = open_session(given["home"], given["cores"], given["settings"])
    give_each_thread_its_session(root)
    access = Access(given["home"], given["groups"])
    catalog = Catalog(root, given["home"], access.gone)
    restored = catalog.restore()
    catalog.listen()
    root.sql("select 1").toArrow()
    statements = Statements(root, access)
    tasks = Tasks(root, Wheels(given["home"]), divide())
    port = open_door(
        {
            "/open": statements.open,
            "/close": statements.close,
            "/run": statements.run,
            "/cancel": statements.cancel,
            "/task": tasks.run,
            "/task/cancel": tasks.cancel,
            "/warm-up": lambda _: warm_up(root, os.path.join(given["home"], "scratch")) or {},
        },
        given["secret"],
    )
    took = round(time.monotonic() - began, 2)
    events.write(json.dumps({"kind": "ready", "port": port, "restored": restored, "seconds": took}) + "\n")


if __name__ == "__main__":
    main()
