"""Whether the principal of a task may do what its job is about to do: asked by the guard in the job's processes."""

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from .active import act_as, speak_as
from .checks import exists, texts
from .job_views import answered


class JobGrants:
    """`find_task` answers the task of a session, and nothing for a session that no task has."""

    def __init__(self, root, checks, find_task, find_session):
        self.root, self.checks, self.find_task, self.find_session = root, checks, find_task, find_session

    def check(self, request):
        """Answers nothing if all is well, or a query to read instead of a view.

        Raises AccessDenied, which the guard raises in the job.
        """
        task = self.find_task(request["session"])
        if task is None:
            raise ValueError(f"No task has the session '{request['session']}'. Only a running job may ask.")
        access, principal = self.checks.access, task.request["principal"]
        session = SparkSession(self.root.sparkContext, self.find_session(request["session"]))
        act_as(session)
        speak_as(session, principal)
        kind, text = request["kind"], request["text"]
        try:
            created = None if access.is_admin(principal) else self.ask(session, principal, kind, text)
            groups = access.groups.get(principal, [])
            view = answered(self.root, session, text, groups) if kind == "read" else None
        except (PySparkException, Py4JJavaError):
            # What cannot be analysed fails in the job itself, with the error that belongs there.
            return {}
        if created:
            access.own(created, principal)
        return {"instead": view} if view else {}

    def ask(self, session, principal, kind, text):
        """Answers the name of what the call would create."""
        if kind == "write":
            return self.need_to_write(session, principal, text)
        # A view of the session is no table of the catalog: the analysis knows which is which.
        statement = text if kind == "statement" else f"SELECT * FROM {text}"
        return self.checks.check(session, principal, statement)[0]

    def need_to_write(self, session, principal, text):
        name = texts(session._jsparkSession.sessionState().sqlParser().parseMultipartIdentifier(text))[-2:]
        name = name if len(name) > 1 else [session.catalog.currentDatabase(), *name]
        if exists(session, name):
            self.checks.access.need(principal, "MODIFY", name)
            return None
        self.checks.access.need(principal, "USE SCHEMA", name[:1])
        self.checks.access.need(principal, "CREATE TABLE", name[:1])
        return name
