"""The JSON API under ``/thrive/v1``: key in a header, pages, errors as documented in the README."""

import hmac
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from qbo_source_thrive.sandbox.failures import problem
from qbo_source_thrive.sandbox.records import Invoice, SyncStatus
from qbo_source_thrive.sandbox.state import books, state
from qbo_source_thrive.sandbox.store import NotFound
from qbo_source_thrive.sandbox.widget import signed_context
from qbo_source_thrive.sandbox.wire import invoice_json, location_json, payment_json, product_json, stamp

PERMISSIONS = ["invoices:read", "products:read", "sync_status:write"]
MOST_PER_PAGE = 100
STATUS_FIELDS = ("state", "at", "qbo_id", "qbo_number", "qbo_url", "message", "code")

api = Blueprint("api", __name__, url_prefix="/thrive/v1")


@api.before_request
def let_in() -> Response | None:
    """Armed failures and the limit come first, then the key."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if failing := state().trouble.answer(request.path):
        return failing
    return None if hmac.compare_digest(given.encode(), state().api_key.encode()) else problem(401)


@api.errorhandler(NotFound)
def not_found(_error: NotFound) -> Response:
    """No such invoice."""
    return problem(404, message="No such invoice")


@api.get("/account")
def account() -> Response:
    """The account and what the key may do."""
    stated = {"id": "acc_1", "name": "Craft & Kiln Wholesale", "plan": "Professional"}
    return jsonify({"account": {**stated, "permissions": PERMISSIONS}})


@api.get("/invoices")
def invoices() -> Response:
    """Invoices by `ids`, `updated_since` (inclusive), `status`, `location_id`; oldest change first."""
    return _page([invoice_json(books(), each) for each in _wanted()])


@api.get("/invoices/<invoice_id>")
def invoice(invoice_id: str) -> Response:
    """One invoice."""
    return jsonify({"invoice": invoice_json(books(), books().invoice(invoice_id))})


@api.get("/invoices/<invoice_id>/payments")
def payments(invoice_id: str) -> Response:
    """What was paid on an invoice."""
    return _page([payment_json(each, invoice_id) for each in books().invoice(invoice_id).payments])


@api.post("/invoices/<invoice_id>/sync-status")
def sync_status(invoice_id: str) -> Response:
    """Keep how the sync of an invoice ended."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict) or not body.get("state"):
        return problem(422, message="state is missing")
    told = {name: str(body[name]) for name in STATUS_FIELDS if body.get(name)}
    books().note_sync(invoice_id, SyncStatus(**{"at": stamp(datetime.now(UTC)) or "", **told}))
    return jsonify({"invoice_id": invoice_id, "state": told["state"]})


@api.post("/invoices/<invoice_id>/embed-context")
def embed_context(invoice_id: str) -> Response:
    """A signed statement that somebody looks at the invoice."""
    books().invoice(invoice_id)
    return jsonify({"context": signed_context(invoice_id, state().signing_secret)})


@api.get("/products")
def products() -> Response:
    """Products, by `ids` if given."""
    ids = _ids()
    return _page([product_json(each) for each in books().products.values() if ids is None or each.id in ids])


@api.get("/locations")
def locations() -> Response:
    """Active locations."""
    return jsonify({"data": [location_json(each) for each in books().locations.values() if each.active]})


def _wanted() -> list[Invoice]:
    """The invoices that the query asks for, oldest change first; `updated_since` is inclusive."""
    ids, since = _ids(), request.args.get("updated_since", "")
    status, location = request.args.get("status"), request.args.get("location_id")
    deleted = request.args.get("include_deleted") == "true"
    return [
        each
        for each in books().invoices(deleted=deleted)
        if (ids is None or each.id in ids)
        and (stamp(each.updated_at) or "") >= since
        and status in {None, each.status}
        and location in {None, each.location_id}
    ]


def _ids() -> frozenset[str] | None:
    told = request.args.get("ids")
    return frozenset(told.split(",")) if told is not None else None


def _page(rows: list[dict[str, Any]]) -> Response:
    page = max(request.args.get("page", 1, type=int), 1)
    size = min(max(request.args.get("per_page", 50, type=int), 1), MOST_PER_PAGE)
    start = (page - 1) * size
    part = rows[start : start + size]
    return jsonify({"data": part, "page": page, "per_page": size, "total": len(rows)})
