"""What another document's number means for this one."""

from collections.abc import Iterator

from qbo_connector.plan.desk import Desk
from qbo_connector.plan.form import sends_number
from qbo_connector.plan.known import Taken
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.policies import LinkKey, NumberClash
from qbo_connector.policy.saying import said


def taken_by_another(desk: Desk) -> Taken | None:
    """The other document in QuickBooks that bears the number to be sent, voided ones included."""
    taken, bound = desk.known.number, desk.known.bound
    if not isinstance(taken, Taken) or not sends_number(desk):
        return None
    return None if bound and bound.qbo_id == taken.qbo_id else taken


def may_share(desk: Desk, *, allowed: bool) -> bool:
    """Whether the number may be used a second time: by a person's word, or by copies of one record (P-21)."""
    taken = taken_by_another(desk)
    if taken is None or allowed:
        return taken is not None
    earlier = {desk.known.earlier.qbo_id} if desk.known.earlier else set()
    for_copies = desk.rules.policies.number_clash is NumberClash.ALLOW_FOR_COPIES
    return for_copies and taken.qbo_id in desk.known.copies | earlier


def number_findings(desk: Desk, *, shared: bool) -> Iterator[Finding]:
    """A number that another document bears is refused before sending (T-20); a changed one is told (T-24)."""
    taken = taken_by_another(desk)
    if taken and not shared:
        kind = "voided invoice" if taken.voided else "invoice"
        owner = f" of {taken.party_name}" if taken.party_name else ""
        params = desk.params(number=desk.document.number, other_document=f"{kind} {taken.number}{owner}")
        yield said(Reason.NUMBER_DUPLICATE, params, subject=taken.qbo_id)
    earlier = desk.known.earlier
    if desk.known.bound is None and earlier and desk.rules.policies.link_key is LinkKey.NUMBER:
        params = desk.params(old_number=earlier.number, number=desk.document.number)
        yield said(Reason.NUMBER_NEW_INVOICE, params)
