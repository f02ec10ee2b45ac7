"""The pages of invoices: list, editor, one invoice with its actions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from qbo_source_thrive.sandbox import arithmetic
from qbo_source_thrive.sandbox.failures import problem
from qbo_source_thrive.sandbox.records import STATUSES, Invoice, Line
from qbo_source_thrive.sandbox.state import books, state
from qbo_source_thrive.sandbox.store import NotPossible
from qbo_source_thrive.sandbox.writing import TERMS, amount, create, line_rows, written

BLANK_LINES = 3
Page = str | AnyResponse | tuple[str, int]

pages = Blueprint("invoices", __name__, url_prefix="/invoices")


@pages.get("/")
def overview() -> Page:
    """All invoices, or those of one status."""
    wanted = request.args.get("status", "")
    newest = sorted(books().invoices(), key=lambda each: (each.issue_date, each.created_at), reverse=True)
    rows = [(each, arithmetic.totals(each)) for each in newest if wanted in {"", each.status}]
    return render_template("invoices.html", rows=rows, store=books(), statuses=STATUSES, wanted=wanted)


@pages.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Write a new invoice, as a draft."""
    if request.method == "GET":
        return _editor(None, _blank())
    try:
        invoice = create(books(), _entered())
    except NotPossible as refusal:
        return _editor(None, _entered(), complaint=str(refusal)), 422
    return redirect(url_for("invoices.show", invoice_id=invoice.id))


@pages.get("/<invoice_id>")
def show(invoice_id: str) -> Page:
    """One invoice, with the gear menu from which it is synced (T-12); a draft has no such entry (T-10)."""
    invoice = books().invoice(invoice_id)
    return render_template(
        "invoice.html",
        invoice=invoice,
        sums=arithmetic.totals(invoice),
        lines=[(line, arithmetic.gross(line), arithmetic.net(line)) for line in invoice.lines],
        store=books(),
        widget=state().widget,
        can_sync=invoice.status != "draft" and books().invoice_sync_beta,
    )


@pages.route("/<invoice_id>/edit", methods=["GET", "POST"])
def edit(invoice_id: str) -> Page:
    """Change an invoice, its number included; also after it was sent."""
    invoice = books().invoice(invoice_id)
    if request.method == "GET":
        return _editor(invoice, _as_entered(invoice))
    try:
        books().change(invoice_id, **written(books(), _entered()))
    except NotPossible as refusal:
        return _editor(invoice, _entered(), complaint=str(refusal)), 422
    flash("Saved.")
    return redirect(url_for("invoices.show", invoice_id=invoice_id))


@pages.post("/<invoice_id>/<action>")
def act(invoice_id: str, action: str) -> Page:
    """What the buttons of an invoice do."""
    if action == "widget-token":
        return _token(books().invoice(invoice_id))
    try:
        flash(_act(invoice_id, action))
    except NotPossible as refusal:
        flash(str(refusal), "error")
    if action == "delete":
        return redirect(url_for("invoices.overview"))
    return redirect(url_for("invoices.show", invoice_id=invoice_id))


def _act(invoice_id: str, action: str) -> str:
    match action:
        case "send":
            address = request.form.get("address", "").strip()
            if "@" not in address:
                raise NotPossible("Enter an e-mail address; any will do, your own too.")
            books().send(invoice_id, address)
            return f"Sent to {address}."
        case "payments":
            books().pay(invoice_id, amount(request.form.get("amount", ""), "Payment"))
            return "Payment recorded."
        case "uncollectable" | "reopen":
            books().write_off(invoice_id, uncollectable=action == "uncollectable")
            return "Status changed."
        case "delete":
            books().change(invoice_id, deleted=True)
            return "Deleted."
        case _:
            raise NotPossible("There is no such action.")


def _token(invoice: Invoice) -> Response:
    widget = state().widget
    if invoice.status == "draft" or not widget.is_set:
        return problem(409, message="This invoice cannot be synced now")
    return jsonify({"token": widget.token(invoice.id)})


def _editor(invoice: Invoice | None, entered: Mapping[str, Any], *, complaint: str = "") -> str:
    lines = [*entered["lines"], *({} for _ in range(BLANK_LINES))]
    return render_template(
        "edit.html", invoice=invoice, entered=entered, lines=lines, store=books(), complaint=complaint
    )


def _entered() -> dict[str, Any]:
    columns = {name: request.form.getlist(name) for name in request.form}
    try:
        lines = line_rows(columns)
    except ValueError as err:
        raise BadRequest("The lines of the form are incomplete.") from err
    return {**request.form.to_dict(), "lines": lines}


def _blank() -> dict[str, Any]:
    today = datetime.now(UTC).date()
    return {"number": books().next_number(), "issue_date": today, "due_date": today + TERMS, "lines": []}


def _as_entered(invoice: Invoice) -> dict[str, Any]:
    kind, value = _parts(invoice)
    names = ("number", "type", "customer_id", "location_id", "issue_date", "due_date", "tax_rate", "notes")
    return {
        **{name: getattr(invoice, name) for name in names},
        "shipping_amount": invoice.shipping_amount,
        "discount_type": kind,
        "discount_value": value,
        "lines": [_line_as_entered(line) for line in invoice.lines],
    }


def _line_as_entered(line: Line) -> dict[str, Any]:
    kind, value = _parts(line)
    return {
        "line_id": line.id,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount_type": kind,
        "discount_value": value,
        "taxable": line.taxable,
    }


def _parts(owner: Invoice | Line) -> tuple[str, str]:
    return (owner.discount.type, format(owner.discount.value, "f")) if owner.discount else ("percent", "")
