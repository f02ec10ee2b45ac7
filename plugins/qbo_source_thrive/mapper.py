"""Thrive's JSON as a canonical invoice. Pure: no request, no clock."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from qbo_connector.canonical import (
    Address,
    Discount,
    Fee,
    FeeKind,
    Invoice,
    Item,
    ItemKind,
    Line,
    Location,
    Memos,
    Party,
    Status,
    round_money,
)
from qbo_connector.errors import DocumentInvalid
from qbo_connector.sources import JsonRecord

ZERO = Decimal(0)

STATUSES = {
    "draft": Status.DRAFT,
    "open": Status.OPEN,
    "partially_paid": Status.PARTIALLY_PAID,
    "paid": Status.PAID,
    "uncollectable": Status.UNCOLLECTIBLE,
    "uncollectible": Status.UNCOLLECTIBLE,
}
"""Thrive spells the last one with an a (T-10); both spellings are read."""

LABELS = {Status.UNCOLLECTIBLE: "uncollectable"}


def product_ids(invoice: JsonRecord) -> list[str]:
    """The products on an invoice's lines, each once."""
    return list(dict.fromkeys(line.text("product_id", "product") for line in invoice.records("items", "lines")))


def to_canonical(invoice: JsonRecord, products: Iterable[JsonRecord]) -> Invoice:
    """An invoice with the products of its lines as canonical invoice.

    Products say at which locations they are sold (T-28). A product that Thrive no longer has is sold nowhere.

    Raises:
        DocumentInvalid: a value cannot be read, or the stated amounts contradict each other; names the field.
    """
    currency = invoice.text("currency")
    known = {product.text("id", "product id"): product for product in products}
    lines = tuple(_line(line, known, currency) for line in invoice.records("items", "lines"))
    subtotal = sum((line.net for line in lines), ZERO)
    discount = _discount(invoice, "invoice discount")
    status = _status(invoice)
    document = Invoice(
        external_id=invoice.text("id"),
        number=invoice.text_or("number"),
        status=status,
        status_label=LABELS.get(status, status.value.replace("_", " ")),
        issue_date=invoice.date("issue_date", "invoice date"),
        due_date=invoice.date_or_none("due_date"),
        currency=currency,
        customer=_customer(invoice.record("customer")),
        location=_location(invoice.record_or_none("location")),
        lines=lines,
        discount=discount,
        discount_amount=_taken_off(discount, subtotal, currency, "invoice discount"),
        fees=_fees(invoice),
        tax_name="Sales tax" if invoice.decimal_or("tax_amount", "tax") else "",
        tax_rate=invoice.decimal_or("tax_rate", "tax rate") or None,
        tax_total=invoice.decimal_or("tax_amount", "tax"),
        total=invoice.decimal("total"),
        amount_paid=invoice.decimal_or("amount_paid"),
        memos=Memos(note=invoice.text_or("notes")),
        created_at=invoice.instant_or_none("created_at", "creation time"),
        updated_at=invoice.instant_or_none("updated_at", "time of the last change"),
    )
    _stated_amounts_agree(invoice, document)
    return document


def _line(line: JsonRecord, products: Mapping[str, JsonRecord], currency: str) -> Line:
    quantity, price = line.decimal("quantity"), line.decimal("unit_price")
    amount = round_money(quantity * price, currency)
    discount = _discount(line, "line discount")
    return Line(
        external_id=line.text_or("id", "line id"),
        item=_item(line, products.get(line.text("product_id", "product"))),
        description=line.text_or("description"),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        discount=discount,
        discount_amount=_taken_off(discount, amount, currency, "line discount"),
        taxable=line.flag_or("taxable", default=False),
    )


def _item(line: JsonRecord, product: JsonRecord | None) -> Item:
    """The variant sold, or the product where it has no variants (T-27)."""
    variant_id = line.text_or("variant_id", "variant")
    is_service = product is not None and product.text_or("kind", "product kind") == "service"
    return Item(
        external_id=variant_id or line.text("product_id", "product"),
        name=line.text("product_name"),
        variant=line.text_or("variant_name"),
        sku=line.text_or("sku", "SKU"),
        kind=ItemKind.SERVICE if is_service else ItemKind.PRODUCT,
        price=line.decimal("unit_price"),
        sold_at=_sold_at(product, variant_id),
    )


def _sold_at(product: JsonRecord | None, variant_id: str) -> frozenset[str]:
    if product is None:
        return frozenset()
    if not variant_id:
        return frozenset(product.texts("location_ids", "locations of the product"))
    for variant in product.records("variants"):
        if variant.text("id", "variant id") == variant_id:
            return frozenset(variant.texts("location_ids", "locations of the product"))
    return frozenset()


def _discount(owner: JsonRecord, title: str) -> Discount | None:
    stated = owner.record_or_none("discount", title)
    if stated is None:
        return None
    value, kind = stated.decimal("value", title), stated.text("type", title)
    if kind not in {"percent", "amount"}:
        raise DocumentInvalid(f"{title} of type {kind}", field=title, value=kind)
    if value < ZERO:
        raise DocumentInvalid(f"{title} is negative", field=title, value=value)
    if value == ZERO:
        return None
    return Discount(percent=value) if kind == "percent" else Discount(amount=value)


def _taken_off(discount: Discount | None, base: Decimal, currency: str, title: str) -> Decimal:
    if discount is None:
        return ZERO
    amount = discount.off(base, currency)
    if amount > max(base, ZERO):
        raise DocumentInvalid(f"{title} takes {amount} off {base}", field=title, value=amount)
    return amount


def _fees(invoice: JsonRecord) -> tuple[Fee, ...]:
    shipping = invoice.decimal_or("shipping_amount", "shipping")
    if shipping < ZERO:
        raise DocumentInvalid("shipping is negative", field="shipping", value=shipping)
    return (Fee(kind=FeeKind.SHIPPING, name="Shipping", amount=shipping),) if shipping else ()


def _status(invoice: JsonRecord) -> Status:
    stated = invoice.text("status")
    if status := STATUSES.get(stated):
        return status
    raise DocumentInvalid(f"unknown status {stated}", field="status", value=stated)


def _customer(customer: JsonRecord) -> Party:
    return Party(
        external_id=customer.text("id", "customer id"),
        name=customer.text("name", "customer name"),
        email=customer.text_or("email", "billing e-mail"),
        phone=customer.text_or("phone"),
        billing_address=_address(customer.record_or_none("billing_address")),
        shipping_address=_address(customer.record_or_none("shipping_address")),
    )


def _address(address: JsonRecord | None) -> Address:
    if address is None:
        return Address()
    return Address(**{name: address.text_or(name) for name in Address.model_fields})


def _location(location: JsonRecord | None) -> Location | None:
    if location is None:
        return None
    return Location(external_id=location.text("id", "location id"), name=location.text("name", "location"))


def _stated_amounts_agree(invoice: JsonRecord, document: Invoice) -> None:
    """Thrive states sums of its own; one that differs from its parts means that a part is not what it seems."""
    computed = {
        "subtotal": document.subtotal,
        "discount_total": document.line_discounts + document.discount_amount,
        "amount_due": document.total - document.amount_paid,
    }
    for key, amount in computed.items():
        if invoice.has(key) and invoice.decimal(key) != amount:
            title = key.replace("_", " ")
            raise DocumentInvalid(f"{title} should be {amount}", field=title, value=invoice.decimal(key))
