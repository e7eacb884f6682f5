"""What serverless compute refuses although open Spark and a local disk allow it."""

import functools


def install():
    """Files are guarded at once, pyspark when a job imports it: that costs a second, and not every process does."""
    from . import compute, grants, requests, settings
    from .imports import after_import
    from .tables import guard_tables
    from .volumes import guard_volumes

    guard_volumes()
    guard_tables()
    connect = "pyspark.sql.connect"
    after_import(f"{connect}.conf", settings.guard_settings)
    after_import(f"{connect}.session", settings.guard_sql)
    after_import(f"{connect}.session", compute.guard_sql)
    after_import(f"{connect}.session", requests.guard_sql)
    after_import(f"{connect}.dataframe", compute.guard_frames)
    after_import(f"{connect}.catalog", compute.guard_catalog)
    after_import(f"{connect}.streaming.readwriter", compute.guard_streams)
    after_import(f"{connect}.session", grants.guard_sql)
    after_import(f"{connect}.readwriter", grants.guard_tables)
    after_import(f"{connect}.dataframe", grants.guard_frames)
    after_import(f"{connect}.streaming.readwriter", grants.guard_streams)
    after_import(f"{connect}.client.core", requests.count_calls)


def wrap(owner, name, create):
    """Replaces a function by the one that `create` makes of it."""
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(create(original)))
