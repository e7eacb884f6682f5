"""Maintenance erases lines while bronze loads others: the layers above are told of both."""

import pytest
from deleted_person import DEVICE, MAC, NAME, OTHER, OTHER_MAC, PERSON, START, compute, maintain, person
from generated.lines import HEADERS, Line, change, press, reading, registration
from lake import Lake, create_empty_lake
from medallion_engine.erasing import ledger
from medallion_engine.jobs import bronze, maintenance

DEVICE_OF_OTHER = "d-2"


@pytest.fixture
def own_lake(spark, tmp_path, monkeypatch) -> Lake:
    """A lake with two people, of whom one is to be erased. Its maintenance removes no file."""
    lake = create_empty_lake(spark, tmp_path)
    devices = [(PERSON, DEVICE, MAC), (OTHER, DEVICE_OF_OTHER, OTHER_MAC)]
    registered = "\n".join([HEADERS["registered_users"], *(registration(*each, START).text for each in devices), ""])
    profiles = [change(PERSON, "new", START, person(NAME)), change(OTHER, "new", START, person("Keeper"))]
    lake.run(lake.land("registered_users/all.csv", registered), land(lake, "profiles", *profiles))
    spark.sql(
        f"INSERT INTO {ledger.TABLE} (subject, identifier, deleted_at, requested, actor) "
        f"VALUES ('user_id', '{PERSON}', current_timestamp(), current_timestamp(), 'ann')"
    )
    monkeypatch.setattr(maintenance, "clean", lambda *_: {})
    return lake


def land(lake: Lake, name: str, *lines: Line) -> str:
    return lake.land(f"kafka_multiplex/{name}.json", "".join(f"{line.text}\n" for line in lines))


def load_and_then(monkeypatch, happens) -> None:
    """Once: after the lines of a batch are written, and before bronze says so."""
    load = bronze.load

    def load_once(*arguments):
        done = load(*arguments)
        monkeypatch.setattr(bronze, "load", load)
        happens()
        return done

    monkeypatch.setattr(bronze, "load", load_once)


def names_in(spark, table: str) -> set[str]:
    return {row.user_id for row in spark.table(table).select("user_id").collect()}


def test_an_erasure_that_was_told_first_hides_no_lines(spark, own_lake, monkeypatch):
    session = OTHER, "w-1", "s"
    load_and_then(monkeypatch, lambda: maintain(own_lake, "night"))

    own_lake.run(land(own_lake, "workout", press(session, "start", START + 60), press(session, "stop", START + 600)))
    own_lake.run(land(own_lake, "bpm", reading(DEVICE_OF_OTHER, START + 100, 80)))

    rounds = [row["round"] for row in spark.table("ops.changes").where("layer = 'bronze'").collect()]
    assert sorted(rounds) == [1, 2, 3, 4]
    assert names_in(spark, "silver.workout_sessions") == {OTHER}
    assert names_in(spark, "silver.users") == {OTHER}
    assert names_in(spark, "silver.user_profiles") == {OTHER}
    assert names_in(spark, "gold_staged.workout_bpm_summary") == {OTHER}


def test_an_erasure_that_a_load_finds_in_its_table_is_told_to_all(spark, own_lake, monkeypatch):
    def erase() -> None:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(maintenance, "_tell", _die)
            maintain(own_lake, "killed")

    load_and_then(monkeypatch, erase)
    own_lake.run(land(own_lake, "bpm", reading(DEVICE_OF_OTHER, START + 100, 80)))
    maintain(own_lake, "night")
    compute(own_lake)

    assert names_in(spark, "silver.user_profiles") == {OTHER}
    assert names_in(spark, "silver.users") == {OTHER}


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
