"""Several jobs write the change log at once, and a number of a layer has one round."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lake import create_empty_lake
from medallion_engine.computed import log
from medallion_engine.computed.log import OvertakenError, Round

ROUNDS = 8


@pytest.fixture
def changes(spark, tmp_path):
    create_empty_lake(spark, tmp_path)
    return lambda layer: [each["batches"] for each in spark.table(log.TABLE).where(f"layer = '{layer}'").collect()]


def round_of(layer: str, number: int, batch: str) -> Round:
    return Round(layer, number, [batch], 1, 0, [])


def test_a_round_that_comes_second_is_overtaken(spark, changes):
    log.append_beside_others(spark, round_of("bronze", 1, "first"))
    with pytest.raises(OvertakenError):
        log.append_beside_others(spark, round_of("bronze", 1, "second"))
    log.append_beside_others(spark, round_of("bronze", 2, "second"))

    assert sorted(changes("bronze")) == [["first"], ["second"]]


def test_a_round_is_told_again_after_the_log_was_set_back(spark, changes):
    log.append_beside_others(spark, round_of("bronze", 1, "first"))
    spark.sql(f"DELETE FROM {log.TABLE}")
    log.append_beside_others(spark, round_of("bronze", 1, "again"))

    assert changes("bronze") == [["again"]]


def test_of_rounds_that_are_told_at_once_one_is_overtaken(spark, changes):
    def is_told(number: int, teller: str) -> bool:
        try:
            log.append_beside_others(spark, round_of("bronze", number, teller))
        except OvertakenError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(1, ROUNDS + 1):
            ends = list(pool.map(lambda teller, number=number: is_told(number, teller), ("bronze", "maintenance")))
            assert sorted(ends) == [False, True]
    assert len(changes("bronze")) == ROUNDS


def test_rounds_of_other_layers_are_not_in_the_way(spark, changes):
    def tell(layer: str) -> None:
        for number in range(1, ROUNDS + 1):
            if layer == "bronze":
                log.append_beside_others(spark, round_of(layer, number, f"b{number}"))
            else:
                log.append(spark, round_of(layer, number, f"b{number}"))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(tell, ("bronze", "silver", "gold")))
    assert [len(changes(layer)) for layer in ("bronze", "silver", "gold")] == [ROUNDS] * 3
