"""The example of orders: gold is what plain Python computes from the same files, however they arrive.

Run alone, it needs MEDALLION_PROJECT=examples/orders. `test_other_projects.py` runs it with all other tests.
"""

import gzip
import json
from dataclasses import replace
from random import Random

import pytest
from lake import Lake, create_empty_lake, message
from medallion_engine.computed.functions import function_of
from medallion_engine.contracts import table
from medallion_engine.jobs import maintenance
from orders_by_hand import gold_by_hand
from project import ROOT

pytestmark = pytest.mark.project("examples/orders")
SAMPLES = ROOT / "examples/orders/samples"
HEADER = "order_id;customer_id;ordered_at;changed_at;status;amount\n"


def order(number: int, customer: int, day: int, status: str = "placed", amount: str = "10.00", at: int = 0) -> str:
    """A line of orders. Later states have a greater `at`."""
    return f"{number};{customer};2026-03-{day:02} 12:00:00;2026-03-{day:02} 13:00:{at:02};{status};{amount}\n"


def customer(number: int, country: str, at: int = 0) -> str:
    value = {"customer_id": number, "name": f"Person {number}", "contact": {"email": "p@example.org"}}
    value |= {"address": {"country": country}, "changed_at": f"2026-02-01 10:00:{at:02}"}
    return json.dumps(value) + "\n"


def returned(number: int, of_order: int, amount: float, at: int = 0) -> str:
    value = {"return_id": f"r{number}", "order_id": str(of_order), "amount": amount}
    return message("order_return", str(number), value | {"returned_at": f"2026-03-20T09:00:{at:02}Z"})


LATER = {
    "orders/wide.csv": "amount;status;more;changed_at;ordered_at;customer_id;order_id\n"
    "5.25;PLACED;x;2026-03-09 10:00:00;2026-03-09 09:00:00;8;2001\n"
    '7;placed;"a; b";2026-03-09 10:00:00;2026-03-09 09:00:00;11;2002\n',
    "orders/some-broken.csv": HEADER
    + order(2003, 7, 9, amount="12,50")
    + "2004;7\n"
    + order(2005, 7, 9, amount="1.10"),
    "customers/late.jsonl": customer(10, "NL") + customer(8, "FR", 1) + "{torn\n",
}


def gold(spark) -> dict[str, list[dict]]:
    tables = {name: spark.table(f"gold_staged.{name}") for name in ("orders_by_day", "customer_value")}
    return {name: sorted((row.asDict() for row in rows.collect()), key=str) for name, rows in tables.items()}


def read_samples() -> dict[str, str]:
    return {str(file.relative_to(SAMPLES)): file.read_text() for file in sorted(SAMPLES.glob("*/*"))}


class Shop:
    """A lake, and the contents that count in it."""

    def __init__(self, spark, lake: Lake) -> None:
        self.spark, self.lake = spark, lake
        self.files: dict[str, str] = {}

    def run(self, files: dict[str, str | bytes], broken: tuple[str, ...] = ()) -> dict[str, dict]:
        """Lands files and computes. Answers with what the job of bronze reports of each."""
        batch = self.lake.run(*[self.lake.land(path, content) for path, content in files.items()])
        self.files |= {path: "" if path in broken else content for path, content in files.items()}
        reports = self.lake.report(batch, "bronze")["files"]
        return dict(zip(files, reports, strict=True))

    def check(self) -> None:
        assert gold(self.spark) == gold_by_hand(self.files)


@pytest.fixture(scope="module")
def shop(spark, lake) -> Shop:
    return Shop(spark, lake)


def test_files_arrive_backwards_beside_broken_ones(shop):
    samples = read_samples()
    with_commas = "orders/2026-03-04-with-commas.csv"
    lines = "".join(f"line {at} is no order\n" for at in range(12))
    cut = gzip.compress((HEADER + order(3002, 7, 5) * 500).encode())[:-20]
    others = {"orders/mostly-broken.csv": HEADER + order(3001, 7, 5) + lines, "orders/cut.csv.gz": cut}
    late = {path: text for path, text in samples.items() if path.startswith(("returns/", "customers/"))}
    early = {path: text for path, text in samples.items() if path not in late and path != with_commas}

    first = shop.run(late | {with_commas: samples[with_commas]}, broken=(with_commas,))
    shop.check()
    second = shop.run(others | dict(reversed(early.items())), broken=tuple(others))
    shop.check()

    assert "There is no header" in first[with_commas]["reason"]
    assert "12 of its 13 lines are broken" in second["orders/mostly-broken.csv"]["reason"]
    reports = {**first, **second}
    quarantined = {path for path, report in reports.items() if report["outcome"] == "quarantined"}
    assert quarantined == {with_commas, *others}
    assert len(gold(shop.spark)["customer_value"]) == 4


