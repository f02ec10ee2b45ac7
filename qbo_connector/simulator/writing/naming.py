"""Names of people and of list entries: required, clean, unique, in a tree (reference §6.6)."""

from qbo_connector.simulator.company.company import name_of
from qbo_connector.simulator.company.index import name_space, own_name
from qbo_connector.simulator.company.records import TAX_CODE_BY_DEFAULT, Record
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.faults import business, duplicate_name, fault
from qbo_connector.simulator.transactions.addresses import number_addresses
from qbo_connector.simulator.transactions.currency import currency_ref, home_currency, is_multicurrency
from qbo_connector.simulator.writing.draft import Draft

_NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_CLEAN = (*_NAME_PARTS, "DisplayName", "PrintOnCheckName")
_MAX_LEVEL = 4  # five levels, counted from 0
_SUB_FLAG = {
    "Customer": "Job",
    "Item": "SubItem",
    "Account": "SubAccount",
    "Class": "SubClass",
    "Department": "SubDepartment",
}
_FORBIDDEN = {"Account": ':"'}


def complete_person(draft: Draft) -> None:
    """The rules customers, vendors and employees share.

    Raises:
        IntuitFault: 6080 without a name, 2040 for a forbidden character, 6240 for a taken name.
    """
    _check_clean(draft)
    if not draft.body.get("DisplayName"):
        draft.body["DisplayName"] = " ".join(str(draft.body[part]) for part in _NAME_PARTS if draft.body.get(part))
    if not draft.body["DisplayName"]:
        raise fault(
            "6080",
            "Name value required",
            "At least one of Title, GivenName, MiddleName, FamilyName, DisplayName or Suffix is required",
        )
    draft.body.setdefault("PrintOnCheckName", draft.body.get("CompanyName") or draft.body["DisplayName"])
    number_addresses(draft)
    if draft.kind.name != "Employee":
        _set_currency(draft)
    if draft.kind.name == "Customer":
        place_in_tree(draft)
        _complete_customer(draft)
    _mask_tax_id(draft)
    forbid_duplicate_name(draft)


def _check_clean(draft: Draft) -> None:
    for field in _CLEAN:
        text = str(draft.body.get(field, ""))
        if any(forbidden in text for forbidden in ":\t\n"):
            raise fault(
                "2040",
                "Invalid String",
                f"Invalid String : {field} cannot contain a colon, a tab or a new line",
                field,
            )


def _set_currency(draft: Draft) -> None:
    before = draft.before.body.get("CurrencyRef") if draft.before else None
    sent = draft.ref("CurrencyRef")
    if before and sent and sent != before["value"]:
        raise business("You can't change the currency of a customer or vendor.")
    code = sent if sent and is_multicurrency(draft.company) else None
    draft.body["CurrencyRef"] = before or (currency_ref(code) if code else home_currency(draft.company))


def _complete_customer(draft: Draft) -> None:
    if draft.creating and draft.us and draft.body.get("Taxable", True):
        first = next(iter(draft.company.table("TaxCode")), None)
        if first and "DefaultTaxCodeRef" not in draft.body:
            draft.body["DefaultTaxCodeRef"] = {"value": first}
            draft.facts[TAX_CODE_BY_DEFAULT] = True
    if draft.creating and draft.body.get("BillAddr") and "ShipAddr" not in draft.body:
        draft.body["ShipAddr"] = dict(draft.body["BillAddr"])
    if draft.before is not None:
        if draft.body.get("DefaultTaxCodeRef") != draft.before.body.get("DefaultTaxCodeRef"):
            draft.facts.pop(TAX_CODE_BY_DEFAULT, None)
        return
    draft.body.pop("OpenBalanceDate", None)
    opening = draft.body.get("Balance", 0)
    draft.body["Balance"] = draft.body["BalanceWithJobs"] = opening


def _mask_tax_id(draft: Draft) -> None:
    number = draft.body.get("TaxIdentifier")
    if number and not str(number).startswith("X"):
        digits = str(number).replace("-", "")
        draft.body["TaxIdentifier"] = "X" * max(0, len(digits) - 4) + digits[-4:]


def place_in_tree(draft: Draft) -> None:
    """Work out FullyQualifiedName and Level.

    Raises:
        IntuitFault: 6150 for a sub-entry without a parent, 6180 for one too deep, 6000 for a circle.
    """
    name = str(draft.body.get("DisplayName") or draft.body.get("Name", ""))
    parent = draft.referred("ParentRef", draft.kind.name)
    flag = _SUB_FLAG.get(draft.kind.name)
    if flag and draft.body.get(flag) and parent is None and draft.kind.name != "Customer":
        raise fault("6150", "ParentRef required", "ParentRef is required for a sub-entry", "ParentRef")
    if parent is None:
        draft.body["FullyQualifiedName"] = name
        draft.body.pop("Level", None)
        return
    level = int(parent.body.get("Level", 0)) + 1
    if level > _MAX_LEVEL:
        raise fault("6180", "Invalid nesting", "An entry can be at most five levels deep", "ParentRef")
    if draft.before is not None and _is_below(draft, parent):
        raise business("An entry cannot be its own parent.")
    draft.body["FullyQualifiedName"] = f"{name_of(parent)}:{name}"
    draft.body["Level"] = level
    if flag:
        draft.body.setdefault(flag, True)


def _is_below(draft: Draft, found: Record | None) -> bool:
    while found is not None:
        if found is draft.before:
            return True
        found = draft.company.find(draft.kind.name, str(found.body.get("ParentRef", {}).get("value", "")))
    return False


def complete_entry(draft: Draft) -> None:
    """The rules of list entries: a clean name that nobody else has, a place in the tree.

    Raises:
        IntuitFault: 2040 or 6240.
    """
    name = str(draft.body.get("Name", ""))
    if any(forbidden in name for forbidden in _FORBIDDEN.get(draft.kind.name, ":\t\n")):
        raise fault("2040", "Invalid String", f"Invalid String : {name}", "Name")
    if "FullyQualifiedName" in draft.kind.shape:
        place_in_tree(draft)
    forbid_duplicate_name(draft)


def forbid_duplicate_name(draft: Draft) -> None:
    """Refuse a name that is taken. The inactive may well be called alike.

    Raises:
        IntuitFault: 6240.
    """
    if draft.body.get("Active") is False:
        return
    own = draft.before.key if draft.before else None
    names = {own_name(draft.kind, draft.body), str(draft.body.get("DisplayName", ""))} - {""}
    for text in names:
        for holder in draft.company.index.holders(name_space(draft.kind), text):
            if holder != own:
                raise duplicate_name(_taken(draft, holder[0]))


def _taken(draft: Draft, holder: str) -> str:
    if kind(holder).family is draft.kind.family and draft.kind.list_name == "Names":
        return "Another customer, vendor or employee is already using this name. Please use a different name."
    word = {"Item": "product or service", "Department": "location"}.get(draft.kind.name, draft.kind.name.lower())
    return f"Another {word} is already using this name. Please use a different name."
