"""Whether an object in QuickBooks shows what we once sent: the answer to a write that nobody remembers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

OF_ONE_SENDING = frozenset({"Id", "SyncToken", "sparse"})
WORKED_OUT = frozenset({"TxnTaxDetail", "LineNum"})
"""QuickBooks' own to decide: tax where it is automated, and how lines are counted."""

SUBTOTAL = "SubTotalLineDetail"


def shows(stands: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether every field that was sent stands there with its value.

    What QuickBooks adds, and empty fields that it leaves out, make no difference; a line more or less does.
    """
    told = {name: value for name, value in sent.items() if name not in OF_ONE_SENDING}
    return is_in(stands, told)


def is_in(stands: Any, sent: Any) -> bool:
    """The same of a part of it."""
    if isinstance(sent, Mapping):
        parts = stands if isinstance(stands, Mapping) else {}
        return all(is_in(parts.get(name), value) for name, value in sent.items() if name not in WORKED_OUT)
    if isinstance(sent, Sequence) and not isinstance(sent, str):
        rows = [one for one in stands or () if one.get("DetailType") != SUBTOTAL]
        return len(rows) == len(sent) and all(map(is_in, rows, sent))
    if isinstance(sent, int | Decimal) and not isinstance(sent, bool):
        return stands is not None and Decimal(str(stands)) == sent
    return (stands or "") == (sent or "")
