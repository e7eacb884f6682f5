"""A session per thread. PySpark keeps one active session per process, but here every task has its own."""

from pyspark.sql import SparkSession


def classes(session, name="SparkSession"):
    return getattr(session._jvm, f"org.apache.spark.sql.classic.{name}")


def act_as(session):
    """Makes the session the active one of this thread, in the JVM where SparkSession.active looks."""
    classes(session).setActiveSession(session._jsparkSession)


def speak_as(session, principal):
    """What current_user() answers in this thread."""
    context = getattr(session._jvm, "org.apache.spark.sql.catalyst.CurrentUserContext")
    context.CURRENT_USER().set(principal)


def give_each_thread_its_session(root):
    """Job code asks SparkSession.getActiveSession() or builder.getOrCreate(); both must find the task's session."""

    def of_thread(cls):
        active = classes(root).getActiveSession()
        return SparkSession(root.sparkContext, active.get()) if active.isDefined() else root

    def get_or_create(builder):
        session = of_thread(SparkSession)
        for key, value in builder._options.items():
            if not key.startswith(("spark.master", "spark.app.")):
                session.conf.set(key, value)
        return session

    SparkSession.getActiveSession = classmethod(of_thread)
    SparkSession.active = classmethod(of_thread)
    SparkSession.Builder.getOrCreate = get_or_create
