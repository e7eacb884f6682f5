"""Any bytes under any name: a file ends in one status with its reason, touches no other, and no line is lost."""

import gzip
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest
from lake import Lake
from medallion_engine import contracts
from medallion_engine.bronze import load as loading
from medallion_engine.bronze import sources
from medallion_engine.bronze.columns import typed
from medallion_engine.jobs import bronze
from pyspark.sql import functions as F
from senders import HEADER, exported, reading, visit

FILES = 60
DATASETS = {"gym_logins": ".csv", "kafka_multiplex": ".json", "bpm_export": ".json", "registered_users": ".csv"}
LETTERS = "ab1 %+#&;,='\"[]{}*?:!~^$()ü体"


def random_name(random: Random, ending: str) -> str:
    name = "".join(random.choice(LETTERS) for _ in range(random.randint(1, 12)))
    return f"x{name}{random.choice([ending] * 6 + ['.gz', ending + '.gz', '.lz4', '', '.zip'])}"


def random_start(random: Random, dataset: str) -> bytes:
    lines = random.randint(0, 30)
    if dataset == "bpm_export":
        return json.dumps([exported(f"h{n}", 60 + n) for n in range(lines)]).encode()
    if dataset == "kafka_multiplex":
        return "".join(reading(f"h{n}", 60 + n) for n in range(lines)).encode()
    return (HEADER + "".join(visit(f"h{n}") for n in range(lines))).encode()


def spoiled(random: Random, content: bytes) -> bytes:
    """The same after what writers, transfers and editors do to it."""
    at = random.randrange(len(content) + 1)
    ways = [
        lambda: content,
        lambda: content[:at],
        lambda: content[at:],
        lambda: content[:at] + random.randbytes(random.randint(1, 5)) + content[at:],
        lambda: random.randbytes(random.randint(1, 300)),
        lambda: content.replace(b"\n", random.choice([b"\r\n", b"\r", b"\n\n"])),
        lambda: b"\xef\xbb\xbf" + content,
        lambda: content.decode("utf-8", errors="replace").encode("utf-16"),
        lambda: gzip.compress(content),
        lambda: gzip.compress(content)[: at + 5],
        lambda: content + content,
        lambda: content.replace(b'"', b"'"),
        lambda: content.replace(b"\n", b" \n", 3) + b"\0",
        lambda: random.choice([b" ", b"\n\n", b"null", b"[]", b"{}", b'"', b"[" * 2000, b"," * 2000]),
    ]
    return random.choice(ways)()


def count_lines(content: bytes) -> int:
    """As an editor counts them, without what is empty behind the last line end."""
    lines = re.split(b"\r\n|\r|\n", content)
    return len(lines) - (lines[-1] == b"")


def run(lake: Lake, *paths: str) -> dict[str, dict]:
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    return dict(zip(paths, lake.report(batch, "bronze")["files"], strict=True))


@pytest.mark.parametrize("seed", [1])
def test_every_file_ends_in_one_status_and_touches_no_other(spark, lake, seed):
    random = Random(seed)
    contents = {}
    for _ in range(FILES):
        dataset = random.choice(list(DATASETS))
        content = spoiled(random, random_start(random, dataset))
        contents[f"{dataset}/{random_name(random, DATASETS[dataset])}"] = content or b"\n"
    healthy = {"kafka_multiplex/ok.json": reading("healthy", 60), "gym_logins/ok.csv": HEADER + visit("healthy")}
    paths = [lake.land(path, content) for path, content in (contents | healthy).items()]

    files = run(lake, *paths)

    assert [(files[path]["outcome"], files[path]["accepted"]) for path in healthy] == [("loaded", 1)] * 2
    for path, content in contents.items():
        file = files[path]
        assert file["outcome"] in ("loaded", "quarantined"), path
        assert file["lines"] == file["accepted"] + file["quarantinedLines"], path
        assert file["outcome"] == "loaded" or (file["reason"] and file["accepted"] == 0), path
        was_read = file["lines"] + file["blank"] > 0
        if was_read and not path.startswith("bpm_export") and not path.endswith(".gz"):
            headers = count_lines(content) - file["lines"] - file["blank"]
            assert headers in ((0, 1) if path.split("/")[0].endswith(("logins", "users")) else (0,)), path
    kept = spark.sql("SELECT _path, count(*) FROM landed.gym_logins GROUP BY _path").collect()
    assert {row._path for row in kept} <= set(paths)


def test_an_array_that_is_nested_too_deeply_is_set_aside_alone(lake):
    brackets = lake.land("bpm_export/brackets.json", "[" * 2000)
    objects = lake.land("bpm_export/objects.json", '[{"a":' * 2000)
    good = lake.land("bpm_export/beside.json", json.dumps([exported("beside", 60)]))

    files = run(lake, brackets, objects, good)

    for path in (brackets, objects):
        assert (files[path]["outcome"], files[path]["accepted"]) == ("quarantined", 0)
        assert "nested too deeply" in files[path]["reason"]
    assert (files[good]["outcome"], files[good]["accepted"]) == ("loaded", 1)


