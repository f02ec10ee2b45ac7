"""The lines of a sales form (Intuit's Invoice page): items, bundles, texts, shipping, tips, the discount."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from qbo_connector.canonical.item import Item
from qbo_connector.canonical.line import Discount, Fee, FeeKind, Line, LineKind
from qbo_connector.mapping.invoice import SHIPPING_ITEM
from qbo_connector.mapping.reading.books import TAXED, Books
from qbo_connector.mapping.reading.fields import ZERO, Fields, to_eight

ONE = Decimal(1)
CHARGES = {SHIPPING_ITEM: (FeeKind.SHIPPING, "Shipping"), "GRATUITY_ITEM_ID": (FeeKind.OTHER, "Gratuity")}
"""Items that are none: the form's own fields for shipping and tips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesParts:
    """What the lines of a form come to in the canonical model."""

    lines: tuple[Line, ...] = ()
    fees: tuple[Fee, ...] = ()
    discount: Discount | None = None
    discount_amount: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What they add up to."""
        listed = [line.amount for line in self.lines] + [fee.amount for fee in self.fees]
        return sum(listed, ZERO) - self.discount_amount


def sales_parts(lines: Iterable[Fields], books: Books, *, gross: bool) -> SalesParts:
    """All lines in their order. `gross` takes the amounts with their tax, where a line says so.

    Raises:
        DocumentInvalid: a line of a kind that sales forms do not have, or with an unreadable field.
    """
    parts = SalesParts()
    for line in lines:
        parts = _added(parts, line, books, gross=gross)
    return parts


def _added(parts: SalesParts, line: Fields, books: Books, *, gross: bool) -> SalesParts:
    match line.text("DetailType"):
        case "SalesItemLineDetail":
            return _sold(parts, line, books, gross=gross)
        case "GroupLineDetail":
            return _bundle(parts, line, books, gross=gross)
        case "DescriptionOnly":
            return replace(parts, lines=(*parts.lines, _text(line)))
        case "DiscountLineDetail":
            return _discounted(parts, line)
        case "SubTotalLineDetail":
            return parts
        case _:
            raise line.refuse("DetailType")


def _sold(parts: SalesParts, line: Fields, books: Books, *, gross: bool) -> SalesParts:
    detail = line.part("SalesItemLineDetail")
    identifier, name = detail.ref("ItemRef")
    if identifier in CHARGES:
        return replace(parts, fees=(*parts.fees, _fee(line, detail, identifier, books, gross=gross)))
    amount = _amount(line, detail, gross=gross)
    quantity, price = counted(detail, amount)
    code, code_name = detail.ref("TaxCodeRef")
    tax = books.tax(code, code_name)
    if tax and gross:
        tax = tax.but(amount=amount - line.money("Amount"))
    sold = Line(
        external_id=line.text("Id"),
        item=item_of(identifier, name),
        description=line.text("Description"),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        taxable=code == TAXED,
        tax=tax,
        service_date=detail.day("ServiceDate"),
        class_name=detail.ref("ClassRef")[1],
    )
    return replace(parts, lines=(*parts.lines, sold))


def item_of(identifier: str, name: str) -> Item | None:
    """The item a line names, under the name that QuickBooks answers beside its id."""
    return Item(external_id=identifier, name=name or identifier) if identifier else None


def counted(detail: Fields, amount: Decimal) -> tuple[Decimal, Decimal]:
    """Quantity and price. What QuickBooks leaves out follows from the amount, which counts alone."""
    quantity, price = detail.measure("Qty"), detail.measure("UnitPrice")
    if quantity is None:
        quantity = ONE
        price = amount
    if not quantity:
        return quantity, price or ZERO
    if price is None or _differs(quantity * price, amount):
        price = to_eight(amount / quantity)
    return quantity, price


def _differs(product: Decimal, amount: Decimal) -> bool:
    """By more than rounding to the cent explains: then the price stands beside another amount, such as the net."""
    return abs(product - amount) >= Decimal("0.01")


def _amount(line: Fields, detail: Fields, *, gross: bool) -> Decimal:
    return detail.money("TaxInclusiveAmt") if gross and detail.has("TaxInclusiveAmt") else line.money("Amount")


def _fee(line: Fields, detail: Fields, identifier: str, books: Books, *, gross: bool) -> Fee:
    kind, name = CHARGES[identifier]
    taxable = books.charges(*detail.ref("TaxCodeRef"))
    return Fee(kind=kind, name=name, amount=_amount(line, detail, gross=gross), taxable=taxable)


def _bundle(parts: SalesParts, line: Fields, books: Books, *, gross: bool) -> SalesParts:
    """A bundle is its members under a heading; a bundle in a bundle does not exist."""
    detail = line.part("GroupLineDetail")
    identifier, name = detail.ref("GroupItemRef")
    heading = line.text("Description") or name or identifier
    text = Line(external_id=line.text("Id"), kind=LineKind.TEXT, description=heading, amount=ZERO)
    parts = replace(parts, lines=(*parts.lines, text))
    for member in detail.parts("Line"):
        if member.text("DetailType") == "GroupLineDetail":
            raise member.refuse("DetailType")
        parts = _added(parts, member, books, gross=gross)
    return parts


def _text(line: Fields) -> Line:
    return Line(
        external_id=line.text("Id"),
        kind=LineKind.TEXT,
        description=line.text("Description"),
        amount=ZERO,
        service_date=line.part("DescriptionLineDetail").day("ServiceDate"),
    )


def _discounted(parts: SalesParts, line: Fields) -> SalesParts:
    detail, amount = line.part("DiscountLineDetail"), line.money("Amount")
    percent = detail.measure("DiscountPercent") if detail.flag("PercentBased") else None
    discount = Discount(amount=amount) if percent is None else Discount(percent=percent)
    return replace(parts, discount=discount, discount_amount=parts.discount_amount + amount)
