"""Wheel tasks: a thread, a session and a log file each; cancelled by group, by stream, and at last by force."""

import ctypes
import os
import sys
import threading
import traceback

from pyspark import InheritableThread

from .active import act_as, speak_as
from .errors import explain
from .wheel import takes_arguments

# How long a task may clean up after its streams and queries were stopped, before its thread is interrupted.
GRACE_SECONDS = 3
POLL_SECONDS = 0.2


class TaskCanceled(BaseException):
    """Not an Exception, so that a job's own `except Exception` does not hide it."""


class Tasks:
    def __init__(self, root, wheels, send_output):
        self.root, self.wheels, self.send_output = root, wheels, send_output
        self.running, self.argv_lock = {}, threading.Lock()

    def run(self, request):
        """Blocks until the task has ended; the answer says how."""
        task = Task(self, request)
        self.running[request["task"]] = task
        try:
            task.start()
            task.thread.join()
        finally:
            del self.running[request["task"]]
        return task.outcome

    def cancel(self, request):
        task = self.running.get(request["task"])
        if task is not None:
            task.cancel()
        return {"found": task is not None}


class Task:
    def __init__(self, tasks, request):
        self.tasks, self.request, self.outcome = tasks, request, {}
        self.canceled = threading.Event()
        self.session = tasks.root.newSession()
        self.thread = InheritableThread(target=self._perform, name=request["task"], daemon=True)

    def start(self):
        self.thread.start()

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
        function = self.tasks.wheels.entry_point(request["wheel"], request["package"], request["entry"])
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
