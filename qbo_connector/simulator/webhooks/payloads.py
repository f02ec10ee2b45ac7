"""Events in both shapes Intuit sends, and the signature over them (reference §5.2)."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from qbo_connector.simulator.company.records import Event

_PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Merge": "merged",
    "Emailed": "emailed",
}
TOLD = frozenset(
    {
        "Account", "Bill", "BillPayment", "Budget", "Class", "CreditMemo", "Currency", "Customer", "Department",
        "Deposit", "Employee", "Estimate", "Invoice", "Item", "JournalCode", "JournalEntry", "Payment",
        "PaymentMethod", "Preferences", "Purchase", "PurchaseOrder", "RefundReceipt", "SalesReceipt", "TaxAgency",
        "Term", "TimeActivity", "Transfer", "Vendor", "VendorCredit",
    }
)  # fmt: skip


def classic(events: Sequence[Event]) -> bytes:
    """The older payload: one object, its events grouped by realm."""
    by_realm: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        entity = {
            "name": event.entity,
            "id": event.id,
            "operation": event.operation,
            "lastUpdated": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.")
            + f"{event.at.microsecond // 1000:03d}Z",
        }
        if event.deleted_id:
            entity["deletedId"] = event.deleted_id
        by_realm.setdefault(event.realm_id, []).append(entity)
    notifications = [
        {"realmId": realm_id, "dataChangeEvent": {"entities": entities}} for realm_id, entities in by_realm.items()
    ]
    return json.dumps({"eventNotifications": notifications}, separators=(",", ":")).encode()


def cloudevents(events: Sequence[Event]) -> bytes:
    """The CloudEvents payload: an array; its times have nine digits after the point."""
    return json.dumps([_cloudevent(event) for event in events], separators=(",", ":")).encode()


def _cloudevent(event: Event) -> dict[str, Any]:
    seed = f"{event.realm_id}|{event.entity}|{event.id}|{event.operation}|{event.at.isoformat()}"
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, seed)),
        "source": "intuit.c2ltdWxhdG9y=",
        "type": f"qbo.{event.entity.lower()}.{_PAST[event.operation]}.v1",
        "datacontenttype": "application/json",
        "time": _nanoseconds(event.at),
        "intuitentityid": event.id,
        "intuitaccountid": event.realm_id,
        "data": {"deletedid": event.deleted_id} if event.deleted_id else {},
    }


def _nanoseconds(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}517Z"


def signature(body: bytes, *, verifier_token: str) -> str:
    """The value of `intuit-signature`."""
    return base64.b64encode(hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()).decode()
