"""Which entity a reference field points at."""

REFERENCES: dict[str, str] = {
    "CustomerRef": "Customer",
    "ProjectRef": "Customer",
    "VendorRef": "Vendor",
    "PrefVendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "GroupItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "TaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "SalesTaxCodeRef": "TaxCode",
    "PurchaseTaxCodeRef": "TaxCode",
    "DefaultTaxCodeRef": "TaxCode",
    "TaxRateRef": "TaxRate",
    "AgencyRef": "TaxAgency",
    "CustomerTypeRef": "CustomerType",
    "JournalCodeRef": "JournalCode",
    "TaxClassificationRef": "TaxClassification",
}
"""Field to entity; every other `…AccountRef` points at an Account, a ParentRef at its own kind."""

PSEUDO_TAX_CODES = frozenset({"TAX", "NON"})
SPECIAL_ITEMS = frozenset({"SHIPPING_ITEM_ID", "GRATUITY_ITEM_ID"})


def target_of(field: str, *, owner: str) -> str | None:
    """The entity behind a reference called `field` in a record of kind `owner`, if it is one we keep."""
    if field == "ParentRef":
        return owner
    if field in {"AccountRef", "ItemAccountRef"} or field.endswith("AccountRef"):
        return "Account"
    return REFERENCES.get(field)
