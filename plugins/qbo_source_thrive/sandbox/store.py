"""The sandbox's books, in memory, behind one lock. Every change moves the invoice's stamp and is announced."""

import itertools
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from qbo_source_thrive.sandbox.arithmetic import net, totals
from qbo_source_thrive.sandbox.records import Customer, Invoice, Location, Payment, Product, SyncStatus

Announce = Callable[[str, Invoice], None]
SMALLEST_STEP = timedelta(microseconds=1)
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class NotFound(LookupError):
    """There is no such record."""


class NotPossible(ValueError):
    """The change is refused; the message is a sentence for the person who asked."""


@dataclass(kw_only=True)
class Store:
    """Everything an account holds."""

    announce: Announce
    customers: dict[str, Customer] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    nightly_sales: bool = False
    invoice_sync_beta: bool = True
    _invoices: dict[str, Invoice] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(5001))
    _last_stamp: datetime = BEGINNING

    def new_id(self, prefix: str) -> str:
        """A fresh id: ``inv_5001``."""
        return f"{prefix}_{next(self._ids)}"

    def stamp(self) -> datetime:
        """Now, later than every stamp before it."""
        with self._lock:
            self._last_stamp = max(datetime.now(UTC), self._last_stamp + SMALLEST_STEP)
            return self._last_stamp

    def clear(
        self, customers: Iterable[Customer], locations: Iterable[Location], products: Iterable[Product]
    ) -> None:
        """Begin anew with these lists."""
        with self._lock:
            self._invoices.clear()
            self.customers = {each.id: each for each in customers}
            self.locations = {each.id: each for each in locations}
            self.products = {each.id: each for each in products}

    def invoices(self, *, deleted: bool = False) -> list[Invoice]:
        """All invoices, the newest change last."""
        with self._lock:
            kept = [each for each in self._invoices.values() if deleted or not each.deleted]
        return sorted(kept, key=lambda each: (each.updated_at, each.id))

    def invoice(self, invoice_id: str) -> Invoice:
        """One invoice.

        Raises:
            NotFound: it never existed, or was deleted.
        """
        with self._lock:
            found = self._invoices.get(invoice_id)
        if found is None or found.deleted:
            raise NotFound(invoice_id)
        return found

    def next_number(self) -> str:
        """The last number, plus one."""
        numbers = [each.number for each in sorted(self.invoices(), key=lambda each: each.created_at)]
        match = re.fullmatch(r"(.*?)(\d+)", numbers[-1]) if numbers else None
        if match is None:
            return "W-1001"
        return f"{match[1]}{int(match[2]) + 1:0{len(match[2])}d}"

    def add(self, invoice: Invoice) -> Invoice:
        """Keep a new invoice."""
        _require_sound(invoice)
        with self._lock:
            self._invoices[invoice.id] = invoice
        self.announce("invoice.created", invoice)
        return invoice

    def change(self, invoice_id: str, **changes: object) -> Invoice:
        """Replace fields of an invoice; its payments decide anew whether it is paid."""
        with self._lock:
            before = self.invoice(invoice_id)
            after = _settled(replace(before, **changes, updated_at=self.stamp()))  # type: ignore[arg-type]  # names are checked by replace
            _require_sound(after)
            self._invoices[invoice_id] = after
        self.announce("invoice.deleted" if after.deleted else "invoice.updated", after)
        return after

    def send(self, invoice_id: str, address: str) -> Invoice:
        """Send to any address; a draft is open from then on (T-11)."""
        invoice = self.invoice(invoice_id)
        if not invoice.lines:
            raise NotPossible("Add at least one line before you send the invoice.")
        status = "open" if invoice.status == "draft" else invoice.status
        sent_to = (*invoice.sent_to, address)
        return self.change(invoice_id, status=status, sent_to=sent_to, sent_at=datetime.now(UTC))

    def pay(self, invoice_id: str, amount: Decimal) -> Invoice:
        """Record a payment."""
        with self._lock:
            invoice = self.invoice(invoice_id)
            if invoice.status == "draft":
                raise NotPossible("Send the invoice before you record a payment.")
            due = totals(invoice).due
            if not 0 < amount <= due:
                raise NotPossible(f"A payment is more than 0 and at most {due}, what is due.")
            payment = Payment(id=self.new_id("pay"), amount=amount, paid_at=datetime.now(UTC))
            return self.change(invoice_id, payments=(*invoice.payments, payment))

    def write_off(self, invoice_id: str, *, uncollectable: bool) -> Invoice:
        """Mark as uncollectable, or take that back."""
        if self.invoice(invoice_id).status == "draft":
            raise NotPossible("Send the invoice before you change its status.")
        return self.change(invoice_id, status="uncollectable" if uncollectable else "open")

    def note_sync(self, invoice_id: str, status: SyncStatus) -> None:
        """Keep what was written back. That is no change of the invoice: its stamp stays."""
        with self._lock:
            self._invoices[invoice_id] = replace(self.invoice(invoice_id), sync=status)


def _require_sound(invoice: Invoice) -> None:
    for line in invoice.lines:
        if net(line) < 0:
            raise NotPossible(f"The discount of {line.product_name} is more than the line.")
    sums = totals(invoice)
    if sums.invoice_discount > sums.subtotal:
        raise NotPossible("The invoice discount is more than the subtotal.")


def _settled(invoice: Invoice) -> Invoice:
    if invoice.status in {"draft", "uncollectable"}:
        return invoice
    sums = totals(invoice)
    if sums.paid <= 0:
        return replace(invoice, status="open")
    return replace(invoice, status="paid" if sums.due <= 0 else "partially_paid")
