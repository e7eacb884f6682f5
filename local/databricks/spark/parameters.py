"""Statement parameters: from the wire's type and text to a literal of that type."""

import decimal
import re

TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ")


def arguments(parameters):
    """Named or ordinal, as the caller sent them; None when there are none."""
    if not parameters:
        return None
    if parameters[0].get("name"):
        return {p["name"]: literal(p) for p in parameters}
    return [literal(p) for p in parameters]


def literal(parameter):
    """Only literals are legal arguments, so a value is never wrapped in a cast."""
    from pyspark.sql import functions as F

    value, kind = parameter.get("value"), (parameter.get("type") or "STRING").upper()
    if value is None or kind == "VOID":
        return None
    base = kind.split("(")[0]
    if base == "STRING":
        return value
    if base == "BOOLEAN":
        return value.lower() == "true"
    if base in ("INTEGER", "INT", "SMALLINT", "TINYINT"):
        return int(value)
    if base in ("DOUBLE", "FLOAT"):
        return float(value)
    if base == "BIGINT":
        return F.expr(f"{int(value)}L")
    if base == "DECIMAL":
        return F.expr(f"{scaled(value, kind):f}BD")
    if base in TIMES and re.fullmatch(r"[0-9T:. +Z-]+", value):
        return F.expr(f"{base} '{value}'")
    raise ValueError(f"Parameter '{parameter.get('name') or value}' has type '{kind}', which is not supported here.")


def scaled(value, kind):
    number = decimal.Decimal(value)
    if "," not in kind:
        return number
    scale = int(kind.rstrip(")").split(",")[1])
    return number.quantize(decimal.Decimal(1).scaleb(-scale), context=decimal.Context(prec=38))
