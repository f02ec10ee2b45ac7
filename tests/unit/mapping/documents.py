"""Documents that go beyond the invoice, each with one line of what matters."""

from datetime import date
from typing import Any

from qbo_connector.canonical import (
    Account,
    Application,
    AppliedTo,
    Bill,
    BillPayment,
    CreditMemo,
    ExpenseLine,
    Item,
    Party,
    PartyKind,
    PaymentReceived,
    SalesReceipt,
    VendorCredit,
)
from tests.unit.plan.building import line, money

AMY = Party(external_id="1", name="Amy's Bird Sanctuary")
HARDWARE = Party(kind=PartyKind.VENDOR, external_id="41", name="Hicks Hardware")
DESIGN = Item(external_id="4", name="Design")
ROCKS = Item(external_id="13", name="Rocks")
MATERIALS = Account(external_id="58", name="Job Materials")
DAY = date(2026, 10, 2)


def receipt(*lines: Any, **changes: Any) -> SalesReceipt:
    """A sale to Amy; its total is what the lines come to."""
    return SalesReceipt(**_sales(lines, changes))


def credit_memo(*lines: Any, **changes: Any) -> CreditMemo:
    """A credit to Amy; its total is what the lines come to."""
    return CreditMemo(**_sales(lines, changes))


def _sales(lines: tuple[Any, ...], changes: dict[str, Any]) -> dict[str, Any]:
    lines = lines or (line("50.00", item=DESIGN, description="Sketches"),)
    total = sum(one.net for one in lines) - changes.get("discount_amount", 0)
    total += sum(fee.amount for fee in changes.get("fees", ()))
    if not changes.get("prices_include_tax"):
        total += changes.get("tax_total", 0)
    fields = {"external_id": "doc_1", "issue_date": DAY, "currency": "USD", "customer": AMY, "lines": lines}
    return {**fields, "total": total, **changes}


def expense(amount: str = "30.00", **changes: Any) -> ExpenseLine:
    """A cost on an account, unless `item` names one."""
    where = {} if "item" in changes else {"account": MATERIALS}
    return ExpenseLine(**{"amount": money(amount), "unit_price": money(amount), **where, **changes})


def bill(*lines: ExpenseLine, **changes: Any) -> Bill:
    """An open bill of Hicks Hardware; its total is what the lines come to."""
    return Bill(**{"status": "open", **_purchase(lines, changes)})


def vendor_credit(*lines: ExpenseLine, **changes: Any) -> VendorCredit:
    """A credit of Hicks Hardware; its total is what the lines come to."""
    return VendorCredit(**_purchase(lines, changes))


def _purchase(lines: tuple[ExpenseLine, ...], changes: dict[str, Any]) -> dict[str, Any]:
    lines = lines or (expense(description="Planks"),)
    tax = 0 if changes.get("prices_include_tax") else changes.get("tax_total", 0)
    total = sum(one.net for one in lines) + tax
    fields = {"external_id": "doc_1", "issue_date": DAY, "currency": "USD", "vendor": HARDWARE, "lines": lines}
    return {**fields, "total": total, **changes}


def applied(kind: AppliedTo, external_id: str, amount: str) -> Application:
    return Application(kind=kind, external_id=external_id, amount=money(amount))


def payment(amount: str = "50.00", **changes: Any) -> PaymentReceived:
    """Money from Amy."""
    fields = {"external_id": "pay_1", "issue_date": DAY, "currency": "USD", "customer": AMY}
    return PaymentReceived(**{**fields, "total": money(amount), **changes})


def bill_payment(amount: str = "30.00", **changes: Any) -> BillPayment:
    """Money to Hicks Hardware."""
    fields = {"external_id": "bp_1", "issue_date": DAY, "currency": "USD", "vendor": HARDWARE}
    return BillPayment(**{**fields, "total": money(amount), **changes})
