"""The wheel tasks that run. How one runs is up to the mode: `classic_task.py` or `connect_task.py`."""


class Tasks:
    def __init__(self, mode, optimize):
        self.mode, self.optimize, self.running = mode, optimize, {}

    def run(self, request):
        """Blocks until the task has ended; the answer says how."""
        task = self.mode.create(request)
        self.running[request["task"]] = task
        try:
            return task.run()
        finally:
            del self.running[request["task"]]
            # Not beside another task, which would fail at random: there it commits to the same tables.
            if self.optimize is not None and not self.running:
                self.optimize()

    def cancel(self, request):
        """Called again and again until the task has ended: a task may be about to start its next query."""
        task = self.running.get(request["task"])
        if task is not None:
            task.cancel()
        return {"found": task is not None}
