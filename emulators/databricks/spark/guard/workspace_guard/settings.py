"""Serverless compute has six settings. Any other cannot be asked for, set or unset."""

import re

from . import wrap
from .task import is_called_by_pyspark

# Answered here: open Spark does not have it.
TIMEOUT = "spark.databricks.execution.timeout"
AVAILABLE = {
    "spark.sql.shuffle.partitions",
    "spark.sql.session.timeZone",
    "spark.sql.ansi.enabled",
    "spark.sql.files.maxPartitionBytes",
    "spark.sql.legacy.timeParserPolicy",
    TIMEOUT,
}
_SET = re.compile(r"\s*(?:RE)?SET\s+`?([\w.]+\.[\w.]+)`?\s*(?:=.*)?;?\s*$", re.IGNORECASE | re.DOTALL)
_timeout = {TIMEOUT: "9000"}


def require_available(key):
    if key in AVAILABLE:
        return
    from pyspark.errors.exceptions.connect import AnalysisException

    raise AnalysisException(
        f"[CONFIG_NOT_AVAILABLE] Configuration {key} is not available. SQLSTATE: 42K0I",
        errorClass="CONFIG_NOT_AVAILABLE",
        messageParameters={"config": str(key)},
        sql_state="42K0I",
    )


def guard_settings(module):
    """Calls that pyspark makes for itself pass: each `collect` asks for one."""
    conf = module.RuntimeConf
    wrap(conf, "get", _guard_get)
    wrap(conf, "set", _guard_set)
    wrap(conf, "unset", _guard_unset)
    wrap(conf, "_set_all", _guard_set_all)


def guard_sql(module):
    def guard(original):
        def sql(self, sqlQuery, *arguments, **named):  # noqa: N803 - the name that callers may use
            match = _SET.match(sqlQuery)
            if match:
                require_available(match.group(1))
            return original(self, sqlQuery, *arguments, **named)

        return sql

    wrap(module.SparkSession, "sql", guard)


def _guard_get(original):
    def get(self, key, *default):
        if is_called_by_pyspark(1):
            return original(self, key, *default)
        require_available(key)
        return _timeout.get(key, *default) if key == TIMEOUT else original(self, key, *default)

    return get


def _guard_set(original):
    def set_(self, key, value):
        if is_called_by_pyspark(1):
            return original(self, key, value)
        require_available(key)
        if key != TIMEOUT:
            return original(self, key, value)
        _timeout[TIMEOUT] = str(value)
        return None

    return set_


def _guard_unset(original):
    def unset(self, key):
        require_available(key)
        if key != TIMEOUT:
            return original(self, key)
        _timeout[TIMEOUT] = "9000"
        return None

    return unset


def _guard_set_all(original):
    """Options of a session's builder, which are left out in silence when there is no such setting."""

    def set_all(self, configs, silent):
        return original(self, {key: value for key, value in configs.items() if key in AVAILABLE - {TIMEOUT}}, silent)

    return set_all
