"""Company info, preferences, currencies."""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.company.regions import CURRENCY_NAMES
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.transactions.currency import home_currency
from qbo_connector.simulator.wire.numbers import measure

_ADDRESSES = {
    "US": ("2700 Coast Ave.", "Mountain View", "CA", "94043"),
    "CA": ("180 Wellington St.", "Toronto", "ON", "M5J 1J1"),
    "GB": ("5 New Street Square", "London", "", "EC4A 3TW"),
    "AU": ("1 Martin Place", "Sydney", "NSW", "2000"),
    "ZA": ("12 Long Street", "Cape Town", "WC", "8001"),
}
_RATES = {"EUR": "1.10", "CAD": "0.74", "GBP": "1.27", "AUD": "0.66", "USD": "1", "ZAR": "0.055"}


def plant_settings(company: Company, *, seed: str, tax: str) -> None:
    """Insert what stands once per company."""
    company.insert(kind("CompanyInfo"), _company_info(company, seed))
    company.insert(kind("Preferences"), _preferences(company, tax))


def plant_currencies(company: Company) -> None:
    """Insert further currencies and their rates to the home currency."""
    home = company.region.currency
    codes = ["CAD", "EUR", "GBP", "USD"] if home != "CAD" else ["USD", "EUR", "GBP"]
    for code in (code for code in codes if code != home):
        company.insert(kind("CompanyCurrency"), {"Code": code, "Name": CURRENCY_NAMES[code], "Active": True})
    for code in CURRENCY_NAMES:
        rate = (Decimal(_RATES[code]) / Decimal(_RATES[home])).quantize(Decimal("0.000001"))
        company.insert(
            kind("ExchangeRate"),
            {
                "SourceCurrencyCode": code,
                "TargetCurrencyCode": home,
                "Rate": measure(rate),
                "AsOfDate": company.clock.today().isoformat(),
            },
        )


def _company_info(company: Company, seed: str) -> Body:
    street, city, state, code = _ADDRESSES[company.region.code]
    name = (
        "Sandbox Company_" + company.region.code if seed == "sandbox" else f"Empty Company_{company.region.code}"
    )
    number = str(int(company.realm_id[-4:]))
    address = {"Id": "1", "Line1": street, "City": city, "Country": company.region.country, "PostalCode": code}
    if state:
        address["CountrySubDivisionCode"] = state
    return {
        "Id": "1",
        "CompanyName": f"{name}_{number}",
        "LegalName": f"{name}_{number}",
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "PrimaryPhone": {"FreeFormNumber": "+1 555 0100"},
        "CompanyStartDate": "2024-01-01",
        "FiscalYearStartMonth": "January",
        "Country": company.region.country,
        "Email": {"Address": "company@example.com"},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "DefaultTimeZone": company.region.time_zone,
        "NameValue": [
            {"Name": "IndustryType", "Value": "Landscaping Services"},
            {"Name": "CompanyType", "Value": "Other"},
            {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
            {"Name": "AssignedTime", "Value": "01/01/2024 00:00:00"},
        ],
    }


def _preferences(company: Company, tax: str) -> Body:
    american = company.region.code == "US"
    return {
        "Id": "1",
        "AccountingInfoPrefs": {
            "UseAccountNumbers": False,
            "TrackDepartments": True,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": True,
            "CustomerTerminology": "Customers",
            "DepartmentTerminology": "Location",
            "FirstMonthOfFiscalYear": "January",
            "TaxYearMonth": "January",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
            "RevenueRecognitionEnabled": False,
        },
        "SalesFormsPrefs": _sales_forms(),
        "EmailMessagesPrefs": _messages(),
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": True,
            "POCustomField": [],
        },
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": True,
        },
        "TaxPrefs": _tax(tax) if american else {"UsingSalesTax": True},
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": False,
            "HomeCurrency": {"value": home_currency(company)["value"]},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": "Thank you for your business."},
                {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
                {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "true"},
                {"Name": "UncategorizedAssetAccountId", "Value": "88"},
            ]
        },
    }


def _tax(tax: str) -> Body:
    if tax == "automated":
        return {"UsingSalesTax": True, "PartnerTaxEnabled": True}
    if tax == "manual":
        return {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}}
    raise ValueError(f'tax must be "automated" or "manual", not {tax!r}')


def _sales_forms() -> Body:
    return {
        "CustomField": [
            {
                "CustomField": [
                    {"Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType", "BooleanValue": True},
                    {"Name": "SalesFormsPrefs.UseSalesCustom2", "Type": "BooleanType", "BooleanValue": False},
                    {"Name": "SalesFormsPrefs.UseSalesCustom3", "Type": "BooleanType", "BooleanValue": False},
                ]
            },
            {
                "CustomField": [
                    {"Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType", "StringValue": "Crew #"}
                ]
            },
        ],
        "CustomTxnNumbers": True,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "DefaultDiscountAccount": "86",
        "AllowEstimates": True,
        "EstimateMessage": "Thank you for your business.",
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": True,
        "DefaultShippingAccount": "90",
        "DefaultTerms": {"value": "3"},
        "AutoApplyCredit": False,
        "AutoApplyPayments": False,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
    }


def _messages() -> Body:
    return {
        name: {"Subject": f"{title} from the practice company", "Message": f"Here is your {title.lower()}."}
        for name, title in (
            ("InvoiceMessage", "Invoice"),
            ("EstimateMessage", "Estimate"),
            ("SalesReceiptMessage", "Sales receipt"),
            ("StatementMessage", "Statement"),
        )
    }
