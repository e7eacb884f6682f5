"""Every line is kept, and what is wrong with it has a name."""

import json
import os

import pytest
from lake import message
from medallion_engine.jobs import bronze


def load(lake, *paths: str) -> dict:
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    return lake.report(batch, "bronze")


READINGS = {
    "-12.5": ["heart_rate_is_not_positive"],
    "0": ["heart_rate_is_not_positive"],
    "250": [],
    "250.1": ["heart_rate_is_above_ceiling"],
    "1e300": ["heart_rate_is_above_ceiling"],
    "NaN": ["heart_rate_is_not_a_number"],
    '"NaN"': ["heart_rate_is_not_finite"],
    '"-Infinity"': ["heart_rate_is_not_finite", "heart_rate_is_not_positive"],
    "null": ["heart_rate_missing"],
    '"fast"': ["heart_rate_is_not_a_number"],
}

VISIT = "mac_address,gym,login,logout\n4c:c5:9f:cb:13:bd,5,1678521600,1678526100\n"


def test_each_broken_reading_names_its_defect(spark, lake):
    values = {f"r{n}": (rate, names) for n, (rate, names) in enumerate(READINGS.items())}
    lines = [
        message("bpm", device, f'{{"device_id": "{device}", "time": 1678451529.25, "heartrate": {rate}}}')
        for device, (rate, _) in values.items()
    ]
    lines.append(message("bpm", "late", '{"device_id": "late", "time": 1678451529000, "heartrate": 60}'))
    lines.append(message("bpm", "torn", '{"device_id": "torn", "time": 16784'))

    healthy = message("bpm", "well", '{"device_id": "well", "time": 1678451529, "heartrate": 60}')

    report = load(lake, lake.land("kafka_multiplex/rates.json", "".join([*lines, healthy * 12])))

    found = {row.device_id: row for row in spark.table("bronze.bpm").collect()}
    assert {device: found[device]._violations for device in values} == {
        device: names for device, (_, names) in values.items()
    }
    assert found["late"]._violations == ["time_is_not_a_time"]
    assert report["files"][0]["violations"]["value_is_not_json"] == 1
    assert (report["files"][0]["accepted"], report["files"][0]["quarantinedLines"]) == (13, 11)
    exact = spark.sql("SELECT unix_micros(time) FROM bronze.bpm WHERE device_id = 'r0'").first()[0]
    assert exact == 1_678_451_529_250_000


TIMES = [
    *("0", "-0.0", "-1", "1e9", "1678451529", "1678451529.25", "1678451529.000001", "1678451529.123456"),
    *("1678451529.1234565", "2147483647.999999", "2147483648.000001", "4102444800.5"),
    *("253402300799", "253402300799.9", "253402300800", "1678451529000", "1e30"),
]
RATES = ["60", "60.0", "60.000000000000001", "0.1", "4.9e-324", "1e-400", "-0", "250", "250.00000000000001", "1e309"]


def test_a_number_means_what_its_digits_mean_as_text(spark, lake):
    values = [(time, "60") for time in TIMES] + [("1678451529", rate) for rate in RATES]
    lines = []
    for number, (time, rate) in enumerate(values):
        for kind, quote in (("number", ""), ("text", '"')):
            fields = f'"device_id": "{kind}-{number}", "time": {quote}{time}{quote}, "heartrate": {quote}{rate}{quote}'
            lines.append(message("bpm", kind, f"{{{fields}}}"))
    content = "".join([*lines, *lines[:2] * 40])

    load(lake, lake.land("kafka_multiplex/digits.json", content))

    kept = spark.sql(
        "SELECT DISTINCT device_id, unix_micros(time) AS at, heartrate, _violations FROM bronze.bpm "
        "WHERE _path LIKE '%/digits.json'"
    ).collect()
    rows = {row.device_id: row[1:] for row in kept}
    assert len(rows) == len(kept) == 2 * len(values)
    differing = [values[n] for n in range(len(values)) if rows[f"number-{n}"] != rows[f"text-{n}"]]
    assert differing == [("1678451529", "1e309")]


