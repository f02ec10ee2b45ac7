"""Document numbers: who gives them, and which are taken (reference §6.2, fault 6140)."""

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.index import NUMBER_SPACE
from qbo_connector.simulator.company.records import Key
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import duplicate_number
from qbo_connector.simulator.writing.draft import Draft

SALES_FORMS = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
_SERIES = {**dict.fromkeys(SALES_FORMS, "sales"), "Estimate": "estimate", "PurchaseOrder": "purchaseorder"}


def number_sales_form(draft: Draft) -> None:
    """Number a sales form by the company's preference.

    With custom numbers on, what was sent counts and nothing means none; off, QuickBooks counts on by itself.

    Raises:
        IntuitFault: 6140 where custom numbers are on and the number is taken.
    """
    custom = bool(draft.company.setting("SalesFormsPrefs", "CustomTxnNumbers"))
    automatic = draft.body.pop("AutoDocNumber", False)
    if draft.creating and "DocNumber" not in draft.body and (automatic or not custom):
        draft.body["DocNumber"] = next_number(draft.company, _SERIES[draft.kind.name])
    if custom or draft.company.knobs.check_automatic_numbers:
        forbid_duplicate(draft, scope=SALES_FORMS if draft.kind.name in SALES_FORMS else (draft.kind.name,))
    note_number(draft.company, _SERIES[draft.kind.name], str(draft.body.get("DocNumber", "")))


def number_purchase(draft: Draft) -> None:
    """Check the number of a bill, an expense or another document that comes with its own.

    Raises:
        IntuitFault: 6140.
    """
    if draft.kind.name == "PurchaseOrder" and draft.creating and "DocNumber" not in draft.body:
        draft.body["DocNumber"] = next_number(draft.company, "purchaseorder")
    forbid_duplicate(draft, scope=(draft.kind.name,))


def next_number(company: Company, series: str) -> str:
    """Count on in a series."""
    return company.next_id(f"number:{series}")


def note_number(company: Company, series: str, number: str) -> None:
    """Let a series go on above a number that was given by hand."""
    company.reserve(f"number:{series}", number)


def forbid_duplicate(draft: Draft, *, scope: tuple[str, ...]) -> None:
    """Refuse a number that another document of the scope has.

    A voided document keeps its number, a deleted one frees it.

    Raises:
        IntuitFault: 6140, naming the holder.
    """
    number = str(draft.body.get("DocNumber", ""))
    mode = draft.company.knobs.duplicate_numbers
    if not number or draft.flags.allow_duplicate_number or mode == "off":
        return
    if draft.before is not None and draft.before.body.get("DocNumber") == number:
        return
    holder = _holder(draft, number, scope if mode == "shared" else (draft.kind.name,))
    if holder is not None:
        raise duplicate_number(number=number, txn_type=kind(holder[0]).title, txn_id=holder[1])


def _holder(draft: Draft, number: str, scope: tuple[str, ...]) -> Key | None:
    own = draft.before.key if draft.before else None
    for entity in scope:
        for holder in draft.company.index.holders(f"{NUMBER_SPACE}{entity}", number):
            if holder != own:
                return holder
    return None
