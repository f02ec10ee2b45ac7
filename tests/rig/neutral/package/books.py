"""The invoices of the stand-in, and the arithmetic of a system that works out its own totals."""

import threading
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PAGE = 50
CENT = Decimal("0.01")
HUNDRED = Decimal(100)

Json = dict[str, Any]


class Books:
    """Every invoice by id, and every change of one, in order."""

    def __init__(self) -> None:
        self.told: dict[str, list[Json]] = {}
        """What was written back, by invoice, oldest first."""
        self.options: dict[str, list[Json]] = {}
        self._invoices: dict[str, Json] = {}
        self._log: list[Json] = []
        self._lock = threading.Lock()

    def find(self, invoice_id: str) -> Json | None:
        with self._lock:
            return deepcopy(self._invoices.get(invoice_id))

    def put(self, invoice: Json, *, at: str = "") -> Json:
        """Store the invoice, changed now or ``at`` another time, with what it comes to.

        Amounts that are told stay as they are told.
        """
        with self._lock:
            stamp = at or (datetime.now(UTC) + timedelta(microseconds=len(self._log))).isoformat()
            filled = reckoned({"created_at": stamp, **invoice, "updated_at": stamp})
            self._invoices[filled["id"]] = filled
            self._log.append({"id": filled["id"], "at": stamp})
            return deepcopy(filled)

    def remove(self, invoice_id: str) -> None:
        with self._lock:
            del self._invoices[invoice_id]
            self._log.append({"id": invoice_id, "at": datetime.now(UTC).isoformat(), "deleted": True})

    def changes(self, *, after: int) -> Json:
        with self._lock:
            page = self._log[after : after + PAGE]
            end = after + len(page)
            return {"changes": page, "cursor": str(end), "more": end < len(self._log)}


def reckoned(invoice: Json) -> Json:
    """The invoice with every amount that it leaves out."""
    lines = [_line(line) for line in invoice.get("lines", [])]
    subtotal = sum((_net(line) for line in lines), Decimal(0))
    off = _off(invoice.get("discount"), subtotal)
    if "discount_amount" in invoice:
        off = Decimal(invoice["discount_amount"])
    tax = {"included": False, **invoice.get("tax", {})}
    fees = invoice.get("fees", [])
    if "amount" not in tax:
        tax["amount"] = str(_tax(lines, fees, tax, subtotal=subtotal, off=off))
    charged = Decimal(0) if tax["included"] else Decimal(tax["amount"])
    total = subtotal - off + sum((Decimal(fee["amount"]) for fee in fees), Decimal(0)) + charged
    return {"total": str(total), "memos": {}, **invoice, "lines": lines, "discount_amount": str(off), "tax": tax}


def _line(line: Json) -> Json:
    if line.get("text_only"):
        return {"quantity": "1", "price": "0", "amount": "0", **line}
    amount = Decimal(line.get("amount") or _cents(Decimal(line["quantity"]) * Decimal(line["price"])))
    off = Decimal(line.get("discount_amount") or _off(line.get("discount"), amount))
    return {**line, "amount": str(amount), "discount_amount": str(off)}


def _net(line: Json) -> Decimal:
    return Decimal(line["amount"]) - Decimal(line.get("discount_amount", "0"))


def _off(discount: Json | None, base: Decimal) -> Decimal:
    if not discount:
        return Decimal(0)
    return (
        _cents(base * Decimal(discount["percent"]) / HUNDRED)
        if "percent" in discount
        else Decimal(discount["amount"])
    )


def _tax(lines: list[Json], fees: list[Json], tax: Json, *, subtotal: Decimal, off: Decimal) -> Decimal:
    """Tax at one rate on what is marked taxable, after its share of the invoice discount."""
    rate = Decimal(tax.get("rate") or 0)
    taxed = sum((_net(line) for line in lines if line.get("taxable")), Decimal(0))
    share = off * taxed / subtotal if subtotal else Decimal(0)
    base = taxed - share + sum((Decimal(fee["amount"]) for fee in fees if fee.get("taxable")), Decimal(0))
    return _cents(base * rate / (HUNDRED + rate) if tax["included"] else base * rate / HUNDRED)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
