"""The text of a document that goes along as its memo (P-11)."""

from qbo_connector.canonical import Invoice
from qbo_connector.mapping import limits
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.policies import MemoSource, MemoTarget
from qbo_connector.policy.rules import Rules


def memo(document: Invoice, rules: Rules) -> str | None:
    """The text that the pairing's memo source names, in full; None where no memo is carried."""
    if DefaultField.MEMO in rules.own.switched_off:
        return None
    memos = document.memos
    texts = {
        MemoSource.SUBJECT: memos.subject,
        MemoSource.NOTE: memos.note,
        MemoSource.PO_NUMBER: memos.po_number,
        MemoSource.TERMS: memos.terms,
        MemoSource.CUSTOM_FIELD: dict(memos.custom).get(rules.memo_field, ""),
    }
    return texts.get(rules.policies.memo_source)


def to_customer(rules: Rules) -> bool:
    """Whether the customer reads it; else it stands on statements only."""
    return rules.policies.memo_target is MemoTarget.CUSTOMER_MESSAGE


def memo_limit(rules: Rules) -> int:
    """How much of it fits where it goes."""
    return limits.CUSTOMER_MEMO if to_customer(rules) else limits.PRIVATE_NOTE
