"""SQL statements of the warehouse: a Spark session per driver session, Arrow bytes out."""

import re
import threading

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .active import act_as, classes, speak_as
from .checks import Checks
from .parameters import arguments, inlined
from .permissions import NOTHING, Permissions
from .session import STATEMENT_SETTINGS

# The driver's Arrow decoder has no form for these, so they travel as text, as they do in a workspace.
AS_TEXT = (T.NullType, T.VariantType, T.DayTimeIntervalType, T.YearMonthIntervalType, T.CalendarIntervalType)
ROWS_PER_BATCH = 50_000


class Statements:
    def __init__(self, root, access, optimization):
        self.root, self.sessions, self.lock = root, {}, threading.Lock()
        self.access, self.checks = access, Checks(access)
        self.permissions = Permissions(root, access, optimization)

    def open(self, request):
        session = self.root.newSession()
        act_as(session)
        catalog, schema = request.get("catalog"), request.get("schema")
        if catalog:
            session.sql(f"SET CATALOG `{catalog}`")
        if schema:
            session.sql(f"USE SCHEMA `{schema}`")
        for key, value in {**STATEMENT_SETTINGS, **(request.get("settings") or {})}.items():
            session.conf.set(key, value)
        with self.lock:
            self.sessions[request["session"]] = session
        return {}

    def close(self, request):
        with self.lock:
            self.sessions.pop(request["session"], None)
        return {}

    def cancel(self, request):
        self.root.sparkContext.cancelJobGroup(request["operation"])
        return {}

    def run(self, request):
        """Answers the head (columns, lengths) and the byte strings that follow it."""
        session = self.sessions[request["session"]]
        context = session.sparkContext
        act_as(session)
        speak_as(session, request["principal"])
        context.setJobGroup(request["operation"], request["sql"][:60], True)
        context.setLocalProperty("spark.scheduler.pool", "gates")
        principal, parameters = request["principal"], request.get("parameters")
        values, sql = arguments(parameters), self.permissions.translate(to_open_source(request["sql"]))
        answer = self.permissions.run(session, principal, sql)
        if answer is not None:
            return answer if isinstance(answer, tuple) else to_frame(answer)
        # An admin may everything, and pays nothing for it.
        is_free = self.access.is_admin(principal)
        created, plan = (None, None) if is_free else self.checks.check(session, principal, inlined(sql, parameters))
        if plan is not None:
            # Analysed once is enough: with many tables that costs more than the answer.
            return to_frame(DataFrame(classes(session, "Dataset").ofRows(session._jsparkSession, plan), session))
        frame = session.sql(sql, args=values) if values else session.sql(sql)
        if created:
            self.access.own(created, principal)
        return to_frame(frame)


def to_open_source(sql):
    """The one statement whose wording differs between a workspace and plain Spark."""
    return re.sub(r"^\s*USE\s+CATALOG\b", "SET CATALOG", sql, flags=re.IGNORECASE)


def to_frame(frame):
    fields = frame.schema.fields
    if not fields:
        return NOTHING
    if any(isinstance(field.dataType, AS_TEXT) for field in fields):
        # Renamed by position: result columns may share a name.
        plain = frame.toDF(*[f"c{n}" for n in range(len(fields))])
        frame = plain.select(*[shown(f"c{n}", field) for n, field in enumerate(fields)]).toDF(*[f.name for f in fields])
    table = frame.toArrow()
    head = table.schema.serialize().to_pybytes()
    batches = [b for b in table.to_batches(max_chunksize=ROWS_PER_BATCH) if b.num_rows]
    bodies = [batch.serialize().to_pybytes() for batch in batches]
    columns = [{"name": f.name, "type": type_name(f.dataType)} for f in fields]
    lengths = [[len(body), batch.num_rows] for body, batch in zip(bodies, batches, strict=True)]
    return {"columns": columns, "schema": len(head), "batches": lengths}, [head, *bodies]


def shown(name, field):
    return F.col(name).cast("string") if isinstance(field.dataType, AS_TEXT) else F.col(name)


def type_name(kind):
    return "string" if isinstance(kind, AS_TEXT) else kind.simpleString()
