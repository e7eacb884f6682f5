"""Files that are large, and batches of many: what is too much is set aside unread, and the rest is loaded."""

import gzip
import json
from time import perf_counter

import pytest
from lake import Lake
from medallion_engine.jobs import bronze
from senders import HEADER, exported, reading, visit

ELEMENTS = 1_200_000
FILES = 10_000
MAX_SECONDS = 600


def load(lake: Lake, *paths: str) -> list[dict]:
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    return lake.report(batch, "bronze")["files"]


def test_what_is_above_a_limit_is_set_aside_unread(lake, deploy):
    limits = {"arrayBytes": 400, "packedBytes": 100}
    deploy(lambda content: [each["limits"].update(limits) for each in content["landing"].values()])
    array = lake.land("bpm_export/array.json", json.dumps([exported("large", 60)] * 5))
    packed = lake.land("gym_logins/packed.csv.gz", gzip.compress((HEADER + visit("large")).encode()) + b"\0" * 100)
    small = lake.land("bpm_export/small.json", json.dumps([exported("small", 60)]))

    first, second, third = load(lake, array, packed, small)

    for report, path, name in ((first, array, "arrayBytes"), (second, packed, "packedBytes")):
        length = (lake.landing / path).stat().st_size
        reason = f"It has {length} bytes; the contract allows {limits[name]} ('{name}'). Send it in parts."
        assert (report["outcome"], report["lines"], report["reason"]) == ("quarantined", 0, reason)
    assert (third["outcome"], third["accepted"]) == ("loaded", 1)


@pytest.mark.large
def test_an_array_of_a_hundred_megabytes_is_loaded(lake):
    element = json.dumps(exported("middle", 61))
    text = f"[{', '.join([element] * ELEMENTS)}]"
    assert len(text) > 100_000_000

    healthy = lake.land("gym_logins/beside.csv", HEADER + visit("beside"))
    first, second = load(lake, lake.land("bpm_export/middle.json", text), healthy)

    assert [first[name] for name in ("outcome", "lines", "accepted")] == ["loaded", ELEMENTS, ELEMENTS]
    assert (second["outcome"], second["accepted"]) == ("loaded", 1)


@pytest.mark.large
def test_ten_thousand_small_files_are_one_batch(lake):
    paths = [lake.land(f"kafka_multiplex/many/{n}.json", reading(f"many{n}", 60)) for n in range(FILES)]
    started = perf_counter()

    reports = load(lake, *paths)

    assert perf_counter() - started < MAX_SECONDS
    assert {(each["outcome"], each["lines"], each["accepted"], each["reason"]) for each in reports} == {
        ("loaded", 1, 1, "")
    }
    assert len(reports) == FILES