def test_a_reader_that_drops_a_line_or_a_file_is_caught(spark, lake, monkeypatch):
    paths = [lake.land(f"kafka_multiplex/drop-{n}.json", reading(f"drop{n}", 60) * 3) for n in range(3)]
    packed = lake.land("kafka_multiplex/drop.json.gz", gzip.compress((reading("packed", 60) * 3).encode()))
    honest = {name: getattr(sources, name) for name in ("short_files",)}
    honest_rows = loading.rows

    def dishonest(*arguments):
        lines = honest["short_files"](*arguments)
        is_dropped = (F.endswith("_path", F.lit("drop-0.json")) & (F.col("_row") == 1)) | F.endswith(
            "_path", F.lit("drop-1.json")
        )
        return lines.where(~is_dropped)

    def dishonest_rows(*arguments):
        rows = honest_rows(*arguments)
        return rows.where(~(F.endswith("_path", F.lit(".gz")) & (F.col("_line_number") == 3)))

    monkeypatch.setattr(sources, "short_files", dishonest)
    monkeypatch.setattr(loading, "rows", dishonest_rows)

    first, second, third, fourth = run(lake, *paths, packed).values()

    assert [each["outcome"] for each in (first, second, third, fourth)] == [
        *("quarantined", "quarantined", "loaded", "quarantined")
    ]
    assert [each["accepted"] for each in (first, second, third, fourth)] == [0, 0, 3, 0]
    assert first["reason"] == "It has 3 lines, and 2 were read. None of them counts."
    assert "no line was read" in second["reason"]
    assert fourth["reason"] == first["reason"]
    assert spark.sql("SELECT * FROM bronze.bpm WHERE device_id = 'drop0' AND _violation_count = 0").isEmpty()


@contextmanager
def contract_of(dataset: str, **changes: object):
    """Reads the files of a dataset by a contract that says something else."""
    said = contracts._content()["landing"][dataset]
    before = dict(said)
    said.update(changes)
    contracts.landing.cache_clear()
    try:
        yield
    finally:
        said.clear()
        said.update(before)
        contracts.landing.cache_clear()


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16"])
def test_a_contract_names_the_encoding(spark, lake, encoding):
    name = f"Café {encoding}"
    path = lake.land(f"gym_logins/{encoding}.csv", (HEADER + visit(name) * 9).encode(encoding))

    with contract_of("gym_logins", encoding=encoding):
        file = run(lake, path)[path]

    assert (file["outcome"], file["accepted"], file["reason"]) == ("loaded", 9, "")
    assert {row.gym for row in spark.sql(f"SELECT gym FROM bronze.gym_logins WHERE _path = '{path}'").collect()} == {
        name
    }


def test_a_contract_sets_the_limits_and_says_what_a_missing_column_means(spark, lake):
    limits = contracts._content()["landing"]["gym_logins"]["limits"]
    broken = lake.land("gym_logins/broken.csv", HEADER + visit("limit") * 5 + "x,y,z,\n" * 2)
    large = lake.land("gym_logins/large.csv", HEADER + visit("limit") * 40)
    fewer = lake.land("gym_logins/less.csv", "mac_address,gym\n" + "02:00:5e:00:53:01,less\n")
    changes = {"brokenLines": 2, "brokenPercent": 20, "fileBytes": 1000, "lineBytes": 60}

    with contract_of("gym_logins", limits=limits | changes, removed="null"):
        files = run(lake, broken, large, fewer)

    assert [file["outcome"] for file in files.values()] == ["quarantined", "quarantined", "loaded"]
    assert "2 of its 7 lines are broken" in files[broken]["reason"]
    assert "the contract allows 1000 ('fileBytes')" in files[large]["reason"]
    assert files[fewer]["violations"] == {"login_missing": 1}


def test_a_key_is_doubled_whatever_the_format_of_times_leaves_open(spark, lake):
    start = '{"device_id": "open", "heartrate": 60, "time": "2026-01-03 18:23'
    ends = ['"}', ':15"}', '", "heartrate": 200}', ':15", "heartrate": 200}', '", "more": 1}']
    path = lake.land("bpm_export/open.json", json.dumps([start + end for end in ends]))
    times = contracts._content()["landing"]["bpm_export"]["times"]

    with contract_of("bpm_export", times=times | {"format": "yyyy-MM-dd HH:mm[:ss]"}):
        file = run(lake, path)[path]

    assert (file["accepted"], file["violations"]) == (3, {"key_is_doubled": 2})
    assert spark.sql(f"SELECT * FROM landed.bpm_export WHERE _path = '{path}' AND _rescued IS NOT NULL").count() == 1


def test_decimals_may_stand_behind_a_comma(spark):
    how = replace(contracts.landing("gym_logins"), decimal=",")
    column = replace(contracts.record("bpm").column("heartrate"), name="n")
    texts = {"1.234,5": 1234.5, "72": 72.0, "0,5": 0.5, "-3,25": -3.25, "1.5": None, "1,2,3": None, "72f": None}
    rows = spark.createDataFrame([(text,) for text in texts], "_text_n string")

    read = rows.select("_text_n", F.expr(typed(column, how)).alias("n")).collect()

    assert {row["_text_n"]: row["n"] for row in read} == texts
