"""Rows that come through the driver are the rows that went in."""

from datetime import UTC, date, datetime

import pytest
from medallion_fitness.delta import inline

SCHEMA = "name string, at timestamp, day date, rate double, n bigint"
ROWS = [
    ("a 'quoted' \\ \"one\"", datetime(2026, 1, 5, 6, 0, 0, 123456, UTC), date(2026, 1, 5), 0.1 + 0.2, 2**53 + 1),
    (None, None, None, None, None),
    ("ü\n", datetime(1970, 1, 1, tzinfo=UTC), date(1, 1, 1), -0.0, 0),
]


@pytest.mark.parametrize("most", [3, 2])
def test_rows_at_hand_are_the_same_rows(spark, monkeypatch, most):
    monkeypatch.setattr(inline, "_MOST_AT_HAND", most)
    rows = spark.createDataFrame(ROWS, SCHEMA)

    again = inline.at_hand(rows)

    assert again.collect() == rows.collect()
    assert again.schema == rows.schema
    assert (again is rows) == (len(ROWS) > most)


def test_no_rows_at_hand_are_no_rows(spark):
    assert inline.at_hand(spark.createDataFrame([], SCHEMA)).collect() == []
