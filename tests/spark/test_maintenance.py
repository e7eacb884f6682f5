"""A deleted person's words are gone: from the tables at once, from the files after maintenance."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlparse

import pyarrow.parquet
import pytest
from deleted_person import NAME, START, person
from generated.lines import Line, change, enveloped, message, press, reading, registration
from lake import Lake, create_empty_lake
from medallion_engine.contracts import table
from medallion_engine.jobs import gold, maintenance, silver
from medallion_engine.maintenance.files import clean
from publishing import publish_all
from retention import keep_versions_for

SESSION = "u1", "w", "s"


def lines_of(*lines: Line) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def files_that_name(spark, name: str) -> list[str]:
    """Data files, change files and logs of all tables in which a text occurs, read as what they are."""
    warehouse = Path(urlparse(spark.conf.get("spark.sql.warehouse.dir")).path)
    found = []
    for file in warehouse.rglob("*"):
        if file.suffix == ".parquet":
            text = str(pyarrow.parquet.ParquetFile(file).read().to_pydict())
        elif file.suffix in (".json", ".crc"):
            text = file.read_bytes().decode(errors="replace")
        else:
            continue
        if name in text:
            found.append(str(file.relative_to(warehouse)))
    return found


@pytest.fixture(scope="module")
def deleted(spark, tmp_path_factory) -> tuple[Lake, list[str]]:
    """A lake from which a person was deleted, and the files that named the person before."""
    lake = create_empty_lake(spark, tmp_path_factory.mktemp("erasure"))
    # Before the first row, as it is a commit that the streams have to read like any other.
    keep_versions_for(spark, "0 hours")
    known = lines_of(
        change("u1", "new", START, person(NAME)),
        change("u1", "update", START + 9, person(f"{NAME}-Smith")),
        change("u1", "update", START + 10, person(NAME) | {"dob": "30/30/1990"}),
        enveloped("user_info", "u1", f'{{"user_id": "u1", "last_name": "{NAME}", "addr', START),
        message("profiles", "u1", {"user_id": "u1", **person(NAME)}, START),
        change("u2", "new", START, person("Keeper")),
        press(SESSION, "start", START + 60),
        press(SESSION, "stop", START + 600),
        reading("d1", START + 100, 80),
    )
    devices = registration("u1", "d1", "aa:bb:cc:dd:ee:01", START).text
    csv = f"user_id,device_id,mac_address,registration_timestamp\n{devices}\n"
    lake.run(lake.land("kafka_multiplex/known.json", known), lake.land("registered_users/one.csv", csv))
    before = spark.table("gold_staged.workout_bpm_summary").first()
    assert before.city == f"{NAME}-Smithville"
    publish_all(spark)
    lake.run(lake.land("kafka_multiplex/delete.json", lines_of(change("u1", "delete", START + 50))))
    publish_all(spark)
    return lake, files_that_name(spark, NAME)


def test_a_quarantined_line_is_seen_through_its_view(spark, deleted):
    rows = spark.table("quarantine.kafka_multiplex").orderBy("_path", "_line_number").collect()

    by_record = {}
    for row in rows:
        by_record.setdefault(row._record, []).append(row)
    assert by_record["user_info"][0]._violations == ["dob_is_not_a_date"]
    assert NAME in by_record["user_info"][0]._line
    assert by_record[None][0]._violations == ["topic_unknown"]
    assert set(by_record) == {"user_info", None}


def test_a_delete_reaches_gold_in_the_same_run(spark, deleted):
    row = spark.table("gold_staged.workout_bpm_summary").first()

    assert [profile.user_id for profile in spark.table("silver.user_profiles").collect()] == ["u2"]
    assert (row.age, row.sex, row.gender, row.city, row.state) == ("invalid age", None, None, None, None)
    assert row.num_recordings == 1


@pytest.mark.large
def test_after_maintenance_no_file_names_the_person(spark, deleted):
    lake, before = deleted
    batch = f"batch-{lake.batches:03}"

    nights = []
    for night in ("night-1", "night-2"):
        maintenance.main([f"--batch={night}", f"--records={lake.records}"])
        nights.append(lake.report(night, "maintenance"))
        for job in (silver, gold):
            job.main(lake.arguments(batch, "--attempt=2"))

    assert {"landed.db", "silver.db", "gold_published.db", "gold_changes.db"} <= {path.split("/")[0] for path in before}
    assert not [path for path in before if "_delta_log" in path]
    landed = {"landed.kafka_multiplex": 9, "landed.registered_users": 1}
    assert [night["erased"] for night in nights] == [landed | {"gold_changes.workout_bpm_summary": 3}, {}]
    # What was just erased is cleaned when the stream above has read it.
    assert [night["waiting"] for night in nights] == [sorted(landed), []]
    assert files_that_name(spark, NAME) == []
    signs = [json.loads(file.read_text()) for file in sorted((lake.records / "maintenance").iterdir())]
    assert [(sign["batch"], sign["waiting"]) for sign in signs] == [
        ("night-1", ["landed.kafka_multiplex", "landed.registered_users"]),
        ("night-2", []),
    ]
    assert files_that_name(spark, "Keeper") != []


@pytest.mark.large
def test_an_erased_person_does_not_come_back(spark, deleted):
    lake, _ = deleted
    lines = spark.table("bronze.user_info").count()

    late = lake.run(lake.land("kafka_multiplex/late.json", lines_of(change("u1", "update", START + 20, person(NAME)))))

    assert lines == 1
    assert [profile.user_id for profile in spark.table("silver.user_profiles").collect()] == ["u2"]
    assert not any(table["changed"] for table in lake.report(late, "silver")["tables"])


def test_a_table_that_cannot_be_cleaned_stops_no_other(spark, deleted):
    missing = replace(table("silver.users"), physical="silver.never_made")
    profiles = table("silver.user_profiles")

    failures = clean(spark, [missing, profiles])

    assert list(failures) == ["silver.users"]
    assert "never_made" in failures["silver.users"]
    operations = {row["operation"] for row in spark.sql(f"DESCRIBE HISTORY {profiles.physical}").collect()}
    assert "VACUUM END" in operations


def test_a_table_is_clustered_when_it_is_cleaned(spark, deleted):
    profiles = table("silver.user_profiles")
    assert clean(spark, [profiles]) == {}
    operations = {row["operation"] for row in spark.sql(f"DESCRIBE HISTORY {profiles.physical}").collect()}
    assert "OPTIMIZE" in operations
