"""The reason codes a fault can become, in the order of the findings catalogue, with their standing."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class Standing(IntEnum):
    """Which reason of an answer with several leads: the lowest."""

    CONNECTION = 0
    OUTCOME = 1
    PERSON = 2
    HELD = 3
    RETRYABLE = 4


_C, _O, _P, _H, _R = (
    Standing.CONNECTION,
    Standing.OUTCOME,
    Standing.PERSON,
    Standing.HELD,
    Standing.RETRYABLE,
)

REASONS: Mapping[str, Standing] = MappingProxyType(
    {
        "connection.expired": _C,
        "connection.access_lost": _C,
        "connection.permission_denied": _P,
        "connection.permissions_declined": _C,
        "connection.subscription_ended": _C,
        "connection.company_reset": _C,
        "number.duplicate": _P,
        "customer.missing": _P,
        "customer.display_name_duplicate": _P,
        "customer.inactive": _P,
        "vendor.missing": _P,
        "item.inactive": _P,
        "item.name_duplicate": _H,
        "item.unusable": _P,
        "account.unset": _H,
        "tax.code_missing": _H,
        "tax.code_invalid": _P,
        "total.negative": _P,
        "payment.cannot_link": _P,
        "payment.deposited": _P,
        "payment.void_blocked": _P,
        "bill.cannot_void": _H,
        "date.closed_period": _P,
        "qbo.revrec_service_date": _P,
        "field.missing": _P,
        "field.invalid": _P,
        "field.too_long": _P,
        "field.mapping_gone": _H,
        "reference.inactive": _P,
        "reference.missing": _P,
        "qbo.feature_off": _P,
        "qbo.stale": _R,
        "qbo.document_deleted": _H,
        "limit.throttled": _R,
        "qbo.unavailable": _R,
        "qbo.refused": _P,
        "outcome.unknown": _O,
        "internal.bad_request": _P,
        "installation.secrets": _C,
    }
)

_PLACE = {reason: place for place, reason in enumerate(REASONS)}


def precedence(reason: str) -> tuple[int, int]:
    """Sort key: standing first, then the catalogue's order."""
    return (REASONS[reason].value, _PLACE[reason])
