"""A line that is taken apart by its shape says what it would say if it were parsed, and any other one is parsed."""

import json
import re
from random import Random

import pytest
from lake import message
from medallion_engine.bronze import rows
from medallion_engine.bronze.look import look_at
from medallion_engine.bronze.manifest import listed
from medallion_engine.bronze.shapes import shapes_of
from medallion_engine.bronze.sources import sources
from medallion_engine.contracts import landing
from medallion_engine.jobs import bronze

AT = 1_700_000_000
HOW = landing("kafka_multiplex")
PROFILE = {"user_id": "u1", "update_type": "new", "timestamp": AT, "dob": "12/31/1990", "sex": "F", "gender": "F"}
PROFILE |= {"address": {"street_address": "1 Long Road", "city": "Fresno", "state": "CA", "zip": "00501"}}
WORKOUT = {"user_id": "u1", "workout_id": 3, "session_id": "1", "timestamp": AT + 0.25, "action": "start"}
NUMBERS = ("72", "-0", "0.50", "1e2", "1E-3", "7.25e+1", "007", "1.", ".5", "+3", "72f", "0x1F", "1" * 101, "NaN")
TEXTS = ('""', '"a b"', '"é\u2028😀"', '"a\\\\u0062"', "null", "{}", "[1]", '"x\x01y"', '" 72 "')
PARTS = ('"', "\\", "{", "}", ",", ":", " ", "\t", "\x01", "0", ',"topic":"bpm"', ' "value": null,', "}{")


def plain(device: object, rate: object, at: object = AT) -> str:
    return message("bpm", "k", json.dumps({"device_id": device, "time": at, "heartrate": rate})).rstrip("\n")


def tight(line: str) -> str:
    return json.dumps(json.loads(line), separators=(",", ":"))


def a_line(random: Random) -> str:
    """A line as a sender may write it, or one that is broken a little."""
    line = random.choice(
        [
            *[plain(f"d{random.randint(1, 9)}", round(random.uniform(30, 260), 2), AT + random.random())] * 4,
            plain("d1", 72).replace("72", random.choice(NUMBERS)),
            plain("d1", 72).replace('\\"d1\\"', random.choice(TEXTS).replace('"', '\\"')),
            plain(None, 72),
            message("workout", "k", json.dumps(WORKOUT)).rstrip("\n"),
            message("user_info", "k", json.dumps(PROFILE)).rstrip("\n"),
            json.dumps({"topic": "bpm", "value": {"device_id": "d", "time": AT, "heartrate": 61}}),
        ]
    )
    line = tight(line) if random.random() < 0.2 and '": ' in line and _is_json(line) else line
    while random.random() < 0.25:
        at = random.randrange(len(line))
        line = line[:at] + random.choice([*PARTS, ""]) + line[at + random.randint(0, 2) :]
    return line


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def once(pairs: list[tuple]) -> dict:
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)


def meaning(text: str) -> dict:
    """The fields of a clear object, its numbers as they are written."""
    return json.loads(text, object_pairs_hook=once, parse_int=str, parse_float=str, parse_constant=pytest.fail)


def field(value: dict, path: str) -> object:
    for name in path.split("."):
        value = value[name]
    return value


def test_a_line_that_has_a_shape_says_what_its_groups_hold():
    random = Random(1)
    lines = [a_line(random) for _ in range(20_000)]
    shapes = [shape for at in range(0, 400, 20) for shape in shapes_of(lines[at : at + 20], HOW)]
    patterns = {shape: re.compile(shape.pattern) for shape in shapes}
    matched = 0
    for line in lines:
        for shape, pattern in patterns.items():
            match = pattern.fullmatch(line)
            if match:
                matched += 1
                envelope = meaning(line)
                value = meaning(envelope["value"])
                assert envelope["topic"] == shape.record
                assert list(match.groups()) == [field(value, path) for path in shape.found], line
    assert {shape.record for shape in shapes} == {"bpm", "workout", "user_info"}
    assert len(lines) / 10 < matched


def test_a_line_of_very_many_fields_has_no_shape():
    fields = json.dumps({f"header-{n}": n for n in range(200)})[1:]
    wide = plain("d1", 70).replace("{", "{" + fields[:-1] + ", ", 1)

    assert json.loads(wide)["topic"] == "bpm"
    assert shapes_of([wide], HOW) == []


@pytest.mark.parametrize(
    "line",
    [
        '{"topic": {"a": 1}, "value": "{}"}',
        '{"topic": null, "value": "{}"}',
        '{"value": "{}"}',
        '{"topic": "bpm", "value": "[1]"}',
        '{"topic": "bpm", "value": "{\\"device_id\\": {\\"a\\": 1}}"}',
        "[" * 2000,
        '{"":' * 500,
        '{"":' * 400 + "1" + "}" * 400,
        "5",
        "",
    ],
)
def test_a_strange_line_has_no_shape_and_harms_nobody(line):
    assert shapes_of([line], HOW) == []
    assert len(shapes_of([line, plain("d1", 70)], HOW)) == 1


def test_the_lines_of_every_file_are_looked_at(lake, monkeypatch):
    monkeypatch.setattr(rows, "_SHAPED_FROM_BYTES", 0)
    contents = {
        "rates": [plain("d1", 70)] * 600,
        "workouts": [message("workout", "k", json.dumps(WORKOUT)).strip()] * 9,
    }
    paths = [lake.land(f"kafka_multiplex/{name}.json", "\n".join(lines)) for name, lines in contents.items()]
    looks = look_at(listed([lake.listing("looked-at", path) for path in paths]), str(lake.landing))
    (source,) = sources(looks)

    found = rows._shapes(list(source.files), source, str(lake.landing))

    assert [shape.record for shape in found] == ["bpm", "workout"]


def test_a_file_gives_the_same_rows_with_shapes_and_without(spark, lake, monkeypatch):
    random = Random(2)
    lines = [a_line(random) for _ in range(3000)]
    content = "\n".join([plain("d1", 70), *lines])
    columns = "_line_number, _line, _record, _violations, _violation_count, _rescued, user_info, workout, bpm"
    found = []
    for name, from_bytes in (("shaped", 0), ("parsed", 1 << 40)):
        monkeypatch.setattr(rows, "_SHAPED_FROM_BYTES", from_bytes)
        path = lake.land(f"kafka_multiplex/{name}.json", content)
        bronze.main(lake.arguments(lake.manifest(path)))
        own = spark.sql(f"SELECT {columns} FROM landed.kafka_multiplex WHERE _path = '{path}' ORDER BY _line_number")
        found.append([row.asDict(recursive=True) for row in own.collect()])

    for shaped, parsed in zip(*found, strict=True):
        assert shaped == parsed
    assert sum(row["_violation_count"] == 0 for row in found[0]) > len(lines) / 4
