"""Lines, discounts and fees of a document."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from qbo_connector.canonical.item import Item
from qbo_connector.canonical.money import Amount, round_money
from qbo_connector.canonical.value import Value
from qbo_connector.errors import DocumentInvalid

HUNDRED = Decimal(100)


class Discount(Value):
    """Either a percentage (8.5 means 8.5 %) or an amount; always positive, always reduces."""

    percent: Amount | None = Field(default=None, ge=0, le=100, title="discount")
    amount: Amount | None = Field(default=None, ge=0, title="discount")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise DocumentInvalid(
                "a discount is a percentage or an amount", field="discount", value=str(self.percent)
            )
        return self

    def off(self, base: Decimal, currency: str) -> Decimal:
        """What it takes off this base, rounded half up to the cent."""
        if self.amount is not None:
            return round_money(self.amount, currency)
        return round_money(base * (self.percent or Decimal(0)) / HUNDRED, currency)


class LineTax(Value):
    """Tax of one line as the source names it; `rate` in percent, `amount` where the source worked it out."""

    name: str = ""
    rate: Amount | None = None
    amount: Amount | None = None


class LineKind(StrEnum):
    """What a line stands for."""

    ITEM = "item"
    TEXT = "text"


class Line(Value):
    """One line. `amount` is gross: before discounts; `discount_amount` is what the line's discount takes off."""

    external_id: str = ""
    kind: LineKind = LineKind.ITEM
    item: Item | None = None
    description: str = ""
    quantity: Amount = Decimal(1)
    unit_price: Amount = Field(default=Decimal(0), title="unit price")
    amount: Amount = Field(title="line amount")
    discount: Discount | None = None
    discount_amount: Amount = Field(default=Decimal(0), ge=0, title="line discount")
    taxable: bool = False
    tax: LineTax | None = None
    service_date: date | None = None
    class_name: str = Field(default="", title="class")

    @model_validator(mode="after")
    def _text_costs_nothing(self) -> Self:
        if self.kind is LineKind.TEXT and (self.amount or self.discount_amount):
            raise DocumentInvalid("a line of text has an amount", field="line amount", value=self.amount)
        return self

    @property
    def net(self) -> Decimal:
        """What the line comes to after its own discount."""
        return self.amount - self.discount_amount

    @property
    def taxed(self) -> bool:
        """Whether tax is charged on it: what its own tax says counts more than the mark `taxable`."""
        if self.tax is None:
            return self.taxable
        if self.tax.rate is None and self.tax.amount is None:
            return self.taxable or bool(self.tax.name)
        return bool(self.tax.rate or self.tax.amount)


class FeeKind(StrEnum):
    """What a fee is for."""

    SHIPPING = "shipping"
    LATE = "late"
    CARD = "card"
    OTHER = "other"


class Fee(Value):
    """A charge on the whole document."""

    kind: FeeKind = FeeKind.OTHER
    name: str = Field(default="fee", min_length=1, title="fee name")
    amount: Amount = Field(title="fee")
    taxable: bool = False
