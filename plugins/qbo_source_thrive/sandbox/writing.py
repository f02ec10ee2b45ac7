"""Invoices from what people type or tests send: one place that reads and refuses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_source_thrive.sandbox.records import STATUSES, ZERO, Discount, Invoice, Line, Payment
from qbo_source_thrive.sandbox.store import NotPossible, Store

TERMS = timedelta(days=30)
MOST_DECIMALS = 6


def written(store: Store, entered: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an invoice that were entered, read and checked. Fields that were not entered are left out.

    `lines` is a list of {product_id, variant_id, quantity, unit_price, discount_type, discount_value, taxable}.

    Raises:
        NotPossible: with a sentence that names the field.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "number": lambda value: _filled(value, "Invoice No."),
        "type": str,
        "customer_id": lambda value: _one_of(value, store.customers, "Customer"),
        "location_id": lambda value: _one_of(value, store.locations, "Shipping location"),
        "issue_date": lambda value: _date(value, "Invoice date"),
        "due_date": lambda value: _date(value, "Due date"),
        "tax_rate": lambda value: amount(value or "0", "Tax rate"),
        "shipping_amount": lambda value: amount(value or "0", "Shipping"),
        "notes": lambda value: str(value).strip(),
        "lines": lambda value: tuple(_line(store, line) for line in value if line.get("product_id")),
    }
    fields: dict[str, Any] = {name: read(entered[name]) for name, read in readers.items() if name in entered}
    if "discount_type" in entered or "discount_value" in entered:
        fields["discount"] = _discount(entered, "Invoice discount")
    if "issue_date" in fields and "due_date" in fields and fields["due_date"] < fields["issue_date"]:
        raise NotPossible("Due date is before the invoice date.")
    return fields


def create(store: Store, entered: Mapping[str, Any]) -> Invoice:
    """A new invoice; what was not entered has a sensible value. `status` and `paid` are for tests and the demo."""
    now = store.stamp()
    given = written(store, entered)
    issue = given.get("issue_date", now.date())
    status, paid = str(entered.get("status", "draft")), amount(entered.get("paid") or "0", "Paid")
    if status not in STATUSES:
        raise NotPossible(f"{status} is no status.")
    fields = {
        "number": store.next_number() if "number" not in given else given["number"],
        "customer_id": next(iter(store.customers)),
        "location_id": next(iter(store.locations)),
        "issue_date": issue,
        "due_date": issue + TERMS,
        "status": status,
        "payments": (Payment(id=store.new_id("pay"), amount=paid, paid_at=now),) if paid else (),
        "sent_at": None if status == "draft" else now,
    }
    return store.add(Invoice(id=store.new_id("inv"), created_at=now, updated_at=now, **(fields | given)))


def amount(value: object, name: str) -> Decimal:
    """A number of zero or more, with at most six decimals."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as err:
        raise NotPossible(f"{name} is not a number.") from err
    if not number.is_finite() or number < ZERO or abs(int(number.as_tuple().exponent)) > MOST_DECIMALS:
        raise NotPossible(f"{name} must be a number of zero or more.")
    return number


def line_rows(form: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The lines of a form, whose columns come as lists of equal length."""
    names = ("item", "quantity", "unit_price", "discount_type", "discount_value", "taxable", "line_id")
    rows = zip(*(form.get(f"line_{name}", []) for name in names), strict=True)
    return [_row(dict(zip(names, row, strict=True))) for row in rows]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    product_id, _, variant_id = row.pop("item").partition("/")
    return {**row, "product_id": product_id, "variant_id": variant_id, "taxable": row["taxable"] == "yes"}


def _line(store: Store, entered: Mapping[str, Any]) -> Line:
    product = store.products.get(str(entered["product_id"]))
    variant = product.variant(str(entered.get("variant_id") or "")) if product else None
    if product is None or variant is None:
        raise NotPossible("Product is not one of yours.")
    price = entered.get("unit_price")
    return Line(
        id=str(entered.get("line_id") or store.new_id("li")),
        product_id=product.id,
        product_name=product.name,
        variant_id=variant.id,
        variant_name=variant.name,
        sku=variant.sku,
        quantity=amount(entered.get("quantity") or "1", f"Quantity of {product.name}"),
        unit_price=variant.price if price in (None, "") else amount(price, f"Price of {product.name}"),
        taxable=bool(entered.get("taxable", product.taxable)),
        discount=_discount(entered, f"Discount of {product.name}"),
    )


def _discount(entered: Mapping[str, Any], name: str) -> Discount | None:
    value = amount(entered.get("discount_value") or "0", name)
    kind = str(entered.get("discount_type") or "percent")
    if kind not in {"percent", "amount"}:
        raise NotPossible(f"{name} is either % or $.")
    if kind == "percent" and value > 100:  # noqa: PLR2004 - per cent
        raise NotPossible(f"{name} is more than 100 %.")
    return Discount(type=kind, value=value) if value else None


def _filled(value: object, name: str) -> str:
    if text := str(value).strip():
        return text
    raise NotPossible(f"{name} is empty.")


def _one_of(value: object, known: Mapping[str, object], name: str) -> str:
    if str(value) in known:
        return str(value)
    raise NotPossible(f"{name} is not one of yours.")


def _date(value: object, name: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as err:
        raise NotPossible(f"{name} is not a date.") from err
