"""The invoice, and the arithmetic it must keep."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from qbo_connector.canonical.line import Discount, Fee, Line
from qbo_connector.canonical.money import Amount, CurrencyCode, Money, exponent
from qbo_connector.canonical.parts import Location, Memos, Origin, Payment, Status, Subsidiary
from qbo_connector.canonical.party import Party
from qbo_connector.canonical.value import Value
from qbo_connector.errors import DocumentInvalid

ZERO = Decimal(0)


class Invoice(Value):
    """An invoice as its source states it. Amounts are in `currency`; all of them add up to `total` to the cent.

    Raises:
        DocumentInvalid: a field cannot be right (`source.field_malformed`), or the lines, discounts, fees and tax
            do not come to the total (`total.source_inconsistent`).
    """

    kind: Literal["invoice"] = "invoice"
    external_id: str = Field(min_length=1, title="id")
    number: str = Field(default="", title="number")
    status: Status
    status_label: str = ""
    """The status as the source words it; for people."""
    finalized: bool = True
    """Whether its source has issued it for good: finalized, sent or numbered, as the source calls it (H-21)."""
    live: bool = True
    """False for what was made in a source's test mode."""
    subsidiary: Subsidiary | None = None
    issue_date: date = Field(title="invoice date")
    due_date: date | None = Field(default=None, title="due date")
    currency: CurrencyCode
    exchange_rate: Amount | None = Field(default=None, gt=0, title="exchange rate")
    customer: Party
    location: Location | None = None
    lines: tuple[Line, ...] = ()
    discount: Discount | None = None
    discount_amount: Amount = Field(default=ZERO, ge=0, title="invoice discount")
    fees: tuple[Fee, ...] = ()
    tax_name: str = ""
    tax_rate: Amount | None = None
    tax_total: Amount = Field(default=ZERO, title="tax")
    prices_include_tax: bool = False
    deposit: Amount = Field(default=ZERO, ge=0)
    total: Amount
    amount_paid: Amount = Field(default=ZERO, title="amount paid")
    payments: tuple[Payment, ...] = ()
    memos: Memos = Memos()
    origin: Origin = Origin.SOURCE
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.due_date is not None and self.due_date < self.issue_date:
            raise DocumentInvalid(
                f"due {self.due_date} before {self.issue_date}",
                field="due date",
                value=self.due_date.isoformat(),
            )
        return self

    @model_validator(mode="after")
    def _cents_only(self) -> Self:
        smallest = -exponent(self.currency)
        for title, amount in self._amounts():
            if amount != ZERO and int(amount.normalize().as_tuple().exponent) < smallest:
                raise DocumentInvalid(f"{title} has a fraction of a cent", field=title, value=amount)
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.comes_to != self.total:
            raise DocumentInvalid(
                f"lines come to {self.comes_to}, total is {self.total}",
                field="total",
                value=self.total,
                reason="total.source_inconsistent",
                params={"amount": self._shown(self.comes_to), "source_total": self._shown(self.total)},
            )
        return self

    def _amounts(self) -> list[tuple[str, Decimal]]:
        stated = [
            ("total", self.total),
            ("tax", self.tax_total),
            ("invoice discount", self.discount_amount),
            ("deposit", self.deposit),
            ("amount paid", self.amount_paid),
        ]
        of_lines = [
            (name, amount)
            for line in self.lines
            for name, amount in (("line amount", line.amount), ("line discount", line.discount_amount))
        ]
        fees = [("fee", fee.amount) for fee in self.fees]
        return [*stated, *of_lines, *fees, *(("payment", payment.amount) for payment in self.payments)]

    def _shown(self, amount: Decimal) -> str:
        return str(Money(amount=amount, currency=self.currency))

    @property
    def subtotal(self) -> Decimal:
        """Sum of the lines after their own discounts."""
        return sum((line.net for line in self.lines), ZERO)

    @property
    def line_discounts(self) -> Decimal:
        """Sum of what the lines' own discounts take off."""
        return sum((line.discount_amount for line in self.lines), ZERO)

    @property
    def fees_total(self) -> Decimal:
        """Sum of the fees."""
        return sum((fee.amount for fee in self.fees), ZERO)

    @property
    def comes_to(self) -> Decimal:
        """What lines, discounts, fees and tax add up to."""
        tax = ZERO if self.prices_include_tax else self.tax_total
        return self.subtotal - self.discount_amount + self.fees_total + tax

    @property
    def withdrawn(self) -> bool:
        """Whether its source has voided or deleted it."""
        return self.status in {Status.VOID, Status.DELETED}

    @property
    def title(self) -> str:
        """How sentences name it: ``invoice W-1042``."""
        return (
            f"invoice {self.number}" if self.number else f"invoice of {self.issue_date:%b} {self.issue_date.day}"
        )
