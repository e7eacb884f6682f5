"""What a gate costs: its share of a batch of a million readings, and the same rules asked by Great Expectations.

Both ask the same Spark in the same run, on the same pinned versions.

Usage: gates.py [READINGS]. Prints JSON, in seconds.
"""

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "bench/harness/spark"), str(ROOT / "spark/src")]

import great_expectations as gx  # noqa: E402
from generated.defects import break_some  # noqa: E402
from generated.landing import filed  # noqa: E402
from generated.world import world_of  # noqa: E402
from great_expectations.expectations import UnexpectedRowsExpectation  # noqa: E402
from lake import create_empty_lake  # noqa: E402
from session import open_local_session  # noqa: E402
from spark.session import STATEMENT_SETTINGS  # noqa: E402

ROUNDS = 3


def read_statements(versions: dict) -> dict:
    script = [os.environ["MEDALLION_NODE"], str(ROOT / "bench/peers/gate-statements.ts"), json.dumps(versions)]
    return json.loads(subprocess.run(script, check=True, capture_output=True, text=True).stdout)


def measure_seconds(act) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def run_gates(session, gates: list[dict]) -> None:
    for gate in gates:
        session.sql(gate["statement"]).collect()


class Peer:
    """A suite per table, with one expectation per rule: its query for offenders."""

    def __init__(self, spark, gates: list[dict], physical: dict, versions: dict):
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
        source = context.data_sources.add_spark("lakehouse")
        self.frames, self.suites = {}, {}
        for table, version in versions.items():
            self.frames[table] = spark.sql(f"SELECT * FROM {physical[table]} VERSION AS OF {version}")
            self.frames[table].createOrReplaceTempView(table.replace(".", "__"))
        for table in {rule["table"] for gate in gates for rule in gate["rules"]}:
            rules = [rule for gate in gates for rule in gate["rules"] if rule["table"] == table]
            suite = context.suites.add(gx.ExpectationSuite(table))
            for rule in rules:
                suite.add_expectation(UnexpectedRowsExpectation(unexpected_rows_query=to_query(rule)))
            batches = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
            validation = gx.ValidationDefinition(name=table, data=batches, suite=suite)
            self.suites[table] = context.validation_definitions.add(validation)

    def ask(self) -> int:
        results = [
            suite.run(batch_parameters={"dataframe": self.frames[table]}) for table, suite in self.suites.items()
        ]
        return sum(len(result.results) for result in results)


def to_query(rule: dict) -> str:
    query = rule["offenders"].replace(f"{{{rule['table']}}}", "{batch}")
    return re.sub(r"\{([a-z_]+)\.([a-z_]+)(@released)?\}", r"\1__\2", query)


def main(readings: int) -> None:
    logging.disable(logging.WARNING)
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    with open_local_session(home) as spark:
        print(json.dumps(measure(spark, home, readings)))


def measure(spark, home: Path, readings: int) -> dict:
    files = filed(break_some(world_of(1, 1000, readings), rounds=3).lines, 3, Random(1))
    lake = create_empty_lake(spark, home)
    paths = [lake.land(path, content) for path, content in files]
    jobs = measure_seconds(lambda: lake.run(*paths))

    reports = [lake.report(f"batch-{lake.batches:03}", layer) for layer in ("bronze", "silver", "gold")]
    versions = {table["table"]: table["version"] for report in reports for table in report["tables"]}
    statements = read_statements(versions)
    gates = statements["gates"]
    session = spark.newSession()
    for key, value in STATEMENT_SETTINGS.items():
        session.conf.set(key, value)
    peer = Peer(spark, gates, statements["physical"], versions)

    rules = sum(len(gate["rules"]) for gate in gates)
    answers = peer.ask()
    if answers != rules:
        raise SystemExit(f"Great Expectations answered {answers} of {rules} rules.")
    run_gates(session, gates)
    pairs = [(measure_seconds(lambda: run_gates(session, gates)), measure_seconds(peer.ask)) for _ in range(ROUNDS)]
    gate, expectations = (median(column) for column in zip(*pairs, strict=True))
    return {"rules": rules, "jobs": jobs, "gate": gate, "peer": expectations}


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
