"""A task of the strict mode: a process of its own that reaches Spark through Connect, as on serverless compute."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from itertools import count
from pathlib import Path

from pyspark import InheritableThread

from .java import die_with_parent
from .job_grants import JobGrants

# How long a task may clean up after its streams and queries were stopped, before its process is killed.
GRACE_SECONDS = 3
MODULES = str(Path(__file__).resolve().parents[1])
VOLUME_PRIVILEGES = ["READ_VOLUME", "WRITE_VOLUME"]
# What a process needs of the machine. Everything else, secrets first of all, is not for a job.
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


# Serverless compute decides by itself how large the parts are in which a file is read.
SPLITS = "spark.sql.files.maxPartitionBytes"
SPLIT_MEGABYTES = (1, 4, 128)


class ConnectTasks:
    """What the processes of all tasks share."""

    def __init__(self, connect, wheels, guard, access, seed):
        self.connect, self.wheels, self.guard, self.access = connect, wheels, guard, access
        self.by_session = {}
        self.seed, self.attempts = seed, count(1)

    def create(self, request):
        return ConnectTask(self, request)

    def create_grants(self, root, checks):
        return JobGrants(root, checks, self.by_session.get, self.connect.find_session)

    def draw_splits(self, session, task):
        """Another size of splits for each attempt. The same seed draws the same sizes again."""
        attempt = next(self.attempts)
        megabytes = random.Random(f"{self.seed}/{attempt}").choice(SPLIT_MEGABYTES)
        self.connect.set(session, SPLITS, str(megabytes * 1024 * 1024))
        text = f"Task {task} reads files in parts of {megabytes} MB: attempt {attempt} by seed {self.seed}."
        print(text, file=sys.stderr, flush=True)


class ConnectTask:
    def __init__(self, tasks, request):
        self.tasks, self.request, self.session = tasks, request, str(uuid.uuid4())
        self.child, self.is_canceled, self.lock = None, False, threading.Lock()

    def run(self):
        request, guard = self.request, self.tasks.guard
        place = self.tasks.wheels.make_current(request["wheel"])
        guard.open(self.session, request["isOnCluster"], self._find_rights())
        self.tasks.by_session[self.session] = self
        os.makedirs(os.path.dirname(request["log"]), exist_ok=True)
        try:
            self.tasks.draw_splits(self.session, request["task"])
            with open(request["log"], "ab") as log:
                return self._outcome(self._perform(place, log))
        finally:
            del self.tasks.by_session[self.session]
            self.tasks.connect.close(self.session)
            guard.close(self.session, request["task"])

    def _find_rights(self):
        """By the folder of each volume, what the task's principal may do there."""
        access, principal = self.tasks.access, self.request["principal"]
        if access.is_admin(principal):
            return {volume["folder"]: VOLUME_PRIVILEGES for volume in self.request["volumes"]}
        identities, rights = access.identities(principal), {}
        for volume in self.request["volumes"]:
            mine = [grant["privileges"] for grant in volume["grants"] if grant["principal"] in identities]
            rights[volume["folder"]] = sorted({privilege for privileges in mine for privilege in privileges})
        return rights

    def cancel(self):
        with self.lock:
            is_first, self.is_canceled = not self.is_canceled, True
            if self.child is None:
                return
        # A stream that does not stop must not keep the process from its end.
        InheritableThread(target=self.tasks.connect.interrupt, args=(self.session,), daemon=True).start()
        if is_first:
            timer = threading.Timer(GRACE_SECONDS, self._kill)
            timer.daemon = True
            timer.start()

    def _kill(self):
        with self.lock:
            if self.child.poll() is None:
                # The process has a group of its own, so what it has started ends with it.
                os.killpg(self.child.pid, signal.SIGKILL)

    def _perform(self, place, log):
        """Answers what the process said of its failure: nothing if all went well, or if it could not say it."""
        read, write = os.pipe()
        with open(read, encoding="utf-8") as failure:
            try:
                with self.lock:
                    if self.is_canceled:
                        return ""
                    self.child = self._start(place, log, write)
            finally:
                os.close(write)
            self.child.stdin.write(f"{json.dumps({**self.request, 'place': place, 'failure': write})}\n".encode())
            self.child.stdin.flush()
            text = failure.read()
            self.child.wait()
            self.child.stdin.close()
            return text

    def _start(self, place, log, write):
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {
            "SPARK_REMOTE": self.tasks.connect.address(self.session),
            "PYTHONPATH": os.pathsep.join([MODULES, self.tasks.guard.modules, place]),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            # The folder that it starts in is not a place of modules.
            "PYTHONSAFEPATH": "1",
            **self.tasks.guard.environment,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "spark.task_process"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=self.tasks.guard.scratch,
            pass_fds=[write],
            preexec_fn=die_with_parent,
        )

    def _outcome(self, failure):
        code = None if self.child is None else self.child.returncode
        if self.is_canceled:
            return {"ended": "canceled", **({"trace": json.loads(failure)["trace"]} if failure else {})}
        if code == 0:
            return {"ended": "succeeded"}
        if failure:
            return {"ended": "failed", **json.loads(failure)}
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return {"ended": "failed", "error": f"The process of the task ended with {how}. See its log.", "trace": ""}
