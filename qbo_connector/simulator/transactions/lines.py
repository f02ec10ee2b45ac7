"""What all lines have in common: ids, numbers, the check of Qty times UnitPrice."""

from collections.abc import Iterable
from decimal import Decimal

from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.faults import amount_mismatch, required
from qbo_connector.simulator.wire.numbers import ZERO, cents, decimal_of, with_commas
from qbo_connector.simulator.writing.draft import Draft

LINE_ORDER = ("Id", "LineNum", "Description", "Amount", "LinkedTxn", "DetailType")


def number_lines(draft: Draft, lines: Iterable[Body]) -> list[Body]:
    """Give lines their ids and positions. A known id stays, any other line is a new one (reference §6.1)."""
    former = draft.before.body.get("Line", []) if draft.before else []
    known = {line["Id"] for line in former if "Id" in line}
    numbered = []
    for position, line in enumerate(lines, start=1):
        identifier = line.get("Id") if line.get("Id") in known else _fresh_id(draft)
        numbered.append(in_line_order({**line, "Id": identifier, "LineNum": position}))
    return numbered


def in_line_order(line: Body) -> Body:
    """A line with its fields in wire order."""
    ordered = {name: line[name] for name in LINE_ORDER if name in line}
    return {**ordered, **{name: value for name, value in line.items() if name not in ordered}}


def check_amount(line: Body, detail: Body) -> Decimal:
    """The line's amount, which must agree with quantity and price where both are given and not zero.

    Raises:
        IntuitFault: 2020 without an amount, 6070 where it differs.
    """
    if "Amount" not in line:
        raise required("Line.Amount")
    amount = decimal_of(line["Amount"])
    quantity, price = decimal_of(detail.get("Qty")), decimal_of(detail.get("UnitPrice"))
    if quantity and price and cents(quantity * price) != amount:
        raise amount_mismatch(with_commas(amount))
    return amount


def total_of(lines: Iterable[Body]) -> Decimal:
    """The sum of the lines' amounts."""
    return sum((decimal_of(line.get("Amount")) for line in lines), ZERO)


def _fresh_id(draft: Draft) -> str:
    last = int(draft.facts.get("last_line_id", 0)) + 1
    draft.facts["last_line_id"] = last
    return str(last)
