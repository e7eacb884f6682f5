"""What senders really send: each file ends in one status with its reason, and every value is what was written."""

import json
import re
from pathlib import Path

import pytest
from lake import Lake
from medallion_engine.jobs import bronze, silver
from senders import AT, HEADER, SENT, visit


@pytest.fixture(scope="module")
def accounts(lake: Lake) -> dict[str, dict]:
    """What the report says of each file after all have landed in one round."""
    batch = lake.manifest(*[lake.land(path, sent.content) for path, sent in SENT.items()])
    for job in (bronze, silver):
        job.main(lake.arguments(batch))
    return dict(zip(SENT, lake.report(batch, "bronze")["files"], strict=True))


@pytest.mark.parametrize("path", SENT)
def test_a_file_ends_as_it_should(accounts, path):
    account, sent = accounts[path], SENT[path]
    counts = [account[name] for name in ("outcome", "lines", "accepted", "quarantinedLines")]
    assert counts == [sent.outcome, sent.lines, sent.accepted, sent.lines - sent.accepted], account
    assert sent.reason in account["reason"]
    assert bool(sent.reason) == bool(account["reason"])
    if sent.violations is not None:
        assert account["violations"] == sent.violations


def values(spark, statement: str) -> list:
    return [row[0] if len(row) == 1 else tuple(row) for row in spark.sql(statement).collect()]


def test_what_counts_is_what_was_written(spark, accounts):
    rates = "SELECT device_id, count(*) FROM silver.heart_rates GROUP BY device_id"
    assert dict(values(spark, rates)) == {
        **{"118440": 1, "grave": 1, "l": 1, "literal": 3, "marked": 1, "more": 2, "nulls": 1, "objects": 1},
        **{"packed": 1, "plain": 2, "twice": 1},
    }
    gyms = values(spark, "SELECT gym FROM silver.gym_visits")
    assert sorted(set(gyms)) == sorted(
        ['Iron "Temple"', 'Iron "Temple", North', "Box 5\\", "plain\\x", "whole", "marked", "spaced", "more", "ends"]
        + ["colon", "odd"]
    )
    assert values(spark, "SELECT user_id FROM silver.users") == ["u901"]


def test_a_delete_is_carried_out_whatever_else_its_line_has(spark, accounts):
    profiles = values(spark, "SELECT user_id, city FROM silver.user_profiles ORDER BY user_id")

    assert profiles == [("ahead", "Fresno"), ("gone-4", None)]
    named = "SELECT user_id, array_join(_violations, ',') FROM bronze.user_info WHERE update_type = 'delete'"
    assert ("gone-0", "dob_is_not_a_date") in values(spark, named)


PROJECT = Path(__file__).parents[2] / "projects/fitness"


def failing_rows(spark, contract: str, rule: str) -> list:
    """The rows that break a rule of a contract, by its own query."""
    written = (PROJECT / contract).read_text(encoding="utf-8")
    query = re.search(rf"name: {rule}\n.*?query: >-\n(.*?)\n +tolerates:", written, re.DOTALL).group(1)
    return values(spark, re.sub(r"[{}]", "", query))


def test_what_is_left_out_or_not_carried_out_is_warned_of(spark, accounts):
    [(*ids, at)] = failing_rows(spark, "silver/workout_sessions.yaml", "start_is_left_out")
    assert (ids, int(at.timestamp())) == (["again", "1", "1"], AT + 86_400)
    assert len(failing_rows(spark, "landing/kafka_multiplex.yaml", "delete_names_nobody")) == 1
    assert len(failing_rows(spark, "landing/kafka_multiplex.yaml", "tombstone_deletes_nobody")) == 11


def test_what_no_column_has_is_rescued(spark, accounts):
    kept = "SELECT _rescued FROM {} WHERE _rescued IS NOT NULL"

    assert [json.loads(text) for text in values(spark, kept.format("bronze.bpm"))] == [{"mood": "fine", "steps": "3"}]
    assert [json.loads(text) for text in values(spark, kept.format("bronze.gym_logins"))] == [{"color": "red"}]


def test_an_emptied_file_is_a_content_without_lines(spark, lake, accounts):
    path = "gym_logins/marked.csv"
    batch = lake.manifest(lake.land(path, ""))

    bronze.main(lake.arguments(batch))

    (file,) = lake.report(batch, "bronze")["files"]
    assert (file["outcome"], file["lines"], file["reason"]) == ("loaded", 0, "")
    assert values(spark, f"SELECT gym FROM bronze.gym_logins WHERE _path = '{path}'") == []


def test_a_file_that_nobody_can_open_is_set_aside_alone(spark, lake, accounts):
    paths = [lake.land("gym_logins/closed.csv", HEADER + visit("closed")), lake.land("gym_logins/by.csv", HEADER)]
    batch = lake.manifest(*paths)
    closed = lake.landing / paths[0]
    closed.unlink()
    closed.symlink_to(closed)

    bronze.main(lake.arguments(batch))

    first, second = lake.report(batch, "bronze")["files"]
    assert first["outcome"] == "quarantined"
    assert "cannot be opened" in first["reason"]
    assert (second["outcome"], second["reason"]) == ("loaded", "")
