"""Which documents settle which: the lines of payments, and what a document says is linked to it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qbo_connector.canonical.application import Application, AppliedTo
from qbo_connector.mapping.links import TXN_TYPES
from qbo_connector.mapping.reading.fields import Fields

KINDS = {theirs: ours for ours, theirs in TXN_TYPES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A document of QuickBooks that another names. `type` is QuickBooks' word, for instance BillPaymentCheck."""

    type: str
    qbo_id: str


def linked(entity: Mapping[str, Any]) -> tuple[Linked, ...]:
    """What a document itself says is linked to it, payments and credits among them; without amounts."""
    fields = Fields.of(entity)
    links = [Linked(type=link.text("TxnType"), qbo_id=link.text("TxnId")) for link in fields.parts("LinkedTxn")]
    return tuple(link for link in links if link.type and link.qbo_id)


def applications_in(
    fields: Fields, settles: frozenset[AppliedTo]
) -> tuple[tuple[Application, ...], tuple[Application, ...]]:
    """What a payment's lines settle, and the credits they draw on. Lines of nothing are left out.

    Raises:
        DocumentInvalid: a line links several documents at once, or one of a kind that payments do not settle.
    """
    amounts = defaultdict[tuple[AppliedTo, str], Decimal](Decimal)
    for line in fields.parts("Line"):
        if (key := _link(line)) is not None:
            amounts[key] += line.money("Amount")
    parts = [
        Application(kind=kind, external_id=identifier, amount=amount)
        for (kind, identifier), amount in amounts.items()
        if amount
    ]
    charges = tuple(part for part in parts if part.kind in settles)
    return charges, tuple(part for part in parts if part.kind not in settles)


def _link(line: Fields) -> tuple[AppliedTo, str] | None:
    links = list(line.parts("LinkedTxn"))
    if not links:
        return None
    link = links[0]
    if len(links) > 1:
        raise line.refuse("LinkedTxn")
    if link.text("TxnType") not in KINDS:
        raise link.refuse("TxnType")
    if not link.has("TxnId"):
        raise link.refuse("TxnId")
    return KINDS[link.text("TxnType")], link.text("TxnId")
