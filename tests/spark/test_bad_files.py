"""A file that cannot be used is set aside with its reason, and holds no other."""

import gzip
import json

import pytest
from lake import message
from medallion_engine.bronze.accounts import Account, loaded
from medallion_engine.bronze.load import _Load
from medallion_engine.jobs import bronze

HEADER = "mac_address,gym,login,logout\n"


def visit(gym: str, login: int = 1678521600) -> str:
    return f"4c:c5:9f:cb:13:bd,{gym},{login},{login + 4500}\n"


def reading(device: str, at: int = 1678451529) -> str:
    return message("bpm", device, {"device_id": device, "time": at, "heartrate": 60})


def load(lake, *paths: str) -> dict[str, dict]:
    """What the report says of each file, by path."""
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    accounts = lake.report(batch, "bronze")["files"]
    return dict(zip(paths, accounts, strict=True))


def gyms(spark, like: str) -> list[str]:
    rows = spark.sql(f"SELECT gym FROM bronze.gym_logins WHERE gym LIKE '{like}' AND _violation_count = 0").collect()
    return sorted(row.gym for row in rows)


PACKED = gzip.compress("".join([HEADER, *(visit(f"cut {n}") for n in range(2000))]).encode())

UNREADABLE = {
    "cut.csv.gz": (PACKED[: len(PACKED) // 2], "It cannot be read: "),
    "plain.csv.gz": ((HEADER + visit("plain")).encode(), "no gzip file"),
    "other.csv.lz4": ((HEADER + visit("other")).encode(), "packed as '.lz4'"),
    "utf16.csv": ((HEADER + visit("utf16")).encode("utf-16"), "UTF-16"),
    "zeros.csv": ((HEADER + visit("zeros")).encode("utf-16-le"), "UTF-16"),
    "photo.csv": (b"iVBORw0KGgo" * 30_000, "no header"),
    "headless.csv": (visit("headless").encode(), "no header"),
}


def test_unreadable_files_are_set_aside_and_the_others_are_loaded(spark, lake):
    bad = [lake.land(f"gym_logins/{name}", content) for name, (content, _) in UNREADABLE.items()]
    good = [
        lake.land("gym_logins/beside.csv", HEADER + visit("beside")),
        lake.land("gym_logins/beside.csv.gz", gzip.compress((HEADER + visit("packed")).encode())),
        lake.land("kafka_multiplex/beside.json", reading("beside")),
    ]

    files = load(lake, *bad, *good)

    for path, (_, reason) in zip(bad, UNREADABLE.values(), strict=True):
        assert files[path]["outcome"] == "quarantined", path
        assert reason in files[path]["reason"]
        assert "Exception" not in files[path]["reason"]
    assert [(files[path]["outcome"], files[path]["accepted"]) for path in good] == [("loaded", 1)] * 3
    assert gyms(spark, "%") == ["beside", "packed"]


def test_files_that_are_moved_one_after_the_other_while_they_are_read_hold_no_other(spark, lake, monkeypatch):
    moved = [lake.land(f"gym_logins/moved-{n}.csv", HEADER + visit(f"moved {n}")) for n in range(3)]
    good = lake.land("gym_logins/stays.csv", HEADER + visit("stays"))
    commit, senders = _Load._commit, list(moved)

    def move_and_commit(run, dataset, grouped):
        if senders:
            (lake.landing / senders.pop()).unlink()
        return commit(run, dataset, grouped)

    monkeypatch.setattr(_Load, "_commit", move_and_commit)

    files = load(lake, *moved, good)

    assert [files[path]["outcome"] for path in moved] == ["superseded"] * 3
    assert files[good]["accepted"] == 1
    assert gyms(spark, "moved%") + gyms(spark, "stays%") == ["stays"]


def test_a_table_that_cannot_be_written_holds_no_other_and_its_files_are_read_again_later(spark, lake):
    before = load(lake, lake.land("gym_logins/kept.csv", HEADER + visit("unwritten kept")))
    path = lake.land("gym_logins/unwritten.csv", HEADER + visit("unwritten"))
    other = lake.land("kafka_multiplex/written.json", reading("written"))
    version = spark.sql("DESCRIBE HISTORY landed.gym_logins LIMIT 1").first().version
    spark.sql("CREATE OR REPLACE TABLE landed.gym_logins USING delta AS SELECT 1 AS gym, true AS _file")

    files = load(lake, path, other)

    assert [each["outcome"] for each in [*before.values(), files[other]]] == ["loaded"] * 2
    assert files[path]["outcome"] == "quarantined"
    assert files[path]["reason"].startswith("Its table 'landed.gym_logins' cannot be written: ")
    spark.sql(f"RESTORE TABLE landed.gym_logins TO VERSION AS OF {version}")
    assert load(lake, path)[path]["outcome"] == "loaded"
    assert gyms(spark, "unwritten%") == ["unwritten", "unwritten kept"]


def test_a_mended_content_takes_the_place_of_an_unreadable_one(spark, lake):
    path = lake.land("gym_logins/mended.csv.gz", gzip.compress((HEADER + visit("mended before")).encode()))
    load(lake, path)
    lake.land(path, b"not packed")
    aside = load(lake, path)
    assert (aside[path]["outcome"], gyms(spark, "mended%")) == ("quarantined", [])
    lake.land(path, gzip.compress((HEADER + visit("mended after")).encode()))

    files = load(lake, path)

    assert (files[path]["outcome"], gyms(spark, "mended%")) == ("loaded", ["mended after"])


def test_of_a_mostly_broken_file_no_line_counts(spark, lake):
    broken = HEADER + visit("mostly") * 9 + "x,y,z,\n" * 10
    one_less = HEADER + visit("hardly") * 10 + "x,y,z,\n" * 10
    paths = [lake.land("gym_logins/mostly.csv", broken), lake.land("gym_logins/hardly.csv", one_less)]

    files = load(lake, *paths)

    counts = [(each["lines"], each["accepted"], each["quarantinedLines"]) for each in files.values()]
    assert counts == [(19, 0, 19), (20, 10, 10)]
    assert [each["outcome"] for each in files.values()] == ["quarantined", "loaded"]
    assert "10 of its 19 lines are broken" in files[paths[0]]["reason"]
    assert (gyms(spark, "mostly"), len(gyms(spark, "hardly"))) == ([], 10)
    kept = spark.sql("SELECT _violations FROM quarantine.gym_logins WHERE _path LIKE '%mostly.csv'").collect()
    assert len(kept) == 19
    assert all("file_is_mostly_broken" in row._violations for row in kept)


def test_the_share_of_broken_lines_is_that_of_the_whole_file():
    account = Account()
    account.lines.update({(): 9, ("topic_unknown",): 5, ("time_missing",): 6})

    class File:
        file = "id"

    assert loaded(File, account)["outcome"] == "quarantined"


LINES = {
    "latin": ("Café".encode("latin-1"), "line_is_not_utf8"),
    "long": (b"x" * (64 * 1024 * 1024), "line_is_too_long"),
    "wide": (b"," * 25_000 + b"x", "line_has_wrong_columns"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_nobody_can_parse_is_quarantined_alone(spark, lake, name):
    line, rule = LINES[name]
    content = HEADER.encode() + visit(name).encode() + line + b"\n" + visit(name, 1678621600).encode()
    path = lake.land(f"gym_logins/{name}.csv", content)

    files = load(lake, path)

    account = files[path]
    assert (account["outcome"], account["lines"], account["accepted"]) == ("loaded", 3, 2)
    assert account["violations"] == {rule: 1}
    kept = spark.sql(f"SELECT _line FROM quarantine.gym_logins WHERE _path LIKE '%/{name}.csv'").first()
    assert len(kept._line) < 30_000


def test_a_message_that_is_too_long_belongs_to_no_topic(lake):
    path = lake.land("kafka_multiplex/long.json", reading("a") + reading("b" * 2_000_000) + reading("c"))

    files = load(lake, path)

    assert (files[path]["accepted"], files[path]["violations"]) == (2, {"line_is_too_long": 1})


NAMES = [
    "report[1].csv",
    "what?.csv",
    "what1.csv",
    "*-visits.csv",
    "old-visits.csv",
    "{a,b}.csv",
    "a.csv",
    "back\\slash.csv",
    "g h.csv",
    "i%20j.csv",
    "k+l.csv",
    "100%.csv",
    "größe 体育馆.csv",
    "day=2026-01-01/part.csv",
    "_folder/part.csv",
    "it's.csv",
    'a "quoted".csv',
    "#hash.csv",
]


def test_a_name_is_never_a_pattern(spark, lake):
    paths = [lake.land(f"gym_logins/{name}", HEADER + visit(f"name {n}")) for n, name in enumerate(NAMES)]

    files = load(lake, *paths)

    assert [(each["outcome"], each["accepted"]) for each in files.values()] == [("loaded", 1)] * len(NAMES)
    rows = spark.sql("SELECT _path, gym FROM bronze.gym_logins WHERE gym LIKE 'name %'").collect()
    assert {row._path: row.gym for row in rows} == {path: f"name {n}" for n, path in enumerate(paths)}
    assert len(rows) == len(NAMES)


def test_an_empty_array_and_a_file_of_blank_lines_are_accounted_for(lake):
    paths = [lake.land("bpm_export/none.json", "[]"), lake.land("kafka_multiplex/blank.json", "\n \n\n")]

    files = load(lake, *paths)

    counts = [(each["outcome"], each["lines"], each["blank"]) for each in files.values()]
    assert counts == [("loaded", 0, 1), ("loaded", 0, 3)]


@pytest.mark.parametrize("name", ["marked.json", "marked.json.gz"])
def test_a_byte_order_mark_is_no_content(lake, name):
    content = ("\ufeff" + reading("marked") * 2).encode()
    path = lake.land(f"kafka_multiplex/{name}", gzip.compress(content) if name.endswith(".gz") else content)

    assert load(lake, path)[path]["accepted"] == 2


@pytest.mark.parametrize("megabytes", [1, 4, 128])
def test_places_in_long_files_do_not_depend_on_how_files_are_cut_up(spark, lake, megabytes):
    lines = [reading(f"d{n}", 1678451529 + n) if n % 1000 else "\n" for n in range(60_000)]
    path = lake.land(f"kafka_multiplex/long-{megabytes}.json", "".join(lines))
    other = lake.land(f"kafka_multiplex/other-{megabytes}.json", "".join(reversed(lines)))
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(megabytes * 1024 * 1024))

    try:
        load(lake, path, other)
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")

    for landed, wanted in ((path, lines), (other, lines[::-1])):
        rows = spark.sql(f"SELECT _line_number, _line FROM landed.kafka_multiplex WHERE _path = '{landed}'").collect()
        assert {row._line_number: row._line for row in rows} == {n: line[:-1] for n, line in enumerate(wanted, 1)}


def test_a_packed_file_of_many_lines_keeps_its_places(spark, lake):
    lines = [reading(f"d{n}", 1678451529 + n) for n in range(30_000)]
    path = lake.land("kafka_multiplex/packed.json.gz", gzip.compress("".join(lines).encode()))

    files = load(lake, path, lake.land("kafka_multiplex/small.json.gz", gzip.compress(lines[0].encode())))

    assert files[path]["accepted"] == 30_000
    rows = spark.sql(f"SELECT _line_number, _line FROM bronze.bpm WHERE _path = '{path}'").collect()
    assert {row._line_number: json.loads(row._line)["key"] for row in rows} == {n + 1: f"d{n}" for n in range(30_000)}
