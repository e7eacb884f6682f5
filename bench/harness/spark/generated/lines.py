"""The notations of the landing zone."""

import json
from typing import NamedTuple

HEADERS = {
    "registered_users": "user_id,device_id,mac_address,registration_timestamp",
    "gym_logins": "mac_address,gym,login,logout",
}


class Line(NamedTuple):
    """A line on its way into a file of its dataset; `at` is when it happened, in seconds."""

    dataset: str
    text: str
    at: float = 0


def enveloped(topic: str, key: str, value: str, at: float) -> Line:
    envelope = {"key": key, "value": value, "topic": topic, "partition": 0, "offset": 0, "timestamp": int(at)}
    return Line("kafka_multiplex", json.dumps(envelope), at)


def message(topic: str, key: str, value: dict, at: float) -> Line:
    return enveloped(topic, key, json.dumps(value), at)


def reading(device: str, at: object, rate: object) -> Line:
    """A heart rate; its rate is JSON text when it is one, so that NaN and huge numbers can be written.

    There may be a million of them, so the envelope is put together by hand.
    """
    when = at if isinstance(at, int | float) else 0
    value = f'{{"device_id": "{device}", "time": {json.dumps(at)}, "heartrate": {rate}}}'.replace('"', '\\"')
    envelope = f'"key": "{device}", "value": "{value}", "topic": "bpm", "partition": 0, "offset": 0'
    return Line("kafka_multiplex", f'{{{envelope}, "timestamp": {int(when)}}}', when)


def press(session: tuple[str, str, str], action: str, at: float) -> Line:
    user, workout, number = session
    value = {"user_id": user, "workout_id": workout, "session_id": number, "timestamp": at, "action": action}
    return message("workout", user, value, at)


def change(user: str, kind: str, at: float, person: dict | None = None) -> Line:
    return message("user_info", user, {"user_id": user, "update_type": kind, "timestamp": at, **(person or {})}, at)


def registration(user: str, device: str, mac: str, at: object) -> Line:
    return Line("registered_users", f"{user},{device},{mac},{at}", at if isinstance(at, int | float) else 0)


def visit(mac: str, gym: int, entry: object, exit_: object) -> Line:
    return Line("gym_logins", f"{mac},{gym},{entry},{exit_}", entry if isinstance(entry, int | float) else 0)
