"""Gold of the example of orders from the texts of its files, without Spark and without a look at its contracts."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

Row = dict[str, str]
CENT = Decimal("0.01")


def _orders(text: str) -> Iterator[tuple[str, Row]]:
    """The lines that count, each with its text."""
    header, *lines = text.splitlines()
    names = header.split(";")
    for line in lines:
        values = next(csv.reader(io.StringIO(line), delimiter=";"), [])
        row = dict(zip(names, values, strict=False))
        if len(values) == len(names) and _amount(row["amount"]) is not None:
            yield line, row | {"status": row["status"].lower()}


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _objects(text: str) -> Iterator[tuple[str, dict]]:
    for line in text.splitlines():
        try:
            yield line, json.loads(line)
        except json.JSONDecodeError:
            continue


def _returns(text: str) -> Iterator[tuple[str, dict]]:
    for line, envelope in _objects(text):
        if envelope["topic"] == "order_return":
            yield line, json.loads(envelope["value"])


def _latest(files: dict[str, str], dataset: str, read, key: str, time: str) -> dict[str, dict]:
    """Of all lines of a dataset the latest for each key; among equal times the greater text."""
    lines = [pair for path, text in files.items() if path.startswith(dataset) and text for pair in read(text)]
    return {str(row[key]): row for line, row in sorted(lines, key=lambda pair: (pair[1][time], pair[0]))}


def gold_by_hand(files: dict[str, str]) -> dict[str, list[dict]]:
    """The rows of both gold tables, as dictionaries in the order of their texts. A file that is broken is empty."""
    orders = _latest(files, "orders/", _orders, "order_id", "changed_at")
    customers = _latest(files, "customers/", _objects, "customer_id", "changed_at")
    returns = _latest(files, "returns/", _returns, "return_id", "returned_at")
    placed = {number: order for number, order in orders.items() if order["status"] == "placed"}
    sent_back: dict[str, Decimal] = defaultdict(Decimal)
    for each in returns.values():
        if each["order_id"] in placed:
            sent_back[placed[each["order_id"]]["customer_id"]] += Decimal(str(each["amount"]))
    by_day, by_customer = defaultdict(list), defaultdict(list)
    for each in placed.values():
        by_day[each["ordered_at"][:10]].append(each)
        by_customer[each["customer_id"]].append(each)
    rows = {
        "orders_by_day": [_day(day, those) for day, those in by_day.items()],
        "customer_value": [
            _customer(number, those, customers.get(number), sent_back[number]) for number, those in by_customer.items()
        ],
    }
    return {name: sorted(those, key=str) for name, those in rows.items()}


def _total(orders: list[Row]) -> Decimal:
    return sum((Decimal(each["amount"]) for each in orders), Decimal()).quantize(CENT)


def _day(day: str, orders: list[Row]) -> dict:
    customers = len({each["customer_id"] for each in orders})
    return {
        "day": date.fromisoformat(day),
        "orders": len(orders),
        "customers": customers,
        "amount": _total(orders),
    }


def _customer(number: str, orders: list[Row], profile: dict | None, returned: Decimal) -> dict:
    return {
        "customer_id": number,
        "name": profile["name"] if profile else None,
        "country": profile["address"]["country"] if profile else None,
        "orders": len(orders),
        "ordered": _total(orders),
        "returned": returned.quantize(CENT),
        "kept": (_total(orders) - returned).quantize(CENT),
    }
