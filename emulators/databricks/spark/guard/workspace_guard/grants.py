"""A job needs its grants: each table that it names is asked for, before the job's own call, as a statement would be."""

import json
from urllib.request import Request, urlopen

from . import wrap
from .task import guard


def guard_sql(module):
    def guard_text(original):
        def sql(self, sqlQuery, *arguments, **named):  # noqa: N803 - the name that callers may use
            _ask("statement", sqlQuery)
            return original(self, sqlQuery, *arguments, **named)

        return sql

    guard.run_sql = module.SparkSession.sql
    wrap(module.SparkSession, "sql", guard_text)


def guard_tables(module):
    def guard_read(original):
        def table(self, tableName):  # noqa: N803 - the name that callers may use
            view = _ask("read", tableName)
            return original(self, tableName) if view is None else guard.run_sql(self._client, view)

        return table

    wrap(module.DataFrameReader, "table", guard_read)
    for name in ("saveAsTable", "insertInto"):
        wrap(module.DataFrameWriter, name, _before("write"))


def guard_frames(module):
    wrap(module.DataFrame, "writeTo", _before("write"))


def guard_streams(module):
    wrap(module.DataStreamReader, "table", _before("read"))
    wrap(module.DataStreamWriter, "toTable", _before("write"))


def _before(kind):
    def guard_call(original):
        def call(self, name, *arguments, **named):
            _ask(kind, name)
            return original(self, name, *arguments, **named)

        return call

    return guard_call


def _ask(kind, text):
    """The workspace answers for the principal of the task, whom it knows by the session.

    Returns the query that takes the place of a view, if there is one.
    """
    question = json.dumps({"session": guard.session, "kind": kind, "text": text}).encode()
    address = f"http://127.0.0.1:{guard.task()['door']}/task/check"
    with urlopen(Request(address, question, {"content-type": "application/json"})) as response:
        answer = json.load(response)
    if "error" not in answer:
        return answer.get("instead")
    from pyspark.errors.exceptions.connect import SparkConnectGrpcException

    error = answer["error"]
    raise SparkConnectGrpcException(
        f"(org.apache.spark.SparkSecurityException) {error['message']} SQLSTATE: {error['sqlState']}",
        errorClass=error["condition"],
        messageParameters={},
        sql_state=error["sqlState"],
    )