def test_columns_are_found_by_name_and_broken_lines_do_not_count(shop):
    reports = shop.run(LATER)

    shop.check()
    assert reports["orders/wide.csv"]["accepted"] == 2
    assert reports["orders/some-broken.csv"]["violations"]["amount_is_not_a_number"] == 1
    assert reports["orders/some-broken.csv"]["violations"]["line_has_wrong_columns"] == 1


def test_a_replaced_file_and_a_removed_order_take_their_amounts_along(shop):
    name = "orders/2026-03-03.csv"
    kept = [line for line in shop.files[name].splitlines(keepends=True) if not line.startswith("1005;")]
    mended = shop.lake.landing.joinpath("orders/2026-03-04-with-commas.csv").read_text().replace(",", ";")

    # Order 1003 is not cancelled any more, 1005 is gone, and 1004 is cancelled.
    cancelled = "1004;9;2026-03-02 21:59:59;2026-03-03 09:00:00;cancelled;260.00\n"
    replaced = "".join(kept).replace("cancelled", "placed") + cancelled
    shop.run({name: replaced, "orders/2026-03-04-with-commas.csv": mended})

    shop.check()
    days = {row["customer_id"]: row["orders"] for row in gold(shop.spark)["customer_value"]}
    assert (days["7"], days["9"]) == (4, 1)


def shuffled(random: Random) -> list[dict[str, str]]:
    """Random orders, customers and returns, cut into files that arrive in three batches in any order."""
    orders = [
        order(
            random.randrange(9),
            random.randrange(4),
            random.randrange(1, 4),
            random.choice(["placed", "cancelled"]),
            f"{random.randrange(5, 90)}.50",
            random.randrange(60),
        )
        for _ in range(30)
    ]
    customers = [customer(random.randrange(4), random.choice(["DE", "FR"]), random.randrange(60)) for _ in range(9)]
    returns = [returned(random.randrange(6), random.randrange(9), 2.5, random.randrange(60)) for _ in range(12)]
    files = {}
    for dataset, lines in {"orders": orders, "customers": customers, "returns": returns}.items():
        for number in range(3):
            header = HEADER if dataset == "orders" else ""
            files[f"{dataset}/{number}.txt"] = header + "".join(lines[number::3])
    paths = random.sample(sorted(files), len(files))
    return [{path: files[path] for path in paths[first::3]} for first in range(3)]


def test_a_query_is_made_of_the_sources_of_its_contract(spark):
    by_day = table("gold.orders_by_day")
    (orders,) = by_day.computed.sources
    others = replace(
        by_day, computed=replace(by_day.computed, sources=(orders, replace(orders, name="silver.returns")))
    )

    with pytest.raises(ValueError, match=r"'orders_by_day.sql' has in braces \['silver.orders'\], but the contract"):
        function_of(spark, others)


@pytest.mark.parametrize("seed", [1, *[pytest.param(seed, marks=pytest.mark.large) for seed in range(2, 8)]])
def test_any_order_and_split_of_files_gives_the_same(spark, tmp_path, seed):
    shop = Shop(spark, create_empty_lake(spark, tmp_path))
    for files in shuffled(Random(seed)):
        shop.run(files)
        shop.check()


def test_maintenance_of_a_project_in_which_nobody_can_be_deleted_changes_no_row(spark, tmp_path):
    shop = Shop(spark, create_empty_lake(spark, tmp_path))
    shop.run(LATER)

    maintenance.main(["--batch=night", f"--records={shop.lake.records}", "--engine=local"])

    assert shop.lake.report("night", "maintenance")["erased"] == {}
    shop.check()
