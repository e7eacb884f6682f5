"""What senders really send, and what becomes of it."""

import gzip
import json
from dataclasses import dataclass

from lake import message

HEADER = "mac_address,gym,login,logout\n"
ADDRESS = "02:00:5e:00:53:01"
AT = 1_700_000_000
FUTURE = 4_102_444_799


def visit(gym: str, login: int = AT) -> str:
    return f"{ADDRESS},{gym},{login},{login + 3600}\n"


def envelope(topic: str, **fields: object) -> str:
    return json.dumps({"topic": topic, "value": fields}) + "\n"


def reading(device: str, rate: object, at: int = AT) -> str:
    return envelope("bpm", device_id=device, time=at, heartrate=rate)


def profile(user: str, kind: str, at: object = AT, **more: object) -> str:
    return envelope("user_info", user_id=user, update_type=kind, timestamp=at, **more)


def exported(device: str, rate: int) -> str:
    return json.dumps({"device_id": device, "time": "2026-01-03 18:23:15", "heartrate": rate})


@dataclass(frozen=True)
class Sent:
    """A file, and what becomes of it. Of a file that is set aside none of its `lines` is accepted."""

    content: bytes | str
    outcome: str = "loaded"
    lines: int = 1
    accepted: int = 0
    reason: str = ""
    violations: dict[str, int] | None = None


GLUED = reading("glued", 61)[:-1] + reading("glued", 62)
GLUED_INSIDE = message("bpm", "k", exported("glued", 63) + exported("glued", 64))
CUT = json.dumps([exported("cut", 60 + n) for n in range(1000)])[:-20]

KAFKA = {
    "glued": Sent(
        GLUED + GLUED_INSIDE + reading("glued", 65)[:-1] + " and more\n" + reading("plain", 66),
        lines=4,
        accepted=1,
        violations={"text_follows_value": 3},
    ),
    "surplus": Sent(
        "".join(reading("surplus", 66)[:-1] + tail for tail in (",\n", "}\n", "\0\n", ',"x":{}\n', '],[{"a":1}\n'))
        + reading("plain", 67, AT + 1) * 5,
        lines=10,
        accepted=5,
        violations={"text_follows_value": 5},
    ),
    "twice": Sent(
        '{"topic":"bpm","value":{"device_id":"twice","time":1,"heartrate":60,"heartrate":200}}\n'
        '{"topic":"bpm","topic":"workout","value":{"device_id":"twice","time":1,"heartrate":62}}\n'
        '{"topic":"user_info","value":{"user_id":"u","update_type":"new","timestamp":1,"address":{"city":"a","city":"b"}}}\n'
        + reading("twice", 61),
        lines=4,
        accepted=1,
        violations={"key_is_doubled": 3},
    ),
    "literals": Sent(
        "".join(
            reading("literal", rate, AT + n)
            for n, rate in enumerate(["72f", "72d", "0x1.2p6", "72L", "72", "72.5", 73])
        ),
        lines=7,
        accepted=3,
        violations={"heart_rate_is_not_a_number": 4},
    ),
    "ids": Sent(
        reading("118440", 72) + reading("118440.0", 72) + reading({"x": 1}, 72) + reading([1], 72),
        lines=4,
        accepted=1,
        violations={"device_id_is_malformed": 3},
    ),
    "future": Sent(
        profile("ahead", "new", address={"city": "Fresno"})
        + profile("ahead", "update", FUTURE, address={"city": "Futureville"})
        + reading("ahead", 72, FUTURE),
        lines=3,
        accepted=1,
        violations={"time_is_in_the_future": 1, "updated_is_in_the_future": 1},
    ),
    "deletes": Sent(
        "".join(profile(f"gone-{n}", "new", dob="02/03/1990") for n in range(5))
        + profile("gone-0", "delete", AT + 1, dob="00/00/0000")
        + profile("gone-1", "delete", (AT + 1) * 1000)
        + profile("gone-2", "DELETE", AT + 1)
        + profile("gone-3", "delete", FUTURE)
        + envelope("user_info", update_type="delete", timestamp=AT),
        lines=10,
        accepted=9,
        violations={
            "dob_is_not_a_date": 1,
            "updated_is_not_a_time": 1,
            "updated_is_in_the_future": 1,
            "user_id_missing": 1,
        },
    ),
    "again": Sent(
        "".join(
            envelope("workout", user_id="again", workout_id=1, session_id=1, timestamp=at, action=action)
            for day in (AT, AT + 86_400)
            for at, action in ((day, "start"), (day + 3600, "stop"))
        ),
        lines=4,
        accepted=4,
    ),
    "tombstones": Sent(
        "".join(json.dumps({"topic": "user_info", "key": f"u{n}", "value": None}) + "\n" for n in range(11))
        + reading("grave", 60),
        lines=12,
        accepted=1,
        violations={"value_is_a_tombstone": 11},
    ),
    "latin": Sent(
        profile("latin", "new", address={"city": "S?o Paulo"}).encode().replace(b"?", b"\xe3")
        + reading("l", 1).encode(),
        lines=2,
        accepted=1,
        reason="It fits ISO-8859-1",
        violations={"line_is_not_utf8": 1},
    ),
    "more": Sent(
        envelope("bpm", device_id="more", time=AT, heartrate=60, mood="fine", steps=3) + reading("more", 61, AT + 1),
        lines=2,
        accepted=2,
        reason="Its contract does not name 'mood', 'steps'.",
    ),
}

