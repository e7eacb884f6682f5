"""The known batch of the integration test, and how its rows are compared."""

import json

import pytest
from medallion_engine.integration.known import differences, known


def test_names_of_two_runs_have_nothing_in_common():
    one, other = known("1"), known("2")

    assert not {file.path for file in one.files} & {file.path for file in other.files}
    names = [{row["user_id"] for row in each.expected["gold.workout_bpm_summary"]} for each in (one, other)]
    assert not names[0] & names[1]
    assert "$" not in "".join(file.content for file in one.files) + json.dumps(one.expected)


def test_lies_in_a_folder_of_its_own_in_each_dataset():
    folders = {file.path.rsplit("/", 1)[0] for file in known("7").files}
    assert folders == {
        "registered_users/integration",
        "gym_logins/integration",
        "kafka_multiplex/integration",
    }


def test_is_taken_back_by_files_without_a_row():
    for file in known("7").files:
        rows = [line for line in file.emptied.splitlines()[1 if file.path.endswith("csv") else 0 :] if line]
        assert rows == []
        assert file.emptied  # An empty file is ignored, and would take nothing back.


def test_rows_in_another_order_are_the_same():
    rows = {"t": [{"a": 1, "b": 2.0}, {"a": 2, "b": None}]}
    assert differences(rows, {"t": [{"b": None, "a": 2}, {"b": 2.0, "a": 1}]}) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], ['t lacks {"a": 1}.']),
        ([{"a": 2}], ['t lacks {"a": 1}.', 't has {"a": 2}, which nobody expects.']),
        ([{"a": 1}, {"a": 1}], ["t has a row twice."]),
    ],
)
def test_each_difference_is_told(found, told):
    assert differences({"t": [{"a": 1}]}, {"t": found}) == told


def test_other_expectations_are_those_of_a_file(tmp_path):
    file = tmp_path / "altered.json"
    file.write_text(json.dumps({"expected": {"t": [{"user_id": "$run-1"}]}}))
    assert known("9", str(file)).expected == {"t": [{"user_id": "integration-9-1"}]}
