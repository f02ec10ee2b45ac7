"""What can go wrong around a sync, as data: faults of QuickBooks, and what only Intuit knows for sure."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.simulator.knobs import Knobs

SILENCE_S = 0.12
"""How long clients under test wait for an answer."""

LATE_S = SILENCE_S + 0.08

ANY = {"method": "POST"}
OURS = {"method": "POST", "path": "requestid="}
"""Writes of our own: a person at QuickBooks sends no requestid."""

TROUBLES: Mapping[str, Mapping[str, Any] | None] = {
    "none": None,
    "reset_before_commit": {"then": "reset_before_commit"},
    "reset_after_commit": {"then": "reset_after_commit"},
    "hang_before_commit": {"then": "hang_before_commit"},
    "hang_after_commit": {"then": "hang_after_commit"},
    "late": {"after_s": LATE_S},
    "throttle": {"then": "throttle"},
    "throttle_xml": {"then": "throttle_xml"},
    "http_500": {"then": "http_500"},
    "http_503_html": {"then": "http_503_html"},
    "fault_in_200": {"then": "fault_in_200"},
    "stale": {"then": "stale"},
    "expired_token": {"then": "expired_token"},
}
"""By name, the simulator's faults (docs/simulator.md); ``late`` is committed after we have hung up."""

KNOBS: Mapping[str, Mapping[str, Any]] = {
    "as_likely": {},
    "requestid_ttl_s=0": {"requestid_ttl_s": 0},
    "replay_faults": {"replay_faults": True},
    "inflight_600": {"inflight_600": True},
    "rotate_after_s=0": {"rotate_after_s": 0},
    "old_token_grace_s": {"rotate_after_s": 0, "old_token_grace_s": 3600},
    "no bump_invoice_on_payment": {"bump_invoice_on_payment": False},
    "duplicate_numbers=shared": {"duplicate_numbers": "shared"},
    "duplicate_numbers=off": {"duplicate_numbers": "off"},
    "no webhook_echo": {"webhook_echo": False},
    "the others": {
        "other_payload": "600",
        "check_automatic_numbers": True,
        "throttle_shape": "lower",
        "retry_after_s": 1,
        "cdc_lookback_days": None,
        "paid_invoice": "unlink",
        "order_by_id": False,
        "start_at_zero": True,
        "entities_in_any_case": False,
        "long_bids": True,
        "batch_reads": "each",
        "unsent_custom_fields": "kept",
    },
}
"""Every knob under its other setting: those that a push meets one at a time, those it should not notice together.

The first entry has all under their usual one.
"""

LIMITS = frozenset({"idle_ttl_s", "hard_ttl_s", "concurrent", "reads_per_month", "batch_items"})
"""Knobs that end or slow down the work, rather than answer it otherwise."""

USUAL: Mapping[str, Any] = Knobs().model_dump(exclude=set(LIMITS))


def fault_of(trouble: str, nth: int, match: Mapping[str, str] = ANY) -> tuple[dict[str, Any], ...]:
    """The fault to arm: it strikes the nth request that matches, once; without more, writes and queries do."""
    told = TROUBLES[trouble]
    return () if told is None else ({"match": dict(match), "nth": nth, "times": 1, **told},)


def knobs_of(name: str) -> dict[str, Any]:
    """All knobs, so that what was turned before is turned back."""
    return {**USUAL, **KNOBS[name]}
