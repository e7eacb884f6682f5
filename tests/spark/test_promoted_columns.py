"""A column that a contract gains is filled for lines of before, from what they had beside their columns."""

import json

import pytest
from lake import Lake, create_empty_lake, message, statements
from medallion_engine.bronze.news import MAX_NAMES, note_told, untold
from medallion_engine.computed import functions
from medallion_engine.jobs import bronze, silver
from pyspark.sql import functions as F
from senders import ADDRESS, AT

SENT = (
    "MAC_address,gym,login,logout,Color,floor,note\n"
    f"{ADDRESS},north,{AT},{AT + 60},red,3,first\n"
    f"{ADDRESS},south,{AT + 100},{AT + 160}, ,four,\n"
    f"{ADDRESS},west,{AT + 200},{AT + 260},,,\n"
)


def with_columns(content: dict, record: str, tables: list[str], *columns: dict) -> None:
    content["records"][record]["columns"] += columns
    more = ",".join(f"{column['name']}:{column['type']}" for column in columns)
    for table in tables:
        content["tables"][table]["definition"] = "another"
        struct = next(each for each in content["tables"][table]["columns"] if each["name"] == record)
        struct["type"] = f"{struct['type'][:-1]},{more}>"


def newer(content: dict) -> None:
    color = {"name": "color", "type": "string", "optional": True}
    floor = {"name": "floor", "type": "int", "source": ["Floor"], "optional": True}
    with_columns(content, "gym_logins", ["landed.gym_logins"], color, floor)
    content["tables"]["silver.gym_visits"]["definition"] = "another"
    mood = {"name": "mood", "type": "string", "source": ["extra.mood"]}
    steps = {"name": "steps", "type": "double"}
    with_columns(content, "bpm", ["landed.kafka_multiplex", "landed.bpm_export"], mood, steps)


@pytest.fixture
def own_lake(spark, tmp_path) -> Lake:
    return create_empty_lake(spark, tmp_path)


def run(lake: Lake, *paths: str) -> dict[str, list[str]]:
    """Loads files, and returns the new columns of which the report tells."""
    batch = lake.manifest(*paths)
    for job in (bronze, silver):
        job.main(lake.arguments(batch))
    return lake.report(batch, "bronze")["newColumns"]


def visited(spark) -> list:
    return spark.table("landed.gym_logins").where("_record = 'gym_logins'").orderBy("_path", "_line_number").collect()


def visits(spark) -> list:
    rows = spark.table("landed.gym_logins").where("_record = 'gym_logins'").orderBy("gym_logins.login")
    selected = rows.select("gym_logins.gym", "gym_logins.color", "gym_logins.floor", "_rescued").collect()
    return [(*row[:3], json.loads(row["_rescued"]) if row["_rescued"] else None) for row in selected]


def test_a_promoted_column_has_its_values_in_all_tables(spark, own_lake, deploy, monkeypatch):
    extra = {"device_id": "d", "time": AT, "heartrate": 60, "extra": {"mood": "fine"}, "steps": 3, "other": [1]}
    kafka = own_lake.land("kafka_multiplex/1.json", message("bpm", "d", extra))
    run(own_lake, own_lake.land("gym_logins/1.csv", SENT), kafka)
    for path in (own_lake.landing / "gym_logins/1.csv", own_lake.landing / "kafka_multiplex/1.json"):
        path.unlink()

    deploy(newer)
    for statement in (
        "ALTER TABLE landed.gym_logins ADD COLUMNS (gym_logins.color STRING AFTER logout)",
        "ALTER TABLE landed.gym_logins ADD COLUMNS (gym_logins.floor INT AFTER color)",
        "ALTER TABLE landed.kafka_multiplex ADD COLUMNS (bpm.mood STRING, bpm.steps DOUBLE)",
        "ALTER TABLE landed.bpm_export ADD COLUMNS (bpm.mood STRING, bpm.steps DOUBLE)",
        *statements(),
    ):
        spark.sql(statement)
    of = functions.function_of

    def function_of(session, each):
        function = of(session, each)
        if each.name != "silver.gym_visits":
            return function
        named = F.concat_ws("/", "gym", "color")
        return lambda rows: function({name: lines.withColumn("gym", named) for name, lines in rows.items()})

    monkeypatch.setattr("medallion_engine.computed.compute.function_of", function_of)
    later = f"mac_address,gym,login,logout,color\n{ADDRESS},east,{AT + 300},{AT + 360},blue\n"
    run(own_lake, own_lake.land("gym_logins/2.csv", later))

    assert visits(spark) == [
        ("north", "red", 3, {"note": "first"}),
        ("south", None, None, {"floor": "four"}),
        ("west", None, None, None),
        ("east", "blue", None, None),
    ]
    (rate,) = spark.sql("SELECT bpm.mood, bpm.steps, _rescued FROM landed.kafka_multiplex").collect()
    assert (rate["mood"], rate["steps"], json.loads(rate["_rescued"])) == ("fine", 3.0, {"other": "[1]"})
    gyms = {row["gym"] for row in spark.table("silver.gym_visits").collect()}
    assert gyms == {"north/red", "south", "west", "east/blue"}


def with_other_name(content: dict) -> None:
    (logout,) = [each for each in content["records"]["gym_logins"]["columns"] if each["name"] == "logout"]
    logout["source"] = ["logout", "left"]
    content["tables"]["landed.gym_logins"]["definition"] = "another"


def test_silver_follows_lines_that_gain_a_value(spark, own_lake, deploy):
    lines = f"mac_address,gym,login,left\n{ADDRESS},north,{AT},{AT + 60}\n"
    assert run(own_lake, own_lake.land("gym_logins/1.csv", lines)) == {"gym_logins": ["left"]}

    deploy(with_other_name)
    run(own_lake, own_lake.land("gym_logins/2.csv", lines.replace("north", "south").replace(str(AT), str(AT + 20))))

    lengths = spark.sql("SELECT gym, unix_timestamp(logout) - unix_timestamp(login) AS length FROM silver.gym_visits")
    assert sorted(map(tuple, lengths.collect())) == [("north", 60), ("south", 40)]
    assert spark.table("landed.gym_logins").where("_rescued IS NOT NULL").isEmpty()


def test_a_contract_without_news_changes_no_line(spark, own_lake, deploy):
    told = run(own_lake, own_lake.land("gym_logins/1.csv", SENT))
    before = visited(spark)

    deploy(lambda content: content["tables"]["landed.gym_logins"].update(definition="another"))
    later = SENT.replace("note", "remark").splitlines()[:2]
    told_later = run(own_lake, own_lake.land("gym_logins/2.csv", "\n".join(later)))

    assert visited(spark)[:3] == before
    assert (told, told_later) == ({"gym_logins": ["color", "floor", "note"]}, {"gym_logins": ["remark"]})


def test_a_job_that_is_killed_behind_its_report_tells_again(tmp_path):
    names = {f"n{number:03}" for number in range(MAX_NAMES + 9)}
    assert untold(tmp_path, {"a": {"y", "x"}, "b": set()}) == untold(tmp_path, {"a": {"x", "y"}}) == {"a": ["x", "y"]}
    note_told(tmp_path, {"a": ["x", "y"]})
    assert untold(tmp_path, {"a": {"x", "y"}, "b": {"x"}}) == {"b": ["x"]}
    assert len(untold(tmp_path, {"a": names})["a"]) == MAX_NAMES - 2
