"""A thousand users and a million readings, row by row against the second opinion."""

from random import Random
from time import perf_counter

import pyarrow
import pyarrow.parquet
import pytest
from answers.answer import answer_of
from answers.stored import TABLES, differences, stored
from generated.defects import break_some
from generated.landing import filed
from generated.world import world_of
from lake import create_empty_lake

USERS, READINGS = 1_000, 1_000_000


def readings_that_differ(spark, answer, folder) -> int:
    """Readings are compared inside Spark: bringing a million rows here would take longer than computing them."""
    columns = {"device_id": [], "at": [], "heartrate": []}
    for device, rates in answer.heart_rates.items():
        columns["device_id"] += [device] * len(rates)
        columns["at"] += rates.keys()
        columns["heartrate"] += rates.values()
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "wanted.parquet")
    spark.read.parquet(str(folder / "wanted.parquet")).createOrReplaceTempView("wanted_readings")
    return spark.sql(
        "SELECT count(*) FROM (SELECT device_id, at, heartrate FROM ("
        "SELECT device_id, unix_micros(time) AS at, heartrate, 1 AS side FROM silver.heart_rates "
        "UNION ALL SELECT device_id, at, heartrate, -1 FROM wanted_readings) "
        "GROUP BY device_id, at, heartrate HAVING sum(side) <> 0 OR count(*) <> 2)"
    ).first()[0]


@pytest.mark.large
def test_every_row_of_silver_and_gold_is_right(spark, tmp_path, capsys):
    world = break_some(world_of(1, USERS, READINGS), rounds=3)
    files = filed(world.lines, 3, Random(1))
    began = perf_counter()
    answer = answer_of(files)
    lake = create_empty_lake(spark, tmp_path)
    paths = [lake.land(path, content) for path, content in files]
    landed = perf_counter()

    batch = lake.run(*paths)

    done = perf_counter()
    found = stored(spark, with_readings=False)
    accounts = [(file["accepted"], file["quarantinedLines"]) for file in lake.report(batch, "bronze")["files"]]
    assert sum(map(len, answer.heart_rates.values())) > READINGS
    assert len({user for user, _ in answer.users}) == USERS
    assert accounts == list(answer.lines.values())
    assert differences(found, answer, [name for name in TABLES if name != "heart_rates"]) == {}
    assert readings_that_differ(spark, answer, tmp_path) == 0
    with capsys.disabled():
        print(f"\n{sum(map(sum, accounts)):,} lines: jobs {done - landed:.1f} s, second opinion {landed - began:.1f} s")
