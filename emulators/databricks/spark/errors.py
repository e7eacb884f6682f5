"""What went wrong, in the engine's own words and with its SQLSTATE."""

import re

from py4j.protocol import Py4JJavaError


def explain(error):
    """Delta's exceptions reach Python as a bare Py4JJavaError, so the message is dug out of the cause."""
    state = getattr(error, "getSqlState", lambda: None)()
    condition = getattr(error, "getCondition", lambda: None)()
    text = str(error)
    origin = error.java_exception if isinstance(error, Py4JJavaError) else None
    if origin is None and text.startswith(("Exception thrown in", "Job aborted")):
        origin = getattr(error, "_origin", None)
    if origin is not None:
        while origin.getCause() is not None:
            origin = origin.getCause()
        text = origin.getMessage() or origin.toString()
        state = state or sql_state(origin)
    text = text.split("\n\nJVM stacktrace")[0].strip()
    named = re.match(r"\[([A-Z0-9_.]+)\]", text)
    return {
        "message": text,
        "condition": condition or (named.group(1) if named else None),
        "sqlState": state or "HY000",
    }


def sql_state(origin):
    try:
        return origin.getSqlState()
    except Exception:  # noqa: BLE001 - most Java exceptions have no such method, and that is the answer
        return None
