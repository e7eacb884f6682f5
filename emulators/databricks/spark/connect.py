"""Spark Connect in the warm JVM: where it listens, and how a session of a task is interrupted and closed."""

SETTINGS = {
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    # Whoever stops a stream may wait for its micro-batch, but not for ever.
    "spark.sql.streaming.stopTimeout": "10000",
}
SERVICE = "org.apache.spark.sql.connect.service"
USER = "job"


class Connect:
    def __init__(self, root):
        self.jvm = root._jvm
        self.service = getattr(getattr(self.jvm, f"{SERVICE}.SparkConnectService$"), "MODULE$")
        self.port = self.service.localPort()

    def address(self, session):
        return f"sc://127.0.0.1:{self.port}/;user_id={USER};session_id={session}"

    def set(self, session, name, value):
        """Sets something before the session's own process has connected, so that the job finds it there."""
        nothing = getattr(getattr(self.jvm, "scala.None$"), "MODULE$")
        holder = self.service.sessionManager().getOrCreateIsolatedSession(self._key(session), nothing)
        holder.session().conf().set(name, value)

    def interrupt(self, session):
        """Stops the streams and the queries of a session. It may not have connected yet."""
        holder = self._find(session)
        if holder is None:
            return
        for query in holder.session().streams().active():
            query.stop()
        holder.interruptAll()

    def close(self, session):
        """Ends what a session has left behind, its workers included."""
        if self._find(session) is not None:
            self.service.sessionManager().closeSession(self._key(session), False)

    def find_session(self, session):
        """The server's side of a task's session, with its temporary views. It is there from the first call on."""
        holder = self.service.getOrCreateIsolatedSession(USER, session, self.jvm.scala.Option.empty())
        return holder.session()

    def _find(self, session):
        holder = self.service.sessionManager().getIsolatedSessionIfPresent(self._key(session))
        return holder.get() if holder.isDefined() else None

    def _key(self, session):
        return getattr(self.jvm, f"{SERVICE}.SessionKey")(USER, session)
