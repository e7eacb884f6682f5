"""A text as a SQL literal: the same cases that the operator's own quoting passes, and what Spark makes of them."""

import json
from pathlib import Path

import pytest
from medallion_engine.computed.keys import Touched, keys_of
from medallion_engine.delta.history import quoted
from medallion_engine.jobs import bronze
from senders import HEADER, visit

CASES = json.loads((Path(__file__).parents[1] / "medallion/contracts/sql-literals.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["literal"] for case in CASES])
def test_quoted_writes_a_text_as_the_operator_does(case):
    assert quoted(case["text"]) == case["literal"]


def test_spark_reads_each_literal_as_its_text(spark):
    columns = ", ".join(f"{quoted(case['text'])} AS c{index}" for index, case in enumerate(CASES))

    [row] = spark.sql(f"SELECT {columns}").collect()

    assert list(row) == [case["text"] for case in CASES]


def paths_of(spark) -> set[str]:
    return {row["_path"] for row in spark.sql("SELECT DISTINCT _path FROM bronze.gym_logins").collect()}


def test_a_file_whose_name_spark_would_replace_is_replaced_itself(spark, lake):
    path = lake.land("gym_logins/a${spark.app.name}b.csv", HEADER + visit("before") * 2)
    bronze.main(lake.arguments(lake.manifest(path)))

    bronze.main(lake.arguments(lake.manifest(lake.land(path, HEADER + visit("after")))))

    rows = spark.table("bronze.gym_logins").select("_path", "gym").collect()
    assert [tuple(row) for row in rows] == [(path, "after")]


def test_an_emptied_file_takes_no_rows_of_the_file_that_its_name_would_become(spark, lake):
    name = spark.conf.get("spark.app.name")
    other = lake.land(f"gym_logins/{name}.csv", HEADER + visit("other"))
    path = lake.land("gym_logins/${spark.app.name}.csv", HEADER + visit("emptied"))
    bronze.main(lake.arguments(lake.manifest(other, path)))

    bronze.main(lake.arguments(lake.manifest(lake.land(path, ""))))

    left = paths_of(spark)
    assert other in left
    assert path not in left


def test_the_rows_of_a_key_are_found_whatever_spark_would_make_of_it(spark):
    values = ["${spark.app.name}", "${env:HOME}", spark.conf.get("spark.app.name"), "plain"]
    rows = spark.createDataFrame([(value, n) for n, value in enumerate(values)], "id string, n int")

    touched = Touched((keys_of(rows.where("n < 2").select("id")),))

    assert {row["id"] for row in touched.among(rows, {"id": "id"}).collect()} == set(values[:2])
