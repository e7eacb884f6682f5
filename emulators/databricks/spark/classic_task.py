"""A task of the quick mode: a thread, a session and a log file; cancelled by group, by stream, and at last by force."""

import ctypes
import os
import sys
import threading
import traceback

from pyspark import InheritableThread

from .active import act_as, speak_as
from .entry_point import takes_arguments
from .errors import explain
from .output import divide

# How long a task may clean up after its streams and queries were stopped, before its thread is interrupted.
GRACE_SECONDS = 3
POLL_SECONDS = 0.2


class TaskCanceled(BaseException):
    """Not an Exception, so that a job's own `except Exception` does not hide it."""


class ClassicTasks:
    """What the threads of this process share."""

    def __init__(self, root, wheels):
        self.root, self.wheels = root, wheels
        self.send_output, self.argv_lock = divide(), threading.Lock()

    def create(self, request):
        return ClassicTask(self, request)


class ClassicTask:
    def __init__(self, tasks, request):
        self.tasks, self.request, self.outcome = tasks, request, {}
        self.canceled = threading.Event()
        self.session = tasks.root.newSession()
        self.thread = InheritableThread(target=self._perform, name=request["task"], daemon=True)

    def run(self):
        self.thread.start()
        self.thread.join()
        return self.outcome

    def cancel(self):
        if not self.canceled.is_set():
            self.canceled.set()
            InheritableThread(target=self._stop_everything, daemon=True).start()

    def _perform(self):
        request, session = self.request, self.session
        os.makedirs(os.path.dirname(request["log"]), exist_ok=True)
        with open(request["log"], "a", encoding="utf-8", buffering=1) as log:
            self.tasks.send_output(log)
            try:
                act_as(session)
                speak_as(session, request["principal"])
                session.sparkContext.setJobGroup(request["task"], request["name"], True)
                session.sparkContext.setLocalProperty("spark.scheduler.pool", "jobs")
                self._call()
                self.outcome = {"ended": "canceled" if self.canceled.is_set() else "succeeded"}
            except BaseException as error:  # noqa: BLE001 - whatever ends a task is its outcome
                self.outcome = self._failure(error)
            finally:
                self.tasks.send_output(None)

    def _call(self):
        request = self.request
        function = self.tasks.wheels.load_entry_point(request["wheel"], request["package"], request["entry"])
        if takes_arguments(function):
            self._accept(function(request["arguments"]))
            return
        # The name and arguments of the process belong to all threads, so such tasks start one after the other.
        with self.tasks.argv_lock:
            before, sys.argv = sys.argv, [request["package"], *request["arguments"]]
            try:
                self._accept(function())
            finally:
                sys.argv = before

    def _accept(self, answer):
        if isinstance(answer, int) and answer != 0:
            raise SystemExit(answer)

    def _failure(self, error):
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return {"ended": "canceled" if self.canceled.is_set() else "succeeded"}
        trace = traceback.format_exc()
        if self.canceled.is_set() or isinstance(error, TaskCanceled):
            return {"ended": "canceled", "trace": trace}
        reason = f"exit code {error.code}" if isinstance(error, SystemExit) else explain(error)["message"]
        return {"ended": "failed", "error": f"{type(error).__name__}: {reason}", "trace": trace}

    def _stop_everything(self):
        """Again and again, since the job may be about to start its next query when the first cancel arrives."""
        context, waited = self.session.sparkContext, 0.0
        while self.thread.is_alive():
            for query in self.session.streams.active:
                query.stop()
            context.cancelJobGroup(self.request["task"])
            self.thread.join(POLL_SECONDS)
            waited += POLL_SECONDS
            if waited >= GRACE_SECONDS and self.thread.is_alive():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self.thread.ident), ctypes.py_object(TaskCanceled)
                )
                waited = 0.0
