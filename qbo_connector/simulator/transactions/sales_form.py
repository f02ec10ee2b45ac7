"""A sales form from what was sent to what is stored."""

from decimal import Decimal

from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.faults import business, customer_required
from qbo_connector.simulator.transactions.addresses import copy_addresses
from qbo_connector.simulator.transactions.currency import set_currency, set_home_amounts
from qbo_connector.simulator.transactions.dates import date_document, date_due
from qbo_connector.simulator.transactions.numbering import number_sales_form
from qbo_connector.simulator.transactions.sales_lines import complete_lines, discount_of, subtotal_of
from qbo_connector.simulator.transactions.tax_global import tax_global
from qbo_connector.simulator.transactions.tax_us import tax_us
from qbo_connector.simulator.wire.numbers import decimal_of, money
from qbo_connector.simulator.writing.draft import Draft

_NEEDS_CUSTOMER = frozenset({"Invoice", "CreditMemo", "Estimate"})
_PAID_BY = frozenset({"Payment", "BillPaymentCheck", "BillPaymentCreditCard"})
_PAID_AT_ONCE = frozenset({"SalesReceipt", "RefundReceipt"})
_SWITCH, _LABEL = "UseSalesCustom", "SalesCustomName"


def complete_sales_form(draft: Draft) -> None:
    """Every rule of invoices, estimates, sales receipts, credit memos and refunds.

    Raises:
        IntuitFault: the first rule that refuses.
    """
    if draft.kind.name in _NEEDS_CUSTOMER and "CustomerRef" not in draft.body:
        raise customer_required()
    customer = draft.referred("CustomerRef", "Customer")
    party = customer.body if customer else None
    set_currency(draft, party)
    date_document(draft)
    if draft.kind.name == "Invoice":
        date_due(draft)
    number_sales_form(draft)
    copy_addresses(draft, party)
    check_tracking(draft)
    _complete_extras(draft)
    complete_lines(draft)
    if draft.us:
        draft.body.pop("GlobalTaxCalculation", None)
    tax = tax_us(draft) if draft.us else tax_global(draft)
    _total(draft, tax)


def check_tracking(draft: Draft) -> None:
    """Drop what the company's preferences switch off; QuickBooks ignores it silently."""
    if not draft.company.setting("AccountingInfoPrefs", "TrackDepartments"):
        draft.body.pop("DepartmentRef", None)
    if not draft.company.setting("AccountingInfoPrefs", "ClassTrackingPerTxn"):
        draft.body.pop("ClassRef", None)


def _complete_extras(draft: Draft) -> None:
    if draft.body.get("EmailStatus") == "NeedToSend" and "BillEmail" not in draft.body:
        raise business("An email address is required to send this transaction by email.", "BillEmail")
    if draft.kind.name != "RefundReceipt" and draft.kind.name in _PAID_AT_ONCE:
        _deposit_to_undeposited(draft)
    keep_links(draft)
    _complete_custom_fields(draft)


def keep_links(draft: Draft) -> None:
    """Whoever writes a document can neither make nor lose the links of its payments."""
    own = [link for link in draft.body.get("LinkedTxn", []) if link.get("TxnType") not in _PAID_BY]
    former = draft.before.body.get("LinkedTxn", []) if draft.before else []
    linked = own + [link for link in former if link["TxnType"] in _PAID_BY]
    if linked or draft.kind.name in {"Invoice", "Bill", "VendorCredit"}:
        draft.body["LinkedTxn"] = linked


def _complete_custom_fields(draft: Draft) -> None:
    """Answer every custom field the company has defined and uses, with or without a value."""
    told = {**_kept_custom_fields(draft), **_by_definition(draft.body)}
    fields = [_custom_field(number, entry, told.get(number, {})) for number, entry in _defined(draft).items()]
    if fields:
        draft.body["CustomField"] = fields


def _defined(draft: Draft) -> dict[str, Body]:
    """The custom fields by the number that ends the name of their preference; without those switched off."""
    groups = draft.company.setting("SalesFormsPrefs", "CustomField") or []
    entries = [(str(entry["Name"]), entry) for group in groups for entry in group.get("CustomField", [])]
    off = {name.rpartition(_SWITCH)[2] for name, entry in entries if entry.get("BooleanValue") is False}
    named = {name.rpartition(_LABEL)[2]: entry for name, entry in entries if entry.get("StringValue")}
    return {number: entry for number, entry in sorted(named.items()) if number not in off}


def _kept_custom_fields(draft: Draft) -> dict[str, Body]:
    kept = draft.before and draft.company.knobs.unsent_custom_fields == "kept"
    return _by_definition(draft.before.body) if draft.before and kept else {}


def _by_definition(body: Body) -> dict[str, Body]:
    return {entry.get("DefinitionId"): entry for entry in body.get("CustomField", [])}


def _custom_field(identifier: str, definition: Body, sent: Body) -> Body:
    field: Body = {"DefinitionId": identifier, "Name": definition["StringValue"], "Type": "StringType"}
    return {**field, "StringValue": sent["StringValue"]} if sent.get("StringValue") else field


def _deposit_to_undeposited(draft: Draft) -> None:
    if "DepositToAccountRef" in draft.body:
        return
    for record in draft.company.table("Account").values():
        if record.body.get("AccountSubType") == "UndepositedFunds":
            draft.body["DepositToAccountRef"] = {"value": record.id, "name": record.body["FullyQualifiedName"]}
            return


def _total(draft: Draft, tax: Decimal) -> None:
    lines = draft.body["Line"]
    total = subtotal_of(lines) - discount_of(lines) + tax
    draft.body["TotalAmt"] = money(total)
    settled = draft.company.links.applied_to(draft.before.key) if draft.before else Decimal(0)
    if total < settled:
        raise business("The total of the transaction cannot be less than what has been applied to it.")
    match draft.kind.name:
        case "Invoice":
            draft.body["Balance"] = money(total - settled - decimal_of(draft.body.get("Deposit")))
        case "CreditMemo":
            draft.body["Balance"] = draft.body["RemainingCredit"] = money(total - settled)
        case "SalesReceipt" | "RefundReceipt":
            draft.body["Balance"] = 0
    set_home_amounts(draft.company, draft.body)
