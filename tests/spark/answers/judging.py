"""Lines, read and judged without Spark: the second opinion on bronze.

Nothing here looks at the contracts; the rules are written a second time, from their descriptions.
"""

import csv
import json
import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
LAST_SECOND = 253_402_300_799
MICROS = 1_000_000
TOPICS = {"user_info", "workout", "bpm"}


class Judged(NamedTuple):
    """A line and the table it belongs to; `row` has typed values, times in microseconds since 1970."""

    table: str
    line: str
    violations: tuple[str, ...]
    row: dict


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip(" ") or None
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value)


def micros(text: str | None) -> int | None:
    """Microseconds since 1970 of seconds written as text; nothing outside 1970 to 9999."""
    if text and len(text) < 12 and text.isdigit():
        return int(text) * MICROS
    try:
        seconds = Decimal(text or "")
    except InvalidOperation:
        return None
    if not seconds.is_finite() or not 0 <= seconds <= LAST_SECOND:
        return None
    return int((seconds * MICROS).quantize(Decimal(1), ROUND_HALF_UP))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _date(text: str | None) -> date | None:
    for pattern in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text or "", pattern).date()
        except ValueError:
            continue
    return None


def _json(text: object) -> dict | None:
    if isinstance(text, dict):
        return text
    try:
        # A bare NaN is no JSON number; as a text of its own it is no number either.
        found = json.loads(text or "", parse_constant=lambda name: f"bare {name}")
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _time_violations(name: str, text: str | None, time: int | None) -> list[str]:
    if text is None:
        return [f"{name}_missing"]
    return [f"{name}_is_not_a_time"] if time is None else []


def _missing(row: dict, *names: str) -> list[str]:
    return [f"{name}_missing" for name in names if row[name] is None]


def _bpm(value: dict) -> tuple[dict, list[str]]:
    time, rate = _text(value.get("time")), _text(value.get("heartrate"))
    row = {"device_id": _text(value.get("device_id")), "time": micros(time), "heartrate": _number(rate)}
    violations = _missing(row, "device_id") + _time_violations("time", time, row["time"])
    beats = row["heartrate"]
    if rate is None:
        violations.append("heart_rate_missing")
    elif beats is None:
        violations.append("heart_rate_is_not_a_number")
    elif not math.isfinite(beats):
        violations.append("heart_rate_is_not_finite")
    if beats is not None and beats <= 0:
        violations.append("heart_rate_is_not_positive")
    if beats is not None and beats > 250:
        violations.append("heart_rate_is_above_ceiling")
    return row, violations


def _workout(value: dict) -> tuple[dict, list[str]]:
    time = _text(value.get("timestamp")) or _text(value.get("time"))
    row = {name: _text(value.get(name)) for name in ("user_id", "workout_id", "session_id", "action")}
    row["time"] = micros(time)
    violations = _missing(row, "user_id", "workout_id", "session_id") + _time_violations("time", time, row["time"])
    return row, violations + ([] if row["action"] in ("start", "stop") else ["action_unknown"])


def _user_info(value: dict) -> tuple[dict, list[str]]:
    home = value.get("address") or {}
    row = {name: _text(value.get(name)) for name in ("user_id", "update_type", "sex", "gender", "first_name")}
    row["last_name"] = _text(value.get("last_name"))
    row |= {name: _text(home.get(name)) for name in ("street_address", "city", "state", "zip")}
    time, born = _text(value.get("timestamp")), _text(value.get("dob"))
    row |= {"updated": micros(time), "dob": _date(born)}
    violations = _missing(row, "user_id")
    if row["update_type"] not in ("new", "update", "delete"):
        violations.append("update_type_unknown")
    violations += _time_violations("updated", time, row["updated"])
    return row, violations + (["dob_is_not_a_date"] if born is not None and row["dob"] is None else [])


_VALUES = {"bpm": _bpm, "workout": _workout, "user_info": _user_info}


def _message(line: str) -> Judged:
    envelope = _json(line)
    if envelope is None:
        return Judged("unrouted", line, ("envelope_is_not_json",), {})
    topic = _text(envelope.get("topic"))
    if topic not in TOPICS:
        return Judged("unrouted", line, ("topic_missing" if topic is None else "topic_unknown",), {})
    value = _json(envelope.get("value"))
    if value is None:
        return Judged(topic, line, ("value_is_not_json",), {})
    row, violations = _VALUES[topic](value)
    return Judged(topic, line, tuple(violations), row)


def _mac_violations(mac: str | None) -> list[str]:
    if mac is None:
        return ["mac_address_missing"]
    return [] if MAC.fullmatch(mac) else ["mac_address_is_malformed"]


def _csv(table: str, header: list[str], line: str) -> Judged:
    cells = next(csv.reader([line]))
    if len(cells) != len(header):
        return Judged(table, line, ("line_has_wrong_columns",), {})
    row: dict = {name: _text(cell) for name, cell in zip(header, cells, strict=True)}
    row["mac_address"] = row["mac_address"] and row["mac_address"].lower()
    if table == "registered_users":
        text = row.pop("registration_timestamp")
        row["registered_at"] = micros(text)
        violations = _missing(row, "user_id", "device_id") + _mac_violations(row["mac_address"])
        return Judged(
            table, line, tuple(violations + _time_violations("registered_at", text, row["registered_at"])), row
        )
    entry, exit_ = row["login"], row["logout"]
    row |= {"login": micros(entry), "logout": micros(exit_)}
    violations = (
        _mac_violations(row["mac_address"]) + _missing(row, "gym") + _time_violations("login", entry, row["login"])
    )
    if exit_ is not None and row["logout"] is None:
        violations.append("logout_is_not_a_time")
    if None not in (row["login"], row["logout"]) and row["logout"] < row["login"]:
        violations.append("visit_ends_before_it_starts")
    return Judged(table, line, tuple(violations), row)


def judged(path: str, content: str) -> Iterator[Judged]:
    """The lines of a landed file; blank ones and the header are no lines."""
    dataset = path.split("/")[0]
    lines = (line for line in content.split("\n") if line.strip(" "))
    if dataset == "kafka_multiplex":
        yield from map(_message, lines)
        return
    header = next(lines).split(",")
    yield from (_csv(dataset, header, line) for line in lines)
