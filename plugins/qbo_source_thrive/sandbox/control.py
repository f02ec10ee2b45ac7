"""The control plane under ``/_sandbox``: failures and records by JSON, for tests and the demo.

JSON only, so that no page of another site can post here.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from qbo_source_thrive.sandbox.failures import A_MINUTE, failure_from, problem
from qbo_source_thrive.sandbox.hooks import new_signing_secret
from qbo_source_thrive.sandbox.records import Customer, Product, Variant
from qbo_source_thrive.sandbox.seed import sow
from qbo_source_thrive.sandbox.state import books, state
from qbo_source_thrive.sandbox.store import NotFound, NotPossible
from qbo_source_thrive.sandbox.wire import invoice_json
from qbo_source_thrive.sandbox.writing import amount, create, written

MOST_AT_ONCE = 100_000
STORY = {
    "create": {
        "lines": [
            {"product_id": "prd_5", "variant_id": "var_51", "quantity": "12", "discount_value": "10"},
            {"product_id": "prd_9", "quantity": "2", "discount_type": "amount", "discount_value": "1.00"},
        ],
        "discount_type": "percent",
        "discount_value": "2.5",
        "shipping_amount": "12.00",
        "tax_rate": "8.875",
        "notes": "Leave at dock B",
    },
    "edit": {"notes": "Ring twice", "shipping_amount": "9.50"},
    "address": "ap@acme.example",
}

control = Blueprint("control", __name__, url_prefix="/_sandbox")


@control.before_request
def json_only() -> Response | None:
    """A page of another site cannot send JSON without being asked first."""
    return None if request.method in {"GET", "DELETE"} or request.is_json else problem(415)


@control.errorhandler(NotFound)
def not_found(_error: NotFound) -> Response:
    """No such record."""
    return problem(404)


@control.errorhandler(ValueError)
@control.errorhandler(KeyError)
def refused(error: Exception) -> Response:
    """What was sent cannot be done; says why."""
    return problem(422, message=str(error))


@control.post("/reset")
def reset() -> Response:
    """Begin anew: {"seed": "demo" or "empty"}."""
    state().trouble.arm([])
    state().trouble.limit(A_MINUTE)
    state().hooks.secret = state().first_signing_secret
    return jsonify({"samples": dict(sow(books(), str(_told().get("seed", state().seed))))})


@control.post("/failures")
def failures() -> Response:
    """Arm failures: {"failures": [{"then", "path", "times", "status", "retry_after", "seconds"}]}; [] clears."""
    told = _told().get("failures", [])
    state().trouble.arm([failure_from(each) for each in told])
    return jsonify({"armed": len(told)})


@control.post("/limit")
def limit() -> Response:
    """Requests a minute: {"per_minute"}; 0 for no limit."""
    state().trouble.limit(int(_told()["per_minute"]))
    return jsonify({"per_minute": state().trouble.per_minute})


@control.post("/invoices")
def add() -> Response:
    """Make an invoice, or `count` of them; what is left out has a sensible value."""
    told = _told()
    count = min(int(told.pop("count", 1)), MOST_AT_ONCE)
    made = [create(books(), told) for _ in range(count)]
    return jsonify({"ids": [each.id for each in made], "invoice": invoice_json(books(), made[0])})


@control.patch("/invoices/<invoice_id>")
def change(invoice_id: str) -> Response:
    """Change fields of an invoice, `status` among them."""
    told = _told()
    fields = written(books(), told) | {name: told[name] for name in ("status",) if name in told}
    return jsonify({"invoice": invoice_json(books(), books().change(invoice_id, **fields))})


@control.post("/invoices/<invoice_id>/payments")
def pay(invoice_id: str) -> Response:
    """Record a payment: {"amount"}."""
    paid = books().pay(invoice_id, amount(_told()["amount"], "Payment"))
    return jsonify({"invoice": invoice_json(books(), paid)})


@control.post("/invoices/<invoice_id>/send")
def send(invoice_id: str) -> Response:
    """Send an invoice: {"address"}; it leaves draft."""
    return jsonify({"invoice": invoice_json(books(), books().send(invoice_id, str(_told()["address"])))})


@control.post("/customers")
def add_customer() -> Response:
    """Make a customer: {"name", "email"}."""
    told = _told()
    made = Customer(id=books().new_id("cus"), name=str(told["name"]), email=str(told.get("email", "")))
    books().customers[made.id] = made
    return jsonify({"id": made.id})


@control.post("/products")
def add_product() -> Response:
    """Make a product that every location sells: {"name", "price", "sku"}."""
    told = _told()
    everywhere = frozenset(books().locations)
    price = amount(told.get("price", "1.00"), "Price")
    only = Variant(sku=str(told.get("sku", "")), price=price, location_ids=everywhere)
    made = Product(id=books().new_id("prd"), name=str(told["name"]), variants=(only,))
    books().products[made.id] = made
    return jsonify({"id": made.id})


@control.get("/story")
def story() -> Response:
    """What the demo's story makes and changes: bodies for `POST` and `PATCH /invoices`."""
    return jsonify(STORY)


@control.delete("/invoices/<invoice_id>")
def delete(invoice_id: str) -> Response:
    """Delete an invoice."""
    books().change(invoice_id, deleted=True)
    return jsonify({"deleted": invoice_id})


@control.delete("/products/<product_id>")
def delete_product(product_id: str) -> Response:
    """Delete a product that invoices still name."""
    books().products = {key: each for key, each in books().products.items() if key != product_id}
    return jsonify({"deleted": product_id})


@control.get("/invoices/<invoice_id>")
def look(invoice_id: str) -> Response:
    """An invoice as the API states it, without a key."""
    return jsonify({"invoice": invoice_json(books(), books().invoice(invoice_id))})


@control.post("/hooks")
def aim_hooks() -> Response:
    """Where hooks go: {"url"}; empty for nowhere."""
    state().hooks.url = str(_told().get("url", ""))
    return jsonify({"url": state().hooks.url})


@control.get("/hooks")
def sent_hooks() -> Response:
    """The status of every hook sent."""
    return jsonify({"url": state().hooks.url, "answers": list(state().hooks.answers)})


@control.post("/signing-secret")
def renew_signing_secret() -> Response:
    """Sign with another secret from now on: {"secret"}; a fresh one if it is left out."""
    state().hooks.secret = str(_told().get("secret") or new_signing_secret())
    return jsonify({"secret": state().signing_secret})


def _told() -> dict[str, Any]:
    told: Any = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise NotPossible("The body must be a JSON object.")
    return told
