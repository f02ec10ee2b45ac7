"""Items, accounts, terms and the smaller lists (reference §6.6)."""

from qbo_connector.simulator.entities.accounts import classification_of, sub_types_of
from qbo_connector.simulator.faults import business, fault, invalid_enumeration, required
from qbo_connector.simulator.transactions.currency import currency_ref, home_currency
from qbo_connector.simulator.wire.numbers import decimal_of
from qbo_connector.simulator.writing.draft import Draft

_INVENTORY_NEEDS = ("QtyOnHand", "InvStartDate", "AssetAccountRef", "IncomeAccountRef", "ExpenseAccountRef")
_METHOD_TYPES = frozenset({"CREDIT_CARD", "NON_CREDIT_CARD"})
_MAX_DAYS = 999
_MAX_DAY = 31


def complete_item(draft: Draft) -> None:
    """What an item must have by its type.

    Raises:
        IntuitFault: 2020 or 6000.
    """
    if draft.creating and "Type" not in draft.body:
        draft.body["Type"] = "Service"
    kind = draft.body.get("Type")
    before = draft.before.body.get("Type") if draft.before else kind
    if before == "Inventory" and kind != "Inventory":
        raise business("You can't change the type of an inventory item.")
    if kind == "Inventory":
        _check_inventory(draft)
    elif kind in {"Service", "NonInventory"} and not {"IncomeAccountRef", "ExpenseAccountRef"} & draft.body.keys():
        raise business("When you create a product or service, you need to choose an income account.")
    if kind == "Category":
        for name in ("UnitPrice", "PurchaseCost", "TrackQtyOnHand", "Taxable"):
            draft.body.pop(name, None)


def _check_inventory(draft: Draft) -> None:
    if not draft.body.get("TrackQtyOnHand"):
        raise business("An inventory item must track its quantity on hand.")
    for name in _INVENTORY_NEEDS:
        if name not in draft.body:
            raise required(name)


def complete_account(draft: Draft) -> None:
    """Type, sub-type and classification of an account.

    Raises:
        IntuitFault: 2020 without either, 6430 for a sub-type that does not fit.
    """
    sub_type = draft.body.get("AccountSubType")
    kind = draft.body.get("AccountType")
    if not kind and not sub_type:
        raise required("AccountType")
    known = sub_types_of(str(kind)) if kind else ()
    if kind and not known:
        raise invalid_enumeration(str(kind), "AccountType")
    if sub_type and known and sub_type not in known:
        raise fault("6430", "Invalid account type", f"The account sub-type {sub_type} does not fit {kind}")
    if not sub_type:
        draft.body["AccountSubType"] = known[0]
    draft.body["Classification"] = classification_of(str(kind))
    draft.body.setdefault("CurrencyRef", home_currency(draft.company))


def complete_term(draft: Draft) -> None:
    """When a term falls due.

    Raises:
        IntuitFault: 2020 without either, 6000 for days that cannot be.
    """
    days, day = draft.body.get("DueDays"), draft.body.get("DayOfMonthDue")
    if days is None and day is None:
        raise required("DueDays")
    if not 0 <= int(days or 0) <= _MAX_DAYS or (day is not None and not 1 <= int(day) <= _MAX_DAY):
        raise business("The due days of a term must lie between 0 and 999, its day of the month between 1 and 31.")
    draft.body["Type"] = "DATE_DRIVEN" if day is not None else "STANDARD"
    if days is not None:
        draft.body.setdefault("DiscountDays", 0)


def complete_payment_method(draft: Draft) -> None:
    """A method is a credit card or it is not.

    Raises:
        IntuitFault: 2170.
    """
    kind = draft.body.get("Type", "NON_CREDIT_CARD")
    if kind not in _METHOD_TYPES:
        raise invalid_enumeration(str(kind), "Type")


def complete_currency(draft: Draft) -> None:
    """Name a currency by its code."""
    draft.body["Name"] = draft.body.get("Name") or currency_ref(str(draft.body["Code"]))["name"]


def complete_exchange_rate(draft: Draft) -> None:
    """A rate above nothing.

    Raises:
        IntuitFault: 6000.
    """
    if decimal_of(draft.body.get("Rate")) <= 0:
        raise business("The exchange rate must be greater than zero.")
