"""Entry of the Spark process: reads its settings from standard input, and ends when standard input ends."""

import json
import os
import sys
import threading
import time


def main():
    began = time.monotonic()
    settings = json.loads(sys.stdin.readline())
    # What the workspace reads is a private copy of standard output; everything else that prints goes to the log.
    events = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    from .guarding import Guarding
    from .java import Jvm

    guard = Guarding(settings["home"], settings["strict"]) if settings["strict"] else None
    workers = guard.worker_environment(sys.executable) if guard else {}
    jvm = Jvm(settings["jars"], settings["archives"], settings["draws"], workers)
    threading.Thread(target=leave_with, args=(jvm, settings), daemon=True).start()
    serve(settings, jvm, guard, events, began)
    jvm.child.wait()
    if jvm.leaving:
        threading.Event().wait()
    print(f"The JVM ended with code {jvm.child.returncode}.", file=sys.stderr, flush=True)
    os._exit(70)


def leave_with(jvm, settings):
    """Standard input ends when the workspace leaves, however it leaves. Nothing may stay behind."""
    is_orderly = sys.stdin.readline() != ""
    jvm.end(settings["endSeconds"] if is_orderly else 2)
    os._exit(0)


def serve(settings, jvm, guard, events, began):
    import pyarrow  # noqa: F401 - imported while the JVM starts
    import pyspark.sql  # noqa: F401

    jvm.connect(60)
    from .access import Access
    from .active import give_each_thread_its_session
    from .catalog import Catalog
    from .connect import SETTINGS as CONNECT
    from .optimization import PredictiveOptimization
    from .server import start_server
    from .session import open_session
    from .statements import Statements
    from .tasks import Tasks

    root = open_session(settings["home"], settings["cores"], {**(CONNECT if guard else {}), **settings["settings"]})
    give_each_thread_its_session(root)
    access = Access(settings["home"], settings["groups"], settings["catalogOwner"])
    catalog = Catalog(root, settings["home"], access.gone)
    restored = catalog.restore()
    catalog.listen()
    root.sql("select 1").toArrow()
    optimization = PredictiveOptimization(root, settings["home"], access)
    statements = Statements(root, access, optimization)
    mode = create_mode(root, settings, guard, access)
    tasks = Tasks(mode, optimization.run if guard else None)
    routes = create_routes(root, settings["home"], statements, tasks)
    open_routes = {"/task/check": mode.create_grants(root, statements.checks).check} if guard else {}
    port = start_server(routes, settings["secret"], open_routes)
    if guard:
        guard.listen(port)
    took = round(time.monotonic() - began, 2)
    events.write(json.dumps({"kind": "ready", "port": port, "restored": restored, "seconds": took}) + "\n")


def create_routes(root, home, statements, tasks):
    from .warm_up import warm_up

    return {
        "/open": statements.open,
        "/close": statements.close,
        "/run": statements.run,
        "/cancel": statements.cancel,
        "/task": tasks.run,
        "/task/cancel": tasks.cancel,
        "/warm-up": lambda _: warm_up(root, os.path.join(home, "scratch")) or {},
    }


def create_mode(root, settings, guard, access):
    """How tasks run: each in a process behind Spark Connect, or in threads of this process, which is quicker."""
    from .wheel import Wheels

    home = settings["home"]
    if guard is None:
        from .classic_task import ClassicTasks

        return ClassicTasks(root, Wheels(home))
    from .connect import Connect
    from .connect_task import ConnectTasks

    return ConnectTasks(Connect(root), Wheels(home, by_name=True), guard, access, settings["seed"])


if __name__ == "__main__":
    main()
