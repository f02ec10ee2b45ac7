"""CompanyInfo and Preferences → Company (Intuit's pages of both)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from qbo_connector.canonical.company import Company

DEFINITION = "UseSalesCustom"
LABEL = "SalesCustomName"
ENDED = frozenset({"EXPIRED", "CANCELED", "CANCELLED", "SUSPENDED", "UNSUBSCRIBED"})
"""SubscriptionStatus that means: nothing can be added. Other words, trials among them, can be written to."""


def company_from(info: Mapping[str, Any], preferences: Mapping[str, Any], **known: Any) -> Company:
    """The company's facts. `known` adds what only the mirror can tell: has_invoice, has_tax_code, currencies."""
    sales = preferences.get("SalesFormsPrefs") or {}
    accounting = preferences.get("AccountingInfoPrefs") or {}
    tax = preferences.get("TaxPrefs") or {}
    currency = preferences.get("CurrencyPrefs") or {}
    products = preferences.get("ProductAndServicesPrefs") or {}
    closed = accounting.get("BookCloseDate")
    return Company(
        name=str(info.get("CompanyName", "")),
        country=str(info.get("Country") or "US"),
        home_currency=str((currency.get("HomeCurrency") or {}).get("value") or "USD"),
        multi_currency=bool(currency.get("MultiCurrencyEnabled")),
        track_locations=bool(accounting.get("TrackDepartments")),
        track_classes=bool(accounting.get("ClassTrackingPerTxn") or accounting.get("ClassTrackingPerTxnLine")),
        classes_per_document=not accounting.get("ClassTrackingPerTxnLine"),
        custom_numbers=bool(sales.get("CustomTxnNumbers")),
        allow_discount=bool(sales.get("AllowDiscount", True)),
        allow_shipping=bool(sales.get("AllowShipping")),
        allow_deposit=bool(sales.get("AllowDeposit")),
        allow_service_date=bool(sales.get("AllowServiceDate", True)),
        sales_tax=bool(tax.get("UsingSalesTax")),
        automated_tax=bool(tax.get("PartnerTaxEnabled")),
        revenue_recognition=bool(products.get("RevenueRecognitionEnabled")),
        auto_apply_credit=bool(sales.get("AutoApplyCredit")),
        books_closed_to=date.fromisoformat(closed) if closed else None,
        custom_fields=_custom_fields(sales),
        subscription_ended=_named(info, "SubscriptionStatus").upper() in ENDED,
        **known,
    )


def _named(info: Mapping[str, Any], name: str) -> str:
    """One of the facts that CompanyInfo lists as pairs of name and value."""
    pairs = {str(pair.get("Name")): pair.get("Value") for pair in info.get("NameValue") or ()}
    return str(pairs.get(name) or "")


def _custom_fields(sales: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    fields = [field for group in sales.get("CustomField") or () for field in group.get("CustomField") or ()]
    used = {str(field["Name"]).rpartition(DEFINITION)[2] for field in fields if _is(field, DEFINITION)}
    named = {
        str(field["Name"]).rpartition(LABEL)[2]: str(field.get("StringValue") or "")
        for field in fields
        if LABEL in str(field.get("Name"))
    }
    return tuple((number, name) for number, name in sorted(named.items()) if number in used and name)


def _is(field: Mapping[str, Any], name: str) -> bool:
    return name in str(field.get("Name")) and bool(field.get("BooleanValue"))
