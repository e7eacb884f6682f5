"""Statement parameters: from the wire's type and text to a literal of that type."""

import decimal
import re

# What is quoted, or a remark, is no place for a parameter or a function.
QUOTED = re.compile(r"""('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|/\*.*?\*/)""", re.S)
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


def inlined(sql, parameters):
    """The statement with its values in it, to be looked at and not to be run."""
    if not parameters:
        return sql
    named = {p["name"]: written(p) for p in parameters if p.get("name")}
    ordinal = iter([written(p) for p in parameters])
    pieces = QUOTED.split(sql)
    for n in range(0, len(pieces), 2):
        if named:
            pieces[n] = re.sub(r"(?<![:\w]):(\w+)", lambda m: named.get(m.group(1), m.group(0)), pieces[n])
        else:
            pieces[n] = re.sub(r"\?", lambda m: next(ordinal, m.group(0)), pieces[n])
    return "".join(pieces)


def written(parameter):
    value, kind = parameter.get("value"), (parameter.get("type") or "STRING").upper()
    if value is None or kind == "VOID":
        return "NULL"
    text = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return text if kind == "STRING" else f"cast({text} as {'INT' if kind == 'INTEGER' else kind})"
