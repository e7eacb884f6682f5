"""What stays in tables however old it is, and what maintenance takes away, as the page about retention says."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from lake import Lake, create_empty_lake, message
from medallion_engine.computed import log
from medallion_engine.contracts import datasets, table
from medallion_engine.jobs import bronze, maintenance
from medallion_engine.maintenance import files

LAYERS = ["bronze", "silver", "gold"]
RATE = message("bpm", "d", {"device_id": "d", "time": 1_700_000_000, "heartrate": 60})


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def note_rounds(spark, monkeypatch, layer: str, days: list[int]) -> None:
    """Rounds that ended so many days ago, the first one first."""
    for number, ago in enumerate(days, 1):
        at = (datetime.now(UTC) - timedelta(days=ago)).isoformat()
        monkeypatch.setattr(log.clock, "now", lambda at=at: at)
        log.append(spark, log.Round(layer, number, [f"b{number}"], 1, 0, []))
    monkeypatch.undo()


def keep_house(lake: Lake, monkeypatch, night: str) -> None:
    """Maintenance that cleans two tables alone: to clean all takes its time."""
    monkeypatch.setattr(
        maintenance, "written", lambda *_: [table("landed.kafka_multiplex"), table("silver.heart_rates")]
    )
    maintenance.main([f"--batch={night}", f"--records={lake.records}", "--engine=local"])


def test_old_rounds_go_but_for_the_newest_of_each_layer(spark, own_lake, monkeypatch):
    note_rounds(spark, monkeypatch, "bronze", [100, 61, 59, 2, 1])
    note_rounds(spark, monkeypatch, "silver", [100, 90, 80])
    note_rounds(spark, monkeypatch, "gold", [100])
    monkeypatch.setattr(log, "MOST_ROUNDS", 2)

    keep_house(own_lake, monkeypatch, "night")

    left = {layer: [each.round for each in rounds] for layer, rounds in log.recent(spark, LAYERS, 9).items()}
    assert left == {"bronze": [5, 4, 3], "silver": [3, 2], "gold": [1]}


def test_rows_stay_when_their_file_is_older_than_any_retention(spark, own_lake, monkeypatch):
    path = own_lake.land("kafka_multiplex/old.json", RATE)
    landed = datetime.now(UTC) - timedelta(days=1 + max(each.retention_days for each in datasets()))
    os.utime(own_lake.landing / path, (landed.timestamp(), landed.timestamp()))
    own_lake.run(path)
    (own_lake.landing / path).unlink()

    keep_house(own_lake, monkeypatch, "night")
    own_lake.run(own_lake.land("kafka_multiplex/new.json", RATE.replace("1700000000", "1700000060")))

    assert {row["_path"] for row in spark.table("landed.kafka_multiplex").collect()} == {
        path,
        "kafka_multiplex/new.json",
    }
    assert spark.table("silver.heart_rates").count() == 2


def test_small_files_of_a_landed_table_are_put_together(spark, own_lake):
    for number in range(2):
        path = own_lake.land(f"kafka_multiplex/{number}.json", RATE)
        bronze.main(own_lake.arguments(own_lake.manifest(path)))

    assert files.clean(spark, [table("landed.kafka_multiplex")]) == {}

    assert spark.sql("DESCRIBE DETAIL landed.kafka_multiplex").first()["numFiles"] == 1


def test_a_table_waits_for_whoever_has_read_least_of_it(spark, own_lake):
    name, versions = "landed.kafka_multiplex", {"silver.user_profiles": 5, "silver.workout_sessions": 5}
    log.append(spark, log.Round("bronze", 1, ["b"], 1, 0, [log.TableRound(name, "d", 4, 5)]))
    assert files.unread(spark) == {name}

    for number, behind in enumerate((4, 5), 1):
        read = versions | {"silver.heart_rates": behind}
        tables = [log.TableRound(each, "d", 0, 0, read={name: version}) for each, version in read.items()]
        log.append(spark, log.Round("silver", number, ["b"], 1, 1, sorted(tables, key=lambda each: each.read[name])))
        assert files.unread(spark) == ({name} if behind == 4 else set())

    log.append(spark, log.Round("silver", 3, ["b"], 1, 1, tables[1:]))
    assert files.unread(spark) == {name}


def test_a_night_in_which_a_table_could_not_be_cleaned_ends_with_code_1_and_leaves_no_sign(
    spark, own_lake, monkeypatch
):
    own_lake.run(own_lake.land("kafka_multiplex/one.json", RATE))
    clean_one = files._clean

    def clean(spark, each):
        if each.name == "silver.heart_rates":
            raise RuntimeError("It is away.")
        clean_one(spark, each)

    monkeypatch.setattr(files, "_clean", clean)

    with pytest.raises(SystemExit) as ended:
        keep_house(own_lake, monkeypatch, "bad-night")

    # Python ends with code 1 when it is told a text.
    assert ended.value.code == "Maintenance could not clean silver.heart_rates. The reasons are in its report."
    report = own_lake.report("bad-night", "maintenance")
    assert report["failures"] == {"silver.heart_rates": "RuntimeError: It is away."}
    assert "landed.kafka_multiplex" in report["cleaned"]
    assert not (own_lake.records / "maintenance").exists()