ARRAYS = {
    "marked": Sent("\ufeff" + json.dumps([exported("marked", 61), exported("marked", 62)]), lines=2, accepted=2),
    "objects": Sent(f"[{exported('objects', 61)}]", accepted=1),
    "nulls": Sent(json.dumps([None, exported("nulls", 61)]), lines=2, accepted=1),
    "lines": Sent(exported("lines", 61) + "\n" + exported("lines", 62), "quarantined", reason="begins with '['"),
    "two": Sent(json.dumps([exported("two", 1)]) * 2, "quarantined", reason="more text follows the array at line 1"),
    "tail": Sent(json.dumps([exported("tail", 1)]) + "\nx", "quarantined", reason="at line 2, column 1"),
    "cut": Sent(CUT, "quarantined", reason=f"breaks off at line 1, column {len(CUT) + 1}"),
    "comma": Sent(json.dumps([exported("comma", 1)])[:-1] + ",]", "quarantined", reason="Expecting value at line 1"),
    "packed.json.gz": Sent(gzip.compress(json.dumps([exported("packed", 61)]).encode()), accepted=1),
}

CSV = {
    "quotes": Sent(
        HEADER
        + visit('"Iron ""Temple"""')
        + visit('"Iron ""Temple"", North"')
        + visit('"Box 5\\"')
        + visit("plain\\x"),
        lines=4,
        accepted=4,
    ),
    "open": Sent(HEADER + visit("whole") + f'{ADDRESS},open,{AT},"{AT}\n', lines=2, accepted=1),
    "headless": Sent(visit("headless 1") + visit("headless 2"), "quarantined", 2, 0, "begins with '99:99:9a:99:99:99,"),
    "marked": Sent("\ufeff" + '"mac_address","gym","login","logout"\n' + visit("marked"), accepted=1),
    "spaced": Sent(f"\n Login , GYM,logout , MAC_Address \n{AT},spaced,,{ADDRESS}\n,,,\n", accepted=1),
    "more": Sent(
        f"mac_address,gym,login,logout,Color\n{visit('more')[:-1]},red\n",
        accepted=1,
        reason="Its contract does not name 'color'.",
    ),
    "fewer": Sent(f"mac_address,gym\n{ADDRESS},fewer\n", "quarantined", reason="Its header lacks 'login'"),
    "doubled": Sent(f"mac_address,gym,gym,login\n{ADDRESS},a,b,{AT}\n", "quarantined", reason="'gym' more than once"),
    "exponent": Sent(f"{HEADER}{ADDRESS},exponent,1.67852E+09,\n", violations={"login_is_not_a_time": 1}),
    "ends": Sent(HEADER.replace("\n", "\r\n") + visit("ends")[:-1] + "\r" + visit("ends", AT + 9), lines=2, accepted=2),
    "null": Sent(HEADER + visit("nu\0ll"), violations={"line_has_null_characters": 1}),
    "renamed": Sent(gzip.compress(HEADER.encode()), "quarantined", 0, reason="does not end in '.gz'"),
    "visits.csv.ZIP": Sent(b"PK\x03\x04", "quarantined", 0, reason="packed as '.zip'"),
    "2026-11-28T08:05:00.csv": Sent(HEADER + visit("colon"), accepted=1),
    "it's 100%25 #1; größe+.csv": Sent(HEADER + visit("odd"), accepted=1),
}

FLOATS = "user_id,device_id,mac_address,registration_timestamp\n"
USERS = {
    "floats": Sent(
        f"{FLOATS}900.0,118440.0,02:00:5e:00:53:02,{AT}.0\nu901,d901,02:00:5e:00:53:03,{AT}.0\n",
        lines=2,
        accepted=1,
        violations={"device_id_is_malformed": 1, "user_id_is_malformed": 1},
    ),
}

SENT = {
    f"{dataset}/{name if '.' in name else f'{name}.{ending}'}": sent
    for dataset, ending, files in (
        ("kafka_multiplex", "json", KAFKA),
        ("bpm_export", "json", ARRAYS),
        ("gym_logins", "csv", CSV),
        ("registered_users", "csv", USERS),
    )
    for name, sent in files.items()
}