LOOSE = {
    '{"device_id": "twice", "time": 1, "time": "soon", "heartrate": 60}': (None, 60.0, ["key_is_doubled"]),
    '{"device_id": "again", "time": "soon", "time": 1, "heartrate": 60}': (1, 60.0, ["key_is_doubled"]),
    '{"device_id": "truth", "time": true, "heartrate": 60}': (None, 60.0, ["time_is_not_a_time"]),
    '{"device_id": "inner", "time": {"s": 1}, "heartrate": 60}': (None, 60.0, ["time_is_not_a_time"]),
    '{"device_id": "list", "time": [1], "heartrate": 60}': (None, 60.0, ["time_is_not_a_time"]),
    '{"device_id": "empty", "time": 1, "heartrate": ""}': (1, None, ["heart_rate_missing"]),
    '{"device_id": "endless", "time": 1, "heartrate": Infinity}': (1, None, ["heart_rate_is_not_a_number"]),
    '{"device_id": "zeros", "time": 1, "heartrate": "0060"}': (1, 60.0, []),
}


def test_a_value_of_another_kind_is_judged_by_its_text(spark, lake):
    healthy = '{"device_id": "well", "time": 1, "heartrate": 60}'
    lines = [message("bpm", "", value) for value in [*LOOSE, *[healthy] * 12]]

    load(lake, lake.land("kafka_multiplex/loose.json", "".join(lines)))

    kept = spark.sql(
        "SELECT device_id, unix_seconds(time), heartrate, _violations FROM bronze.bpm WHERE _path LIKE '%/loose.json'"
    )
    rows = {row[0]: tuple(row[1:]) for row in kept.collect()}
    assert rows == {json.loads(value)["device_id"]: judgement for value, judgement in LOOSE.items()} | {
        "well": (1, 60.0, [])
    }


def test_lines_without_a_table_are_kept_apart(spark, lake):
    lines = [
        "garbage\n",
        "\n",
        message("steps", "1", {"steps": 3}),
        json.dumps({"key": "1", "value": "{}"}) + "\n",
        json.dumps({"topic": "bpm", "value": {"device_id": 945004, "time": 1624640400, "heartrate": 40.5}}) + "\n",
    ]

    report = load(lake, lake.land("kafka_multiplex/odd name +1.json", "".join(lines)))

    rows = spark.sql(
        "SELECT * FROM bronze.unrouted WHERE _path LIKE '%odd name +1.json' ORDER BY _line_number"
    ).collect()
    assert [(row._line_number, row._violations) for row in rows] == [
        (1, ["envelope_is_not_json"]),
        (3, ["topic_unknown"]),
        (4, ["topic_missing"]),
    ]
    nested = spark.sql("SELECT * FROM bronze.bpm WHERE _path LIKE '%odd name +1.json'").collect()
    assert [(row.device_id, row.heartrate, row._line_number, row._violations) for row in nested] == [
        ("945004", 40.5, 5, [])
    ]
    file = report["files"][0]
    assert (file["lines"], file["blank"], file["accepted"], file["quarantinedLines"]) == (4, 1, 1, 3)


def test_csv_columns_are_found_by_name(spark, lake):
    rows = [
        "login,color,gym,mac_address",
        "1678521600,red,5,4C:C5:9F:CB:13:BD",
        "",
        "1678521600.5,blue",
        "soon,red,7,4c:c5",
    ]
    lines = "\r\n".join(rows)

    report = load(lake, lake.land("gym_logins/shuffled.csv", lines))

    rows = spark.sql("SELECT * FROM bronze.gym_logins WHERE _path LIKE '%shuffled.csv' ORDER BY _line_number").collect()
    assert [(row._line_number, row.gym, row.mac_address, row.logout) for row in rows] == [
        (2, "5", "4c:c5:9f:cb:13:bd", None),
        (4, None, None, None),
        (5, "7", "4c:c5", None),
    ]
    assert rows[0]._violations == []
    assert "line_has_wrong_columns" in rows[1]._violations
    assert rows[2]._violations == ["mac_address_is_malformed", "login_is_not_a_time"]
    assert (report["files"][0]["lines"], report["files"][0]["blank"]) == (3, 1)


