"""What becomes of the lines of deleted people: also after a kill, and when somebody has come back."""

from unittest.mock import patch

import pytest
from deleted_person import (
    DEVICE,
    MAC,
    NAME,
    OTHER,
    PERSON,
    START,
    compute,
    maintain,
    person,
    registrations,
    signs_in,
    stream,
    text_of,
    visits,
)
from generated.lines import Line, change
from lake import Lake, create_empty_lake
from medallion_engine.erasing import ledger
from medallion_engine.jobs import bronze, maintenance
from medallion_engine.maintenance import erasure
from publishing import publish_all


def test_a_kill_between_the_steps_loses_nothing(spark, tmp_path, monkeypatch):
    lake = create_empty_lake(spark, tmp_path)
    lake.run(
        lake.land("kafka_multiplex/all.json", stream() + change(PERSON, "delete", START + 50).text + "\n"),
        lake.land("registered_users/all.csv", registrations()),
        lake.land("gym_logins/all.csv", visits()),
    )
    publish_all(spark)
    steps = [(ledger, "entries"), (erasure, "erase_changes"), (maintenance, "_tell")]

    for number, (module, name) in enumerate(steps):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, _die)
            with pytest.raises(KeyboardInterrupt):
                maintain(lake, f"killed-{number}")
    for night in ("night-1", "night-2"):
        maintain(lake, night)
        compute(lake)
        publish_all(spark)

    assert signs_in(spark) == {"ops.erasures": [PERSON, DEVICE, MAC]}


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_lines_that_stay_are_blank_or_have_a_pseudonym(spark, tmp_path, deploy):
    def keep(content: dict) -> None:
        content["records"]["user_info"]["erasure"]["action"] = "blank"
        for name in ("registered_users", "workout"):
            content["records"][name]["erasure"]["action"] = "pseudonymise"

    deploy(keep)
    lake = create_empty_lake(spark, tmp_path)
    lake.run(
        lake.land("kafka_multiplex/all.json", stream() + change(PERSON, "delete", START + 50).text + "\n"),
        lake.land("registered_users/all.csv", registrations()),
    )
    for night in ("night-1", "night-2"):
        maintain(lake, night)

    profiles = spark.table("bronze.user_info").where(f"user_id = '{PERSON}'").collect()
    assert [(row.update_type, row.last_name, row.city, row._line) for row in profiles] == [
        ("new", None, None, None),
        ("delete", None, None, None),
    ]
    registered = spark.table("bronze.registered_users").where("_line IS NULL").collect()
    pseudonyms = {row.user_id for row in registered}
    assert len(registered) == 3
    assert pseudonyms == {row.user_id for row in spark.table("bronze.workout").where("_line IS NULL").collect()}
    assert not [sign for sign in (PERSON, DEVICE, MAC, NAME) if sign in str(registered)]
    assert spark.table(ledger.TABLE).where("subject = 'user_id'").count() == 1


def test_an_erasure_that_is_not_done_is_overdue_after_three_days(spark, tmp_path):
    create_empty_lake(spark, tmp_path)
    for days in (2, 4):
        requested = f"current_timestamp() - INTERVAL {days} DAYS"
        spark.sql(
            f"INSERT INTO {ledger.TABLE} (subject, identifier, deleted_at, requested, actor) "
            f"VALUES ('user_id', 'u-{days}', {requested}, {requested}, 'ann')"
        )

    assert ledger.overdue(spark) == 1


def test_who_comes_back_is_known_again(spark, tmp_path):
    lake = create_empty_lake(spark, tmp_path)
    again = [change(PERSON, "delete", START + 50), change(PERSON, "new", START + 90, person("Returned"))]
    lake.run(
        lake.land("kafka_multiplex/all.json", stream() + "".join(f"{line.text}\n" for line in again)),
        lake.land("registered_users/all.csv", registrations()),
    )

    maintain(lake, "night-1")
    compute(lake)

    profiles = {row.user_id: row.last_name for row in spark.table("silver.user_profiles").collect()}
    assert profiles == {PERSON: "Returned", OTHER: "Keeper"}
    assert NAME not in text_of(spark, "bronze.user_info")
    assert spark.table("silver.users").where(f"user_id = '{PERSON}'").count() == 2


def test_who_was_deleted_a_second_time_has_to_be_erased_again(spark, tmp_path):
    lake = create_empty_lake(spark, tmp_path)
    for at in (START + 50, START + 90):
        load(lake, lake.land(f"kafka_multiplex/{at}.json", text_of_lines(change(PERSON, "delete", at))))
        ledger.add(spark)
        # The tables that are done were so before they got new rows.
        ledger.note_done(spark, [], ["silver.users"])
        assert ledger.has_open(spark)
        ledger.note_done(spark, ["silver.users"], ["silver.users"])
        assert not ledger.has_open(spark)


def text_of_lines(*lines: Line) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def test_who_is_no_longer_back_has_to_be_erased_again(spark, tmp_path):
    lake = create_empty_lake(spark, tmp_path)
    gone = change(PERSON, "delete", START + 50)
    path = lake.land("kafka_multiplex/back.json", text_of_lines(change(PERSON, "new", START + 90, person(NAME))))
    load(lake, path, lake.land("kafka_multiplex/gone.json", text_of_lines(gone)))
    ledger.add(spark)
    ledger.note_done(spark, [], [])
    assert not ledger.has_open(spark)

    load(lake, lake.land(path, text_of_lines(change(OTHER, "new", START, person("Keeper")))))
    ledger.add(spark)

    assert ledger.has_open(spark)


def sweep(lake: Lake, night: str) -> dict:
    """Maintenance whose cleaning removes no file, which would take its time for each table."""
    with patch.object(maintenance, "clean", lambda *_: {}):
        return maintain(lake, night)


def load(lake: Lake, *paths: str) -> None:
    bronze.main(lake.arguments(lake.manifest(*paths)))


@pytest.mark.parametrize("kept", [{"user_id"}, {"user_id", "device_id", "mac_address"}])
def test_contracts_may_keep_what_tells_of_deleted_people(spark, tmp_path, deploy, kept):
    def keep(content: dict) -> None:
        declared = [each["erasure"] for each in content["records"].values() if "erasure" in each]
        for each in [each for each in declared if each["subject"] in kept]:
            each["action"] = "keep"

    deploy(keep)
    lake = create_empty_lake(spark, tmp_path)
    load(lake, lake.land("kafka_multiplex/all.json", stream() + change(PERSON, "delete", START + 50).text + "\n"))

    sweep(lake, "night-1")
    load(lake, lake.land("kafka_multiplex/more.json", change(OTHER, "update", START + 60, person("Kept")).text + "\n"))
    sweep(lake, "night-2")

    assert NAME in text_of(spark, "bronze.user_info")
    assert "Kept" in text_of(spark, "bronze.user_info")
