"""Serverless compute keeps nothing in memory, has no global temporary views, and its streams come to an end."""

import re

from . import wrap
from .task import guard

_CACHE = re.compile(r"\s*CACHE\s", re.IGNORECASE)
_GLOBAL_VIEW = re.compile(r"\s*CREATE\s+(OR\s+REPLACE\s+)?GLOBAL\s+TEMP", re.IGNORECASE)


def guard_frames(module):
    for name in ("cache", "persist"):
        wrap(module.DataFrame, name, _refuse("PERSIST TABLE"))
    for name in ("createGlobalTempView", "createOrReplaceGlobalTempView"):
        wrap(module.DataFrame, name, _refuse("GLOBAL TEMPORARY VIEW"))


def guard_catalog(module):
    wrap(module.Catalog, "cacheTable", _refuse("CACHE TABLE"))


def guard_sql(module):
    def guard_text(original):
        def sql(self, sqlQuery, *arguments, **named):  # noqa: N803 - the name that callers may use
            if _CACHE.match(sqlQuery):
                _require_cluster("CACHE TABLE")
            if _GLOBAL_VIEW.match(sqlQuery):
                _require_cluster("GLOBAL TEMPORARY VIEW")
            return original(self, sqlQuery, *arguments, **named)

        return sql

    wrap(module.SparkSession, "sql", guard_text)


def guard_streams(module):
    def guard_start(original):
        def start(self, *arguments, **named):
            if not self._write_proto.available_now and not guard.is_on_cluster():
                raise _error(
                    "INFINITE_STREAMING_TRIGGER_NOT_SUPPORTED",
                    "The trigger of a stream on serverless compute must be availableNow.",
                )
            return original(self, *arguments, **named)

        return start

    wrap(module.DataStreamWriter, "_start_internal", guard_start)


def _refuse(what):
    def guard_call(original):
        def call(*arguments, **named):
            _require_cluster(what)
            return original(*arguments, **named)

        return call

    return guard_call


def _require_cluster(what):
    if not guard.is_on_cluster():
        raise _error("NOT_SUPPORTED_WITH_SERVERLESS", f"{what} is not supported on serverless compute.")


def _error(condition, text):
    from pyspark.errors.exceptions.connect import AnalysisException

    return AnalysisException(
        f"[{condition}] {text} SQLSTATE: 0A000", errorClass=condition, messageParameters={}, sql_state="0A000"
    )
