"""An admin's own field mappings: what fills which field of the form, and what stands in the way."""

from collections.abc import Collection, Iterator

from qbo_connector.mapping.targets import CUSTOM, Filled, Target, TargetKind, find_target
from qbo_connector.plan.desk import Desk, length_finding
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.field_mappings import DefaultField, FieldMapping
from qbo_connector.policy.policies import MemoSource, MemoTarget, Policies
from qbo_connector.policy.properties import About, Property, PropertyType
from qbo_connector.policy.saying import said

QUICKBOOKS = "QuickBooks"


def travels(desk: Desk, field: DefaultField) -> bool:
    """Whether a default field goes along; one that is switched off is neither sent nor emptied (H-35)."""
    return field not in desk.rules.own.switched_off


def mapped_fields(desk: Desk) -> tuple[Filled, ...]:
    """The fields that own mappings fill, whole: what is too long is complained about, not cut."""
    found = (_filled(desk, one) for one in desk.rules.own.mappings)
    return tuple(one for one in found if one is not None)


def _filled(desk: Desk, one: FieldMapping) -> Filled | None:
    target = find_target(desk.company, one.target)
    return Filled(target=target, text=one.text_of(desk.document)) if target else None


def mapping_findings(desk: Desk) -> Iterator[Finding]:
    """A field that is gone from QuickBooks, and a text that does not fit where it goes."""
    for one in desk.rules.own.mappings:
        filled = _filled(desk, one)
        if filled is None:
            field = f"custom field {one.target.removeprefix(CUSTOM)}"
            yield said(Reason.FIELD_MAPPING_GONE, {}, subject=one.target, field=field, origin=QUICKBOOKS)
        elif filled.target.limit and len(filled.text) > filled.target.limit:
            limit = filled.target.limit
            yield length_finding(desk, one.source.noun, len(filled.text), limit, subject=one.target)


def mapped_rows(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """The rows that own mappings add to the preview: source field, QuickBooks field, value."""
    for one in desk.rules.own.mappings:
        if (filled := _filled(desk, one)) is not None:
            yield one.source.title, filled.target.label, filled.text


def mapping_complaint(source: Property, target: Target, *, policies: Policies, taken: Collection[str]) -> str:
    """What is wrong with a mapping that is about to be saved, as a sentence; empty if nothing is.

    Args:
        source: the field of the document.
        target: the field of QuickBooks.
        policies: those in force; their memo fills a field as well.
        taken: keys of the fields that other mappings fill.
    """
    if source.about is About.LINE:
        return f"“{source.title}” differs from line to line, and “{target.label}” stands once on an invoice."
    if target.kind is TargetKind.DATE and source.type is not PropertyType.DATE:
        return f"“{target.label}” takes a date, and “{source.title}” is none."
    if target.key in taken:
        return f"Another mapping fills “{target.label}” already. Change or delete that one first."
    if target.key == filled_by_memo(policies):
        return f"The memo of this sync stands in “{target.label}” already. Choose another place for one of them."
    longest = max((len(words) for _, words in source.choices), default=0)
    if target.limit and longest > target.limit:
        return f"“{source.title}” has a choice of {longest} characters; “{target.label}” takes {target.limit}."
    return ""


def filled_by_memo(policies: Policies) -> str:
    """Key of the field that the memo of these policies fills; empty where there is no memo (P-11)."""
    if policies.memo_source is MemoSource.NONE:
        return ""
    return "customer_memo" if policies.memo_target is MemoTarget.CUSTOMER_MESSAGE else "private_note"
