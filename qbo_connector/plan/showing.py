"""What a preview shows of the document: the field table of T-1, the lines, and total against total."""

from collections.abc import Iterator
from decimal import Decimal

from qbo_connector.canonical import Money
from qbo_connector.mapping.sales_form import FormLine, SalesForm
from qbo_connector.plan.asking import classes_named
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.field_mapping import mapped_rows
from qbo_connector.plan.known import Free
from qbo_connector.plan.values import Shown
from qbo_connector.policy.tax import TaxTreatment, UsCode

TAXED = {None: "", str(UsCode.TAXED): "yes", str(UsCode.NOT_TAXED): ""}


def shown(desk: Desk, form: SalesForm, tax: TaxTreatment) -> Shown:
    """The document as it will stand in QuickBooks, in words and figures."""
    number = desk.known.number
    return Shown(
        currency=desk.document.currency,
        rows=tuple(_rows(desk, form, tax)),
        lines=tuple(_line(line) for line in form.lines),
        discount=form.discount,
        shipping=form.shipping,
        tax=tax.carried,
        source_total=desk.document.total,
        quickbooks_total=form.net + tax.carried,
        numbers_complete=not isinstance(number, Free) or number.complete,
    )


def _rows(desk: Desk, form: SalesForm, tax: TaxTreatment) -> Iterator[tuple[str, str, str]]:
    document = desk.document

    def money(amount: Decimal) -> str:
        return str(Money(amount=amount, currency=document.currency))

    yield "Number", "Invoice no.", form.number or "given by QuickBooks"
    yield (
        "Customer",
        "Customer",
        ":".join(name for name in (document.customer.parent, str(document.customer)) if name),
    )
    yield "Billing e-mail", "Customer e-mail", form.email
    yield "Invoice date", "Invoice date", form.issue_date.isoformat()
    if form.due_date:
        yield "Due date", "Due date", form.due_date.isoformat()
    if document.location and form.location:
        yield "Location", "Location", document.location.name
    yield from _classes(desk, form)
    if form.discount:
        yield "Discounts", "Discount", money(form.discount)
    if document.fees:
        yield "Fees", "Shipping" if form.shipping else "Lines", money(document.fees_total)
    yield "Tax", "Sales tax", "worked out by QuickBooks" if tax.by_quickbooks else money(tax.carried)
    if form.deposit:
        yield "Deposit", "Deposit", money(form.deposit)
    if form.customer_memo:
        yield "Notes", "Message on invoice", form.customer_memo
    if form.private_note:
        yield "Notes", "Memo on statement", form.private_note
    yield from mapped_rows(desk)


def _classes(desk: Desk, form: SalesForm) -> Iterator[tuple[str, str, str]]:
    """The classes that the lines name, and where they go; a company that tracks none is told that they do not."""
    names = ", ".join(name for name in classes_named(desk.document) if name)
    if names and form.tracking_class:
        yield "Class", "Class", names
    elif names and any(line.tracking_class for line in form.lines):
        yield "Class", "Class of each line", names
    elif names and not desk.company.track_classes:
        yield "Class", "Not sent: class tracking is off", names


def _line(line: FormLine) -> dict[str, str]:
    if line.priced is None:
        return {"description": line.description}
    return {
        "description": line.description,
        "quantity": "" if line.priced.quantity is None else f"{line.priced.quantity:f}",
        "unit_price": "" if line.priced.unit_price is None else f"{line.priced.unit_price:f}",
        "amount": f"{line.priced.amount:f}",
        "taxed": TAXED.get(line.tax, "yes"),
    }
