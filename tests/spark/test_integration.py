"""The integration test's own job, beside the jobs of the layers and a stand-in for who starts them.

The whole operator takes part in tests/databricks/integration.long.test.ts; here its place is taken by a loop that hands
every landed file to the layers.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from medallion_engine.integration.known import known
from medallion_engine.jobs import integration


def _landed(lake) -> dict[str, str]:
    """Content by path, of every file that lies in the landing zone now."""
    return {str(file.relative_to(lake.landing)): file.read_text() for file in sorted(lake.landing.rglob("*.*"))}


def _publish(spark) -> None:
    """Readers see gold through views; here they see whatever is staged."""
    spark.sql("CREATE SCHEMA IF NOT EXISTS gold")
    for table in ("workout_bpm_summary", "gym_summary"):
        spark.sql(f"CREATE OR REPLACE VIEW gold.{table} AS SELECT * FROM gold_staged.{table}")


@pytest.mark.large
def test_known_batch_is_found_in_gold_and_taken_back(spark, lake, capsys):
    _publish(spark)
    lake.landing.mkdir(parents=True, exist_ok=True)
    arguments = ["--run=4711", f"--landing={lake.landing}", "--patience=10"]
    seen: dict[str, str] = {}
    with ThreadPoolExecutor(max_workers=1) as outside:
        test = outside.submit(integration.main, arguments)
        while not test.done():
            landed = _landed(lake)
            if changed := sorted(path for path in landed if seen.get(path) != landed[path]):
                lake.run(*changed)
                seen |= landed
            time.sleep(0.2)
        test.result()

    assert "was in gold as expected, and its rows are gone again" in capsys.readouterr().out
    assert _landed(lake) == {file.path: file.emptied for file in known("4711").files}
    for table in ("bronze.workout", "silver.heart_rates", "gold_staged.gym_sessions"):
        assert spark.table(table).count() == 0


def test_files_stay_while_the_operator_is_paused(spark, lake):
    _publish(spark)
    lake.landing.mkdir(parents=True, exist_ok=True)

    with pytest.raises(integration.IntegrationError, match=r"Run '4712' is not in gold as expected\. .* lacks "):
        integration.main(["--run=4712", f"--landing={lake.landing}", "--patience=0"])

    left = _landed(lake)
    assert [file.path for file in known("4712").files if file.path not in left] == []
