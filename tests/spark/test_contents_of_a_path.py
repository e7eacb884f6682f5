"""Of the contents of a path the newest counts, as the registry numbers them."""

import gzip

import pytest
from medallion_engine.bronze.flaws import fitting_in_words, flaw_in_words
from medallion_engine.bronze.manifest import listed, overtaken
from medallion_engine.jobs import bronze
from medallion_engine.platform import write_json

VISIT = "mac_address,gym,login,logout\n4c:c5:9f:cb:13:bd,5,1678521600,1678526100\n"


def line(batch: str, file: str, sequence: int | None = None) -> dict:
    said = {"batch": batch, "file": file, "dataset": "gym_logins", "path": "gym_logins/a.csv", "length": 5}
    return {**said, "lastModified": "2026-01-01T00:00:00Z", **({"sequence": sequence} if sequence else {})}


def test_the_greater_sequence_wins_though_the_clock_of_its_host_was_late():
    older, newer = line("b2", "old", 1), line("b1", "new", 2)
    assert [each.file for each in overtaken(listed([older, newer]))] == ["old"]


def test_of_two_listings_of_one_content_the_later_batch_counts():
    files = overtaken(listed([line("b1", "one", 3), line("b2", "one", 3)]))
    assert [each.batch for each in files] == ["b1"]


def test_manifests_of_an_older_operator_go_by_their_batches():
    assert [each.file for each in overtaken(listed([line("b2", "new"), line("b1", "old")]))] == ["old"]


def test_a_file_that_was_emptied_takes_its_rows_along(spark, lake):
    path = lake.land("gym_logins/emptied.csv", VISIT)
    other = lake.land("gym_logins/filled.csv", VISIT)
    bronze.main(lake.arguments(lake.manifest(path, other)))
    lake.land(path, "")
    batch = lake.manifest(path)

    bronze.main(lake.arguments(batch))

    left = spark.sql(
        "SELECT _path FROM bronze.gym_logins WHERE _path IN ('gym_logins/emptied.csv', 'gym_logins/filled.csv')"
    )
    assert [row["_path"] for row in left.collect()] == [other]
    (file,) = lake.report(batch, "bronze")["files"]
    assert (file["outcome"], file["lines"], file["accepted"]) == ("loaded", 0, 0)


def kill(spark, lake, batch: str) -> None:
    """As if the job had been killed in its round: the mark is there, and the log does not know of the round."""
    spark.sql(f"DELETE FROM ops.changes WHERE layer = 'bronze' AND array_contains(batches, '{batch}')")
    write_json(lake.records / "begun" / "bronze", {"batches": [batch]})


def gyms(spark, path: str) -> list[str]:
    return [row.gym for row in spark.sql(f"SELECT gym FROM bronze.gym_logins WHERE _path = '{path}'").collect()]


@pytest.mark.parametrize("name", ["gone.csv", "gone.json", "gone.csv.gz"])
def test_a_file_that_is_gone_after_it_was_read_has_words_all_the_same(tmp_path, name):
    (file,) = listed([line("b1", "gone") | {"path": name, "dataset": "bpm_export"}])

    assert "gone" in flaw_in_words(str(tmp_path), file, "utf-8")
    assert fitting_in_words(str(tmp_path), file) == "Some of its letters are not UTF-8."


@pytest.mark.parametrize("again", [VISIT.replace(",5,", ",6,"), VISIT])
def test_a_content_that_is_gone_before_a_killed_round_wrote_it_leaves_the_one_before(spark, lake, again):
    path = lake.land(f"gym_logins/gone-before-{again == VISIT}.csv", VISIT)
    bronze.main(lake.arguments(lake.manifest(path)))
    if again != VISIT:
        lake.land(path, again)
    batch = lake.manifest(path)
    kill(spark, lake, batch)
    (lake.landing / path).unlink()

    bronze.main(lake.arguments(batch, "--attempt=2"))

    assert lake.report(batch, "bronze")["files"][0]["outcome"] == "superseded"
    assert gyms(spark, path) == ["5"]


@pytest.mark.parametrize(("content", "outcome"), [(b"", "loaded"), (b"\x1f\x8bbroken", "quarantined")])
def test_a_content_without_rows_that_is_gone_after_a_killed_round_has_ended_the_one_before(
    spark, lake, content, outcome
):
    path = lake.land(f"gym_logins/empty-after-{outcome}.csv.gz", gzip.compress(VISIT.encode()))
    bronze.main(lake.arguments(lake.manifest(path)))
    lake.land(path, content)
    batch = lake.manifest(path)
    bronze.main(lake.arguments(batch))
    kill(spark, lake, batch)
    (lake.landing / path).unlink()

    bronze.main(lake.arguments(batch, "--attempt=2"))

    (file,) = lake.report(batch, "bronze")["files"]
    assert (file["outcome"], file["lines"]) == (outcome, 0)
    assert gyms(spark, path) == []


@pytest.mark.parametrize("beside", [[], ["stays"]])
def test_a_content_that_is_gone_after_a_killed_round_wrote_it_is_loaded(spark, lake, beside):
    path = lake.land(f"gym_logins/gone-after-{len(beside)}.csv", VISIT)
    bronze.main(lake.arguments(lake.manifest(path)))
    lake.land(path, VISIT.replace(",5,", ",6,").encode() + b"Caf\xe9,7,1,2\n")
    others = [lake.land(f"gym_logins/{name}.csv", VISIT) for name in beside]
    batch = lake.manifest(path, *others)
    bronze.main(lake.arguments(batch))
    kill(spark, lake, batch)
    (lake.landing / path).unlink()

    bronze.main(lake.arguments(batch, "--attempt=2"))

    files = lake.report(batch, "bronze")["files"]
    assert [(each["outcome"], each["accepted"]) for each in files] == [("loaded", 1)] * (1 + len(others))
    assert (gyms(spark, path)[:1], [gyms(spark, other) for other in others]) == (["6"], [["5"] for _ in others])
