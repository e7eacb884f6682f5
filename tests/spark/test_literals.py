"""A text as a SQL literal: the same cases that the operator's own quoting passes, and what Spark makes of them."""

import json
from pathlib import Path

import pytest
from medallion_engine.delta.history import quoted

CASES = json.loads((Path(__file__).parents[1] / "medallion/contracts/sql-literals.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["literal"] for case in CASES])
def test_quoted_writes_a_text_as_the_operator_does(case):
    assert quoted(case["text"]) == case["literal"]


def test_spark_reads_each_literal_as_its_text(spark):
    columns = ", ".join(f"{quoted(case['text'])} AS c{index}" for index, case in enumerate(CASES))

    [row] = spark.sql(f"SELECT {columns}").collect()

    assert list(row) == [case["text"] for case in CASES]
