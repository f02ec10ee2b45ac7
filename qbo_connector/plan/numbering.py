"""What another document's number means for this one."""

from collections.abc import Iterator

from qbo_connector.canonical.keys import name_key
from qbo_connector.canonical.money import Money
from qbo_connector.plan.asking import party_question
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.form import sends_number
from qbo_connector.plan.known import Present, Taken
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.catalogue.wording import shorten
from qbo_connector.policy.policies import LinkKey, NumberClash
from qbo_connector.policy.saying import said

OWNER_LIMIT = 24
"""So that the total behind the customer's name is never cut off."""


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
        yield _refusal(desk, taken)
    earlier = desk.known.earlier
    if desk.known.bound is None and earlier and desk.rules.policies.link_key is LinkKey.NUMBER:
        params = desk.params(old_number=earlier.number, number=desk.document.number)
        yield said(Reason.NUMBER_NEW_INVOICE, params)


def _refusal(desk: Desk, taken: Taken) -> Finding:
    """With both totals, so that a person sees at once whether it is the same document."""
    document = desk.document
    ours, theirs = str(Money(amount=document.total, currency=document.currency)), _total_of(taken, desk)
    params = desk.params(
        document=f"{document.title} ({ours})",
        number=document.number,
        other_document=_in_words(taken, theirs),
        likeness=_likeness(taken, desk),
    )
    details = {"total": ours, "other_total": theirs or "voided"}
    return said(Reason.NUMBER_DUPLICATE, params, subject=taken.qbo_id, details=details)


def _in_words(taken: Taken, total: str) -> str:
    """``invoice 1037 of Acme Inc (USD 1,250.00)``."""
    kind = "voided invoice" if taken.voided else "invoice"
    owner = f" of {shorten(taken.party_name, OWNER_LIMIT)}" if taken.party_name else ""
    return f"{kind} {taken.number}{owner}" + (f" ({total})" if total else "")


def _total_of(taken: Taken, desk: Desk) -> str:
    """Empty where it is voided. The index keeps no currency: it is named where the company has only one."""
    if taken.voided:
        return ""
    if desk.company.multi_currency:
        return f"{taken.total:,}"
    return str(Money(amount=taken.total, currency=desk.company.home_currency))


def _likeness(taken: Taken, desk: Desk) -> str:
    """Key of what customer and total tell; empty where the other one has none of its own."""
    if taken.voided:
        return ""
    same_total = taken.total == desk.document.total
    if _is_of_same_customer(taken, desk):
        return "same" if same_total else "customer"
    return "total" if same_total else "neither"


def _is_of_same_customer(taken: Taken, desk: Desk) -> bool:
    party = party_question(desk.document.customer, desk.rules)
    answer = desk.answer(party.symbol) if party else None
    if isinstance(answer, Present) and taken.party_id:
        return answer.qbo_id == taken.party_id
    return name_key(taken.party_name) == name_key(str(desk.document.customer))
