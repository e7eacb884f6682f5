"""What a person decides about a file: its rows leave and stay out, or they count in spite of broken lines."""

import json
from random import Random

import pytest
from answers.answer import answer_of
from answers.stored import differences, stored
from generated.defects import break_some
from generated.landing import filed
from generated.world import world_of
from lake import Lake, create_empty_lake
from medallion_engine.jobs import bronze, gold, silver
from medallion_engine.platform import write_json
from streaming import Streams

FILES = filed(break_some(world_of(53, users=6, readings=150), rounds=1).lines, 3, Random(53))
PATHS = [path for path, _ in FILES]
OUT = ["kafka_multiplex/part-1.json", "gym_logins/part-0.csv"]
REST = [(path, content) for path, content in FILES if path not in OUT]


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    lake = create_empty_lake(spark, tmp_path)
    for path, content in FILES:
        lake.land(path, content)
    return lake


def decide(lake: Lake, folder: str, path: str) -> None:
    text = lake.control / folder / path.split("/")[0] / f"{lake.versions[path]}.json"
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_text("{}")


def take_back(lake: Lake, folder: str, path: str) -> None:
    (lake.control / folder / path.split("/")[0] / f"{lake.versions[path]}.json").unlink()


def removal(lake: Lake, *paths: str) -> str:
    """A manifest that removes the rows of files."""
    lake.batches += 1
    batch = f"batch-{lake.batches:03}"
    lines = [{**lake.listing(batch, path), "action": "remove"} for path in paths]
    folder = lake.control / "manifests" / "2026-01-01"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{batch}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return batch


def run(lake: Lake, batch: str) -> None:
    for job in (bronze, silver, gold):
        job.main(lake.arguments(batch))


def outcomes(lake: Lake, batch: str) -> list[str]:
    return [each["outcome"] for each in lake.report(batch, "bronze")["files"]]


def paths_of(spark, table: str) -> set[str]:
    return {row["_path"] for row in spark.sql(f"SELECT DISTINCT _path FROM {table}").collect()}


def test_rows_leave_all_layers_and_come_back_when_the_files_are_included(spark, own_lake):
    lake = own_lake
    lake.run(*PATHS)
    assert differences(stored(spark), answer_of(FILES)) == {}

    for path in OUT:
        decide(lake, "exclusions", path)
    batch = removal(lake, *OUT)
    run(lake, batch)
    assert outcomes(lake, batch) == []
    assert differences(stored(spark), answer_of(REST)) == {}

    for path in OUT:
        take_back(lake, "exclusions", path)
    run(lake, lake.manifest(*OUT))
    assert differences(stored(spark), answer_of(FILES)) == {}


def test_streams_remove_rows_of_a_manifest_that_they_have_taken_before(spark, own_lake):
    lake = own_lake
    streams = Streams(lake, "excluding")
    streams.until_covered(lake.manifest(*PATHS))
    for path in OUT:
        decide(lake, "exclusions", path)
    streams.until_covered(removal(lake, *OUT))
    streams.drain()

    assert differences(stored(spark), answer_of(REST)) == {}


def test_a_file_that_is_excluded_before_its_batch_is_loaded_is_not_read(spark, own_lake):
    lake = own_lake
    path = OUT[0]
    batch = lake.manifest(path)
    decide(lake, "exclusions", path)
    bronze.main(lake.arguments(batch))

    assert lake.report(batch, "bronze")["files"] == [
        {
            "file": lake.versions[path],
            "outcome": "excluded",
            "reason": "It was excluded when its batch was loaded.",
            **{"lines": 0, "blank": 0, "accepted": 0, "quarantinedLines": 0, "violations": {}},
        }
    ]
    assert spark.table("landed.kafka_multiplex").count() == 0


def test_an_earlier_content_of_the_path_stays_if_the_later_one_was_never_loaded(spark, own_lake):
    lake = own_lake
    path = OUT[1]
    bronze.main(lake.arguments(lake.manifest(path)))
    before = spark.table("landed.gym_logins").count()
    content = dict(FILES)[path]
    lake.land(path, content + content.splitlines()[1] + "\n")
    batch = lake.manifest(path)
    decide(lake, "exclusions", path)
    bronze.main(lake.arguments(batch))

    assert outcomes(lake, batch) == ["excluded"]
    assert spark.table("landed.gym_logins").count() == before > 0


def test_rows_do_not_come_back_when_older_manifests_are_loaded_again(spark, own_lake):
    lake = own_lake
    bronze.main(lake.arguments(lake.manifest(*PATHS)))
    for path in OUT:
        decide(lake, "exclusions", path)
    bronze.main(lake.arguments(removal(lake, *OUT)))

    # Bronze has forgotten what it has loaded, and nothing of it is there.
    spark.sql("DELETE FROM ops.changes WHERE layer = 'bronze'")
    datasets = {path.split("/")[0] for path in PATHS}
    for dataset in datasets:
        spark.sql(f"DELETE FROM landed.{dataset}")
    bronze.main(lake.arguments("batch-002"))

    assert outcomes(lake, "batch-001").count("excluded") == len(OUT)
    assert {path for each in datasets for path in paths_of(spark, f"landed.{each}")} == {*PATHS} - {*OUT}


def test_rows_go_when_a_round_is_done_again_after_its_files_were_excluded(spark, own_lake):
    lake = own_lake
    batch = lake.manifest(*PATHS)
    bronze.main(lake.arguments(batch))
    spark.sql("DELETE FROM ops.changes WHERE layer = 'bronze'")
    write_json(lake.records / "begun" / "bronze", {"batches": [batch]})
    for path in OUT:
        decide(lake, "exclusions", path)
    run(lake, batch)

    assert outcomes(lake, batch).count("excluded") == len(OUT)
    assert differences(stored(spark), answer_of(REST)) == {}


def test_a_removal_does_nothing_when_the_file_is_included_again(spark, own_lake):
    lake = own_lake
    path = OUT[1]
    bronze.main(lake.arguments(lake.manifest(path)))
    before = spark.table("landed.gym_logins").count()
    bronze.main(lake.arguments(removal(lake, path)))

    assert spark.table("landed.gym_logins").count() == before > 0


def test_a_file_that_is_accepted_counts_in_spite_of_its_broken_lines(spark, own_lake):
    lake = own_lake
    header = "mac_address,gym,login,logout\n"
    good = [f"4c:c5:9f:cb:13:bd,5,{1678521600 + n},{1678526100 + n}\n" for n in range(3)]
    path = lake.land("gym_logins/broken.csv", header + "".join(good) + "no address,,,\n" * 20)
    batch = lake.manifest(path)
    bronze.main(lake.arguments(batch))
    assert outcomes(lake, batch) == ["quarantined"]

    decide(lake, "acceptances", path)
    batch = lake.manifest(path)
    run(lake, batch)
    [account] = lake.report(batch, "bronze")["files"]
    assert (account["outcome"], account["accepted"], account["quarantinedLines"]) == ("loaded", 3, 20)
    assert "file_is_mostly_broken" not in account["violations"]
    assert spark.table("silver.gym_visits").count() == 3
