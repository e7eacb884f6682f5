"""Counts what a task asks of the server, in its own process and in its workers."""

import re

from . import wrap
from .task import guard

_KINDS = {
    "_execute": "statement",
    "_execute_and_fetch_as_iterator": "statement",
    "_analyze": "analysis",
    "config": "configuration",
}


# What asks for a table's properties, versions or files, and reads none of its rows.
_METADATA = re.compile(r"\s*(DESCRIBE|DESC|SHOW)\s", re.IGNORECASE)


def count_calls(module):
    client = module.SparkConnectClient
    wrap(client, "__init__", _remember_session)
    wrap(client, "_cleanup_ml_cache", _end_counting)
    for name, kind in _KINDS.items():
        wrap(client, name, _count(kind))


def _remember_session(original):
    def __init__(self, *arguments, **named):  # noqa: N807 - it takes the place of one
        original(self, *arguments, **named)
        guard.session = self._session_id

    return __init__


def _end_counting(original):
    """What pyspark asks for when Python ends is no request of the job."""

    def clean_up(self):
        guard.session = None
        original(self)

    return clean_up


def _count(kind):
    def count(original):
        def call(*arguments, **named):
            guard.count(kind)
            return original(*arguments, **named)

        return call

    return count


def guard_sql(module):
    """A statement of pure metadata is counted as such, beside the requests that it takes."""

    def count_metadata(original):
        def sql(self, sqlQuery, *arguments, **named):  # noqa: N803 - the name that callers may use
            if _METADATA.match(sqlQuery):
                guard.count("metadata")
            return original(self, sqlQuery, *arguments, **named)

        return sql

    wrap(module.SparkSession, "sql", count_metadata)
