"""Lines that are broken on purpose. Each is named after the rule that has to find it."""

import json
from collections.abc import Callable
from itertools import cycle

from .lines import Line, change, enveloped, message, press, reading, registration, visit
from .world import LEAP_DAY, World

MAC = "aa:bb:cc:dd:ee:ff"
SESSION = "u0", "w", "s"

_RATES: list[tuple[str, str]] = [
    ("heart_rate_missing", "null"),
    ("heart_rate_missing", '" "'),
    ("heart_rate_is_not_a_number", "NaN"),
    ("heart_rate_is_not_a_number", '"fast"'),
    ("heart_rate_is_not_finite", '"NaN"'),
    ("heart_rate_is_not_positive", "-61.5"),
    ("heart_rate_is_not_positive", "0"),
    ("heart_rate_is_above_ceiling", "250.5"),
    ("heart_rate_is_above_ceiling", "1e300"),
    ("heart_rate_is_above_ceiling", '"999999999999999999999999"'),
]

_OTHERS: list[tuple[str, Callable[[float], Line]]] = [
    ("time_is_not_a_time", lambda at: reading("d0-0", int(at) * 1000, 60)),
    ("time_is_not_a_time", lambda at: reading("d0-0", 10**30, 60)),
    ("time_is_not_a_time", lambda at: reading("d0-0", "yesterday", 60)),
    ("time_is_not_a_time", lambda at: press(SESSION, "start", -at)),
    ("time_missing", lambda at: enveloped("bpm", "d0-0", '{"device_id": "d0-0", "heartrate": 60}', at)),
    ("device_id_missing", lambda at: reading("", at, 60)),
    ("device_id_missing", lambda at: registration("u0", "", MAC, at)),
    ("action_unknown", lambda at: press(SESSION, "pause", at)),
    ("session_id_missing", lambda at: press(("u0", "w", ""), "stop", at)),
    ("workout_id_missing", lambda at: press(("u0", " ", "s"), "stop", at)),
    ("user_id_missing", lambda at: press(("", "w", "s"), "stop", at)),
    ("user_id_missing", lambda at: change("", "new", at)),
    ("user_id_missing", lambda at: registration("", "d0-0", MAC, at)),
    ("update_type_unknown", lambda at: change("u0", "upsert", at, {"last_name": "Nobody"})),
    ("updated_is_not_a_time", lambda at: change("u0", "update", at * 1000)),
    ("updated_missing", lambda at: message("user_info", "u0", {"user_id": "u0", "update_type": "update"}, at)),
    ("dob_is_not_a_date", lambda at: change("u0", "update", at, {"dob": "02/29/2023"})),
    ("dob_is_not_a_date", lambda at: change("u0", "update", at, {"dob": "2023-13-01"})),
    ("mac_address_is_malformed", lambda at: registration("u0", "d0-0", "aa:bb", at)),
    ("mac_address_is_malformed", lambda at: visit("aa-bb-cc-dd-ee-ff", 1, at, at + 60)),
    ("mac_address_missing", lambda at: visit("", 1, at, at + 60)),
    ("registered_at_missing", lambda at: registration("u0", "d0-0", MAC, "")),
    ("registered_at_is_not_a_time", lambda at: registration("u0", "d0-0", MAC, "soon")),
    ("login_missing", lambda at: visit(MAC, 1, "", at)),
    ("login_is_not_a_time", lambda at: visit(MAC, 1, "noon", at)),
    ("logout_is_not_a_time", lambda at: visit(MAC, 1, at, at * 1000)),
    ("visit_ends_before_it_starts", lambda at: visit(MAC, 1, at, at - 1)),
    ("gym_missing", lambda at: Line("gym_logins", f"{MAC},,{at},{at + 60}", at)),
    ("line_has_wrong_columns", lambda at: Line("gym_logins", f"{MAC},1,{at}", at)),
    ("line_has_wrong_columns", lambda at: Line("registered_users", f"u0,d0-0,{MAC},{at},extra", at)),
    ("value_is_not_json", lambda at: enveloped("bpm", "d0-0", "", at)),
    ("value_is_not_json", lambda at: enveloped("workout", "u0", '{"user_id": "u0", "ti', at)),
    ("value_is_not_json", lambda at: enveloped("user_info", "u0", "[]", at)),
    ("envelope_is_not_json", lambda at: Line("kafka_multiplex", '{"key": "torn', at)),
    ("topic_unknown", lambda at: message("steps", "u0", {"steps": 9}, at)),
    ("topic_missing", lambda at: Line("kafka_multiplex", json.dumps({"key": "u0", "value": "{}"}), at)),
]


def break_some(world: World, rounds: int) -> World:
    """Adds every broken line once per round, and lines that look odd and are right."""
    readings = [line for line in world.lines if line.dataset == "kafka_multiplex" and '"topic": "bpm"' in line.text]
    for line in world.random.sample(readings, min(len(readings), 20 * rounds)):
        world.add(line, twist="reading_twice")
    devices = cycle(world.devices)
    for number in range(rounds):
        at = LEAP_DAY + number * 61
        for name, rate in _RATES:
            world.add(reading(next(devices), at, rate), twist=name)
        for name, line in _OTHERS:
            world.add(line(at), twist=name)
        device = next(devices)
        world.add(reading(device, str(at), '"72.25"'), twist="numbers_as_text")
        world.add(reading(device, float(at) + 0.125, 250), twist="fraction_of_a_second")
        world.add(Line("kafka_multiplex", "  "), twist="blank")
    for device in world.random.sample(world.devices, min(len(world.devices), 20 * rounds)):
        same_second = LEAP_DAY + 500
        world.add(*[reading(device, same_second, rate) for rate in (61, 150, 90.5)], twist="readings_conflict")
    return world
