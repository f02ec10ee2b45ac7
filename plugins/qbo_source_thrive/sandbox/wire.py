"""The records as the API states them: decimal strings, ISO dates, UTC stamps with Z."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from qbo_source_thrive.sandbox.arithmetic import cents, totals
from qbo_source_thrive.sandbox.records import (
    Customer,
    Discount,
    Invoice,
    Line,
    Location,
    Payment,
    Product,
    Variant,
)
from qbo_source_thrive.sandbox.store import Store


def stamp(moment: datetime | None) -> str | None:
    """``2026-10-09T08:12:44.000000Z``; always with microseconds, so that stamps sort as text."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def money(amount: Decimal) -> str:
    """``9.50``."""
    return format(cents(amount), "f")


def number(amount: Decimal) -> str:
    """As it was entered: ``12``, ``0.125``."""
    return format(amount, "f")


def invoice_json(store: Store, invoice: Invoice) -> dict[str, Any]:
    """An invoice with its customer, location and sums; a deleted one is only a stone."""
    if invoice.deleted:
        return {
            "id": invoice.id,
            "number": invoice.number,
            "deleted": True,
            "updated_at": stamp(invoice.updated_at),
        }
    sums = totals(invoice)
    location = store.locations[invoice.location_id]
    return {
        "id": invoice.id,
        "number": invoice.number,
        "status": invoice.status,
        "fulfillment_status": "unfulfilled",
        "type": invoice.type,
        "currency": invoice.currency,
        "location": {"id": location.id, "name": location.name},
        "customer": customer_json(store.customers[invoice.customer_id]),
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": invoice.due_date.isoformat(),
        "items": [line_json(line) for line in invoice.lines],
        "discount": discount_json(invoice.discount),
        "tax_rate": number(invoice.tax_rate),
        "tax_amount": money(sums.tax),
        "shipping_amount": money(invoice.shipping_amount),
        "subtotal": money(sums.subtotal),
        "discount_total": money(sums.discount_total),
        "total": money(sums.total),
        "amount_paid": money(sums.paid),
        "amount_due": money(sums.due),
        "notes": invoice.notes,
        "sent_to": list(invoice.sent_to),
        "sent_at": stamp(invoice.sent_at),
        "sync_status": asdict(invoice.sync) if invoice.sync else None,
        "created_at": stamp(invoice.created_at),
        "updated_at": stamp(invoice.updated_at),
    }


def customer_json(customer: Customer) -> dict[str, Any]:
    """A customer."""
    return asdict(customer)


def line_json(line: Line) -> dict[str, Any]:
    """A line; the variant is null where the product has none."""
    return {
        "id": line.id,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "variant_id": line.variant_id or None,
        "variant_name": line.variant_name or None,
        "sku": line.sku,
        "quantity": number(line.quantity),
        "unit_price": number(line.unit_price),
        "taxable": line.taxable,
        "discount": discount_json(line.discount),
    }


def discount_json(discount: Discount | None) -> dict[str, str] | None:
    """A discount."""
    return {"type": discount.type, "value": number(discount.value)} if discount else None


def product_json(product: Product) -> dict[str, Any]:
    """A product; one without variants bears SKU, price and locations itself."""
    stated: dict[str, Any] = {
        "id": product.id,
        "name": product.name,
        "kind": product.kind,
        "active": True,
        "taxable": product.taxable,
        "variants": [{"id": each.id, "name": each.name, **_sold(each)} for each in product.variants if each.id],
    }
    plain = product.variant("")
    return stated | (_sold(plain) if plain else {})


def location_json(location: Location) -> dict[str, Any]:
    """A location."""
    return asdict(location)


def payment_json(payment: Payment, invoice_id: str) -> dict[str, Any]:
    """A payment."""
    return {
        "id": payment.id,
        "invoice_id": invoice_id,
        "processor": payment.processor,
        "amount": money(payment.amount),
        "paid_at": stamp(payment.paid_at),
    }


def _sold(variant: Variant) -> dict[str, Any]:
    return {"sku": variant.sku, "price": money(variant.price), "location_ids": sorted(variant.location_ids)}
