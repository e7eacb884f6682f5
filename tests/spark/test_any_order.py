"""Whatever arrives, in whatever order, split, repeated or delayed: the same rows, and they are the right ones."""

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from answers.answer import Answer, answer_of
from answers.judging import judged
from answers.stored import differences, stored
from generated.defects import break_some
from generated.landing import filed
from generated.lines import Line
from generated.world import world_of
from lake import Lake, create_empty_lake

pytestmark = pytest.mark.large

UNREADABLE = {"value_is_not_json", "line_has_wrong_columns", "envelope_is_not_json"}


def small_world(seed: int) -> tuple[list[Line], Answer]:
    lines = break_some(world_of(seed, users=14, readings=400), rounds=1).lines
    return lines, answer_of(filed(lines, 1))


def land(lake: Lake, files: list[tuple[str, str]]) -> list[str]:
    return [lake.land(path, content) for path, content in files]


def assert_accounted(lake: Lake, batch: str, files: list[tuple[str, str]]) -> None:
    """Every file of the batch has as many lines accepted and quarantined as the second opinion says."""
    found = [(file["accepted"], file["quarantinedLines"]) for file in lake.report(batch, "bronze")["files"]]
    assert found == list(answer_of(files).lines.values())


def simplified(violations: Iterable[str]) -> tuple[str, ...]:
    """What cannot be read lacks everything else as well, which says nothing more."""
    found = sorted(violations)
    return next(((name,) for name in found if name in UNREADABLE), tuple(found))


def problems_of_lines(spark) -> Counter:
    tables = ["user_info", "workout", "bpm", "registered_users", "gym_logins", "unrouted"]
    rows = [row for table in tables for row in spark.table(f"bronze.{table}").select("_line", "_violations").collect()]
    return Counter((row._line, simplified(row._violations)) for row in rows)


def problems_expected(files: list[tuple[str, str]]) -> Counter:
    lines = (each for path, content in files for each in judged(path, content))
    return Counter((each.line, simplified(each.violations)) for each in lines)


def test_every_defect_is_found_under_its_name(spark, tmp_path):
    world = break_some(world_of(7, users=14, readings=400), rounds=2)
    files = filed(world.lines, 2, Random(7))
    lake = create_empty_lake(spark, tmp_path)

    batch = lake.run(*land(lake, files))

    answer = answer_of(files)
    assert_accounted(lake, batch, files)
    assert {rule: world.injected[rule] for rule in answer.violations} == dict(answer.violations)
    assert problems_of_lines(spark) == problems_expected(files)
    assert differences(stored(spark), answer) == {}


@pytest.mark.parametrize(("seed", "files_in_batch"), [(11, 4), (23, 6)])
def test_order_split_repetition_and_delay_do_not_matter(spark, tmp_path, seed, files_in_batch):
    lines, answer = small_world(seed)
    random = Random(seed)
    files = filed(lines, 3, random)
    random.shuffle(files)
    again = [(f"{path}.again.{path.rsplit('.')[-1]}", content) for path, content in random.sample(files, 2)]
    arrivals = [*files, *again]
    lake = create_empty_lake(spark, tmp_path)

    for first in range(0, len(arrivals), files_in_batch):
        part = arrivals[first : first + files_in_batch]
        batch = lake.run(*land(lake, part))
        assert_accounted(lake, batch, part)

    assert differences(stored(spark), answer) == {}
