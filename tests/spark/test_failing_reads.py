"""What a read that fails says of the files that were read: which of them is set aside, and in which words."""

import gzip
from random import Random

from lake import Lake
from medallion_engine.jobs import bronze
from senders import HEADER, visit

NOISE = Random(1).randbytes(5_000_000).hex(",", 50)
LONG_PACKED = gzip.compress((HEADER + NOISE.replace(",", "\n")).encode(), compresslevel=1)


def load(lake: Lake, *paths: str) -> dict[str, dict]:
    """What the report says of each file, by path."""
    batch = lake.manifest(*paths)
    bronze.main(lake.arguments(batch))
    return dict(zip(paths, lake.report(batch, "bronze")["files"], strict=True))


def test_a_broken_file_whose_name_sounds_like_an_outage_is_set_aside_alone(lake):
    # Longer than what the first look unpacks, and with a name that is percent-encoded where an error has it.
    bad = lake.land("gym_logins/uninterrupted OutOfMemory.csv.gz", LONG_PACKED[:-9])
    good = lake.land("gym_logins/beside.csv.gz", gzip.compress((HEADER + visit("beside")).encode()))

    files = load(lake, bad, good)

    assert (files[bad]["outcome"], files[bad]["lines"]) == ("quarantined", 0)
    assert files[bad]["reason"] == "It cannot be read: Unexpected end of input stream"
    assert (files[good]["outcome"], files[good]["accepted"]) == ("loaded", 1)


def with_rule(predicate: str):
    """An edit of contracts: gym visits have one more row rule."""
    rule = {"name": "one_more", "predicate": predicate}
    return lambda content: content["records"]["gym_logins"]["rowRules"].append(rule)


def test_what_a_rule_cannot_compute_is_told_without_the_value(lake, deploy):
    bad = lake.land("gym_logins/street.csv", HEADER + visit("Baker St 5"))
    good = lake.land("gym_logins/number.csv", HEADER + visit("5"))
    deploy(with_rule("CAST(_text.gym AS INT) > 99999"))

    files = load(lake, bad, good)

    assert (files[bad]["outcome"], files[good]["outcome"]) == ("quarantined", "loaded")
    assert "[CAST_INVALID_INPUT]. The log of the job run has the whole error." in files[bad]["reason"]
    assert "Baker" not in files[bad]["reason"]


def test_a_rule_that_names_no_column_is_no_fault_of_a_file(spark, lake, deploy):
    path = lake.land("gym_logins/misspelt.csv", HEADER + visit("misspelt before"))
    load(lake, path)
    lake.land(path, HEADER + visit("misspelt after"))
    deploy(with_rule("gim IS NULL"))

    files = load(lake, path)

    assert files[path]["reason"].startswith("Its table 'landed.gym_logins' cannot be written: ")
    kept = spark.sql(f"SELECT gym FROM bronze.gym_logins WHERE _path = '{path}'").collect()
    assert [row.gym for row in kept] == ["misspelt before"]
