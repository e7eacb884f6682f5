"""What comes late repairs exactly the rows it concerns, and the report says which keys were touched."""

import pytest
from answers.answer import answer_of
from answers.stored import differences, stored
from generated.lines import HEADERS, Line, change, press, reading, registration, visit
from lake import Lake, create_empty_lake

pytestmark = pytest.mark.large

START = 1_710_000_000
LATE = {"a minute": 60, "a day": 86_400, "three months": 90 * 86_400}
MAC = "aa:bb:cc:dd:ee:{:02x}"


def person(city: str) -> dict:
    return {"dob": "02/03/1990", "sex": "F", "gender": "F", "first_name": "A", "address": {"city": city, "state": "CA"}}


def morning(number: int, at: int) -> list[Line]:
    """Everything that one visit of one user leaves behind; the session `s` of a user has the number of the visit."""
    user, device = f"u{number}", f"d{number}"
    return [
        registration(user, device, MAC.format(number), at),
        change(user, "new", at, person("Fresno")),
        visit(MAC.format(number), 1, at, at + 4000),
        press((user, "w", "s"), "start", at + 60),
        press((user, "w", "s"), "stop", at + 3660),
        reading(device, at + 100, 80),
        reading(device, at + 200, 90),
    ]


def content(lines: list[Line]) -> list[tuple[str, list[str]]]:
    by_dataset: dict[str, list[str]] = {}
    for line in lines:
        by_dataset.setdefault(line.dataset, []).append(line.text)
    return list(by_dataset.items())


class Diary:
    """Everything that arrived, so that the right answer can be asked for at any time."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.files: list[tuple[str, str]] = []

    def arrive(self, lines: list[Line]) -> str:
        paths = []
        for dataset, texts in content(lines):
            header = f"{HEADERS[dataset]}\n" if dataset in HEADERS else ""
            path = f"{dataset}/{len(self.files)}.{'csv' if header else 'json'}"
            self.files.append((path, header + "\n".join(texts) + "\n"))
            paths.append(self.lake.land(*self.files[-1]))
        return self.lake.run(*paths)

    def moved(self, batch: str, layer: str) -> dict[str, tuple[int, int, int]]:
        tables = self.lake.report(batch, layer)["tables"]
        return {
            each["table"].split(".")[1]: (each["inserted"], each["updated"], each["deleted"])
            for each in tables
            if each["changed"]
        }


@pytest.fixture(scope="module")
def diary(spark, tmp_path_factory) -> Diary:
    """Three mornings, of which the late things are missing: one user for each delay."""
    diary = Diary(create_empty_lake(spark, tmp_path_factory.mktemp("late")))
    days = range(len(LATE) + 1)
    early = [line for number in days for line in morning(number, START + number * 40 * 86_400)]
    wanting = [line for line in early if not line.text.startswith(("u1,", MAC.format(1))) and '"stop' not in line.text]
    diary.arrive([line for line in wanting if '"new' not in line.text])
    return diary


@pytest.mark.parametrize("delay", LATE)
def test_it_repairs_its_own_rows_only(spark, diary, delay):
    number = list(LATE).index(delay) + 1
    user, device, at = f"u{number}", f"d{number}", START + number * 40 * 86_400
    later = at + LATE[delay]
    still_missing = [
        registration(user, device, MAC.format(number), later),
        change(user, "new", at, person("Oakland")),
        press((user, "w", "s"), "stop", at + 3660),
        visit(MAC.format(number), 1, at, at + 5000),
        reading(device, at + 150, 100),
    ]

    batch = diary.arrive(still_missing)

    gold = diary.lake.report(batch, "gold")
    assert differences(stored(spark), answer_of(diary.files)) == {}
    assert diary.moved(batch, "gold") == {
        "workout_bpm_summary": (1, 0, 0),
        "gym_sessions": (1, 0, 0),
        "gym_summary": (1, 0, 0),
    }
    assert gold["keys"] == {"profile": 1, "reading": 1, "registration": 1, "session": 1, "visit": 1}
    assert gold["touched"] == {
        "session": [[user, "w", "s"]],
        "registration": [[user, MAC.format(number)]],
        "profile": [[user]],
        "visit": [[MAC.format(number)]],
        "reading": [[device]],
    }


def test_one_late_thing_updates_the_rows_that_show_it(spark, diary):
    at = [START + number * 40 * 86_400 for number in range(4)]

    batch = diary.arrive(
        [
            visit(MAC.format(1), 1, at[1], at[1] + 6000),
            reading("d2", at[2] + 170, 120),
            change("u3", "update", at[3] + 200 * 86_400, person("Reno")),
        ]
    )

    assert diary.moved(batch, "gold") == {
        "workout_bpm_summary": (0, 2, 0),
        "gym_sessions": (0, 1, 0),
        "gym_summary": (0, 1, 0),
    }
    assert diary.lake.report(batch, "gold")["keys"] == {"profile": 1, "reading": 1, "visit": 1}
    assert differences(stored(spark), answer_of(diary.files)) == {}
