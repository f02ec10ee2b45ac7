"""The neutral source's JSON as a canonical invoice. It states every amount itself; nothing is worked out here."""

from qbo_connector.canonical import (
    Address,
    Discount,
    Fee,
    FeeKind,
    Invoice,
    Item,
    ItemKind,
    Line,
    LineKind,
    LineTax,
    Location,
    Memos,
    Origin,
    Party,
    Payment,
    Status,
    Subsidiary,
)
from qbo_connector.errors import DocumentInvalid
from qbo_connector.sources import JsonRecord


def to_canonical(invoice: JsonRecord) -> Invoice:
    """The invoice with all that it says."""
    tax = invoice.record("tax")
    status = _status(invoice)
    return Invoice(
        external_id=invoice.text("id"),
        number=invoice.text_or("number"),
        status=status,
        status_label=status.value.replace("_", " "),
        finalized=invoice.flag_or("finalized", default=True),
        live=invoice.flag_or("live", default=True),
        subsidiary=_subsidiary(invoice.record_or_none("subsidiary")),
        issue_date=invoice.date("issued_on", "invoice date"),
        due_date=invoice.date_or_none("due_on", "due date"),
        currency=invoice.text("currency"),
        exchange_rate=invoice.decimal("exchange_rate") if invoice.has("exchange_rate") else None,
        customer=_customer(invoice.record("customer")),
        location=_location(invoice.record_or_none("location")),
        lines=tuple(_line(line) for line in invoice.records("lines")),
        discount=_discount(invoice),
        discount_amount=invoice.decimal_or("discount_amount", "invoice discount"),
        fees=tuple(_fee(fee) for fee in invoice.records("fees")),
        tax_name=tax.text_or("name"),
        tax_rate=tax.decimal("rate") if tax.has("rate") else None,
        tax_total=tax.decimal_or("amount", "tax"),
        prices_include_tax=tax.flag_or("included", default=False),
        deposit=invoice.decimal_or("deposit"),
        total=invoice.decimal("total"),
        amount_paid=invoice.decimal_or("paid", "amount paid"),
        payments=tuple(_payment(payment) for payment in invoice.records("payments")),
        memos=_memos(invoice.record("memos")),
        origin=Origin(invoice.text_or("origin", default="source")),
        created_at=invoice.instant_or_none("created_at"),
        updated_at=invoice.instant_or_none("updated_at"),
    )


def _status(invoice: JsonRecord) -> Status:
    stated = invoice.text("status")
    if stated not in set(Status):
        raise DocumentInvalid(f"unknown status {stated}", field="status", value=stated)
    return Status(stated)


def _line(line: JsonRecord) -> Line:
    tax = line.record_or_none("tax")
    return Line(
        external_id=line.text_or("id"),
        kind=LineKind.TEXT if line.flag_or("text_only", default=False) else LineKind.ITEM,
        item=_item(line.record_or_none("item")),
        description=line.text_or("description"),
        quantity=line.decimal("quantity"),
        unit_price=line.decimal("price", "unit price"),
        amount=line.decimal("amount", "line amount"),
        discount=_discount(line),
        discount_amount=line.decimal_or("discount_amount", "line discount"),
        taxable=line.flag_or("taxable", default=False),
        tax=_line_tax(tax) if tax else None,
        service_date=line.date_or_none("service_date"),
        class_name=line.text_or("class", "class"),
    )


def _line_tax(tax: JsonRecord) -> LineTax:
    return LineTax(
        name=tax.text_or("name"),
        rate=tax.decimal("rate") if tax.has("rate") else None,
        amount=tax.decimal("amount") if tax.has("amount") else None,
    )


def _item(item: JsonRecord | None) -> Item | None:
    if item is None:
        return None
    return Item(
        external_id=item.text_or("id", "product id"),
        name=item.text("name", "product name"),
        variant=item.text_or("variant", "variant name"),
        sku=item.text_or("sku", "SKU"),
        kind=ItemKind(item.text_or("kind", default="product")),
        service_type=item.text_or("service_type"),
        sold_at=frozenset(item.texts("sold_at")) if item.has("sold_at") else None,
    )


def _discount(owner: JsonRecord) -> Discount | None:
    stated = owner.record_or_none("discount")
    if stated is None:
        return None
    if stated.has("percent"):
        return Discount(percent=stated.decimal("percent", "discount"))
    return Discount(amount=stated.decimal("amount", "discount"))


def _fee(fee: JsonRecord) -> Fee:
    return Fee(
        kind=FeeKind(fee.text_or("kind", default="other")),
        name=fee.text_or("name", default="fee"),
        amount=fee.decimal("amount", "fee"),
        taxable=fee.flag_or("taxable", default=False),
    )


def _customer(customer: JsonRecord) -> Party:
    return Party(
        external_id=customer.text_or("id", "customer id"),
        name=customer.text_or("name", "customer name"),
        email=customer.text_or("email", "billing e-mail"),
        phone=customer.text_or("phone"),
        company=customer.text_or("company", "company name"),
        parent=customer.text_or("parent", "parent customer"),
        billing_address=_address(customer.record_or_none("billing")),
        shipping_address=_address(customer.record_or_none("shipping")),
        currency=customer.text_or("currency") or None,
    )


def _address(address: JsonRecord | None) -> Address:
    return Address(**{name: address.text_or(name) for name in Address.model_fields}) if address else Address()


def _location(location: JsonRecord | None) -> Location | None:
    return Location(external_id=location.text_or("id"), name=location.text("name")) if location else None


def _subsidiary(part: JsonRecord | None) -> Subsidiary | None:
    return Subsidiary(external_id=part.text("id"), name=part.text_or("name")) if part else None


def _payment(payment: JsonRecord) -> Payment:
    return Payment(
        external_id=payment.text("id"),
        paid_on=payment.date("on", "payment date"),
        amount=payment.decimal("amount", "payment"),
        reference=payment.text_or("reference"),
        method=payment.text_or("method"),
    )


def _memos(memos: JsonRecord) -> Memos:
    return Memos(
        subject=memos.text_or("subject"),
        note=memos.text_or("note"),
        po_number=memos.text_or("po_number", "PO number"),
        terms=memos.text_or("terms"),
        custom=tuple((one.text("name"), one.text_or("value")) for one in memos.records("custom")),
    )
