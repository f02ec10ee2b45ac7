"""Policy values that a manifest may declare and that nothing carries out yet, each with the row that asks for it.

They are offered to nobody: a choice without an effect is a promise that nobody keeps. Whoever builds one takes it
out here; a test compares this list with what the code asks.
"""

from collections.abc import Mapping
from types import MappingProxyType

UNBUILT: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "schedule": {
        "hour_after_last": "runs that start by themselves (B-14)",
        "day_after_last": "runs that start by themselves (B-14)",
        "week_after_last": "runs that start by themselves (B-14)",
    },
    "eligible_statuses_in": dict.fromkeys(
        ("draft", "open", "partially_paid", "paid", "uncollectible", "void"), "documents that come in (B-3)"
    ),
    "history_import": {"once_at_connect": "the import of older invoices (C-19, C-20)"},
    "sales_receipts": {"yes": "payments without an invoice (C-2)"},
    "credit_memos": {"yes": "credit memos travel in neither direction (B-17)"},
    "vendor_side": {"yes": "bills and what pays them (B-19)"},
    "automation": {"review_request": "what the source does after a payment (C-17, C-18)"},
    "payments_in": {
        "yes": "payments that come in (H-18, P-24)",
        "unless_in_only": "payments that come in (H-18)",
        "by_cohort": "payments that come in (B-18)",
    },
})  # fmt: skip


def is_carried_out(key: str, value: str) -> bool:
    """Whether choosing this value has any effect."""
    return value not in UNBUILT.get(key, {})