def test_an_export_is_an_array_with_local_times(spark, lake):
    values = [json.dumps({"device_id": "device1", "time": "2026-01-03 18:23:15", "heartrate": 135.44})]

    load(lake, lake.land("bpm_export/1.json", json.dumps(values)))

    row = spark.sql("SELECT unix_seconds(time) AS at, heartrate FROM bronze.bpm WHERE device_id = 'device1'").first()
    assert (row["at"], row.heartrate) == (1_767_435_795, 135.44)


def test_an_overwritten_file_replaces_its_rows_wherever_they_went(spark, lake):
    one = message("bpm", "a", {"device_id": "a", "time": 1678451529, "heartrate": 60})
    two = message("workout", "a", {"user_id": 1, "workout_id": 1, "session_id": 1, "timestamp": 1, "action": "stop"})
    path = lake.land("kafka_multiplex/twice.json", one * 3 + "x\n")
    load(lake, path)
    lake.land(path, two)

    report = load(lake, path)

    left = {
        name: spark.sql(f"SELECT _line FROM bronze.{name} WHERE _path LIKE '%twice.json'").count()
        for name in ("bpm", "workout", "unrouted")
    }
    assert left == {"bpm": 0, "workout": 1, "unrouted": 0}
    changed = {table["table"] for table in report["tables"] if table["changed"]}
    assert changed == {"landed.kafka_multiplex"}


def test_a_file_that_changed_after_it_was_listed_is_not_read(spark, lake):
    path = lake.land("gym_logins/moving.csv", "mac_address,gym,login,logout\n")
    gone = lake.land("gym_logins/gone.csv", "mac_address,gym,login,logout\n")
    batch = lake.manifest(path, gone)
    lake.land(path, "mac_address,gym,login,logout\n4c:c5:9f:cb:13:bd,5,1678521600,1678526100\n")
    (lake.landing / gone).unlink()

    bronze.main(lake.arguments(batch))

    files = lake.report(batch, "bronze")["files"]
    assert [file["outcome"] for file in files] == ["superseded", "superseded"]
    assert files[1]["reason"] == "the file is no longer there"
    assert spark.sql("SELECT * FROM bronze.gym_logins WHERE _path LIKE '%moving.csv'").isEmpty()


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_the_time_of_a_file_does_not_decide_whether_it_is_read(spark, lake, seconds):
    path = lake.land(f"gym_logins/late-{seconds}.csv", VISIT)
    batch = lake.manifest(path)
    status = (lake.landing / path).stat()
    os.utime(lake.landing / path, (status.st_atime, status.st_mtime + seconds))

    bronze.main(lake.arguments(batch))

    assert [file["outcome"] for file in lake.report(batch, "bronze")["files"]] == ["loaded"]
    assert spark.sql(f"SELECT * FROM bronze.gym_logins WHERE _path LIKE '%late-{seconds}.csv'").count() == 1


def test_a_file_of_the_same_length_counts_once_with_its_new_content(spark, lake):
    path = lake.land("gym_logins/same.csv", VISIT)
    batch = lake.manifest(path)
    lake.land(path, VISIT.replace(",5,", ",6,"))

    bronze.main(lake.arguments(batch))
    load(lake, path)

    rows = spark.sql("SELECT gym FROM bronze.gym_logins WHERE _path LIKE '%same.csv'").collect()
    assert [row.gym for row in rows] == ["6"]


def test_a_batch_without_a_manifest_fails(spark, lake):
    with pytest.raises(bronze.BatchMissingError, match="no manifest"):
        bronze.main(lake.arguments("nobody"))
