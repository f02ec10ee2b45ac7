"""Calls from Intuit: is it really Intuit, and what changed. Both payload shapes are read.

Classic: an object with ``eventNotifications``. CloudEvents: an array; announced in November 2025 to replace
the classic shape. The signature is the same for both: base64 of HMAC-SHA256 over the raw bytes, keyed with
the app's verifier token, in the header ``intuit-signature``.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from qbo_connector.errors import Skippable
from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.entities import spelled

_CLOUD_TYPE_PARTS = 4  # qbo.<entity>.<operation>.v1


class DeliveryUnreadable(Skippable):
    """A signed delivery is in neither shape; it is kept aside and answered with 200, so that others follow."""


class Change(StrEnum):
    """What happened to the entity."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"
    MERGE = "merge"
    EMAILED = "emailed"


_CLOUD_CHANGES = {
    "created": Change.CREATE,
    "updated": Change.UPDATE,
    "deleted": Change.DELETE,
    "voided": Change.VOID,
    "merged": Change.MERGE,
    "emailed": Change.EMAILED,
}


_CLASSIC_CHANGES = frozenset(change.value for change in Change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One changed entity; no field values come with it.

    ``event_id`` is the same when the same event is delivered again. ``deleted_id`` is the entity that a merge
    swallowed, else empty. ``at`` is Intuit's time of the change, None where it gave none that can be read.
    """

    realm_id: str
    entity: str
    qbo_id: str
    operation: Change
    at: datetime | None
    event_id: str
    deleted_id: str = ""


def verify(raw: bytes, signature: str, verifier_token: str) -> bool:
    """Whether ``signature`` was made over exactly these bytes. Takes the same time for every wrong one.

    The library's own check takes text, compares with ``==`` and raises on a malformed header; all three are
    mended here.
    """
    if not verifier_token:
        return False
    expected = hmac.new(verifier_token.encode(), raw, hashlib.sha256).digest()
    try:
        given = base64.b64decode(signature.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(expected, given)


def parse(raw: bytes) -> tuple[Notification, ...]:
    """All readable notifications of a delivery, in its order; one delivery may name several realms.

    An entry that lacks a realm, an id or a known operation is passed over: the change feed will bring it.

    Raises:
        DeliveryUnreadable: if the whole is neither of the two shapes.
    """
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as err:
        raise DeliveryUnreadable("a delivery that is no JSON") from err
    match document:
        case list():
            found = (_cloud_event(event) for event in document)
        case {"eventNotifications": list(groups)}:
            found = (_classic(realm, entry) for realm, entry in _classic_entries(groups))
        case _:
            raise DeliveryUnreadable("a delivery in neither of Intuit's shapes")
    return tuple(notification for notification in found if notification)


def _cloud_event(event: Any) -> Notification | None:
    if not isinstance(event, dict):
        return None
    parts = str(event.get("type", "")).split(".")
    if len(parts) != _CLOUD_TYPE_PARTS or parts[0] != "qbo" or parts[2] not in _CLOUD_CHANGES:
        return None
    data = event.get("data")
    names = {
        "realm": event.get("intuitaccountid"),
        "entity": parts[1],
        "id": event.get("intuitentityid"),
        "stamp": event.get("time"),
        "event": event.get("id"),
    }
    return _notification(names, _CLOUD_CHANGES[parts[2]], merged=data if isinstance(data, dict) else {})


def _classic_entries(groups: list[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    for group in groups:
        match group:
            case {"realmId": realm, "dataChangeEvent": {"entities": list(entries)}}:
                yield from ((realm, entry) for entry in entries if isinstance(entry, dict))


def _classic(realm: Any, entry: dict[str, Any]) -> Notification | None:
    operation = str(entry.get("operation", "")).lower()
    if operation not in _CLASSIC_CHANGES:
        return None
    names = {"realm": realm, "entity": entry.get("name"), "id": entry.get("id"), "stamp": entry.get("lastUpdated")}
    return _notification(names, Change(operation), merged=entry)


def _notification(given: dict[str, Any], operation: Change, *, merged: dict[str, Any]) -> Notification | None:
    realm, entity, qbo_id = given["realm"], given["entity"], given["id"]
    if not (_plain(realm) and _plain(entity) and _plain(qbo_id)):
        return None
    name, event, stamp = spelled(str(entity)), given.get("event"), given["stamp"]
    return Notification(
        realm_id=str(realm),
        entity=name,
        qbo_id=str(qbo_id),
        operation=operation,
        at=instant(stamp),
        event_id=str(event) if _plain(event) else _made_up_id(realm, name, qbo_id, operation, stamp),
        deleted_id=_deleted_id(merged),
    )


def _deleted_id(holder: dict[str, Any]) -> str:
    """Intuit spells it ``deletedId`` in samples, ``deletedID`` in prose and ``deletedid`` in CloudEvents."""
    for key, value in holder.items():
        if str(key).lower() == "deletedid" and _plain(value):
            return str(value)
    return ""


def _plain(value: Any) -> bool:
    """A non-empty word or number that fits into a column; nothing that a database could choke on."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    longest, text = 64, str(value)
    return 0 < len(text.strip()) <= longest and text.isprintable()


def _made_up_id(*parts: Any) -> str:
    return hashlib.sha256("|".join(str(part) for part in parts).encode("utf-8", "replace")).hexdigest()
