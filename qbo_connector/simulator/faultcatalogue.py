"""Every fault of Intuit's list by its code, so that a script can provoke those nothing here runs into by itself.

Codes and messages are Intuit's (its page of error codes, and what was recorded on the wire: reference §7); where
no Detail is recorded it is worded plainly.
"""

from collections.abc import Callable

from qbo_connector.simulator.faults import (
    FaultError,
    IntuitFault,
    amount_mismatch,
    books_closed,
    cannot_link,
    customer_required,
    deposited,
    duplicate_name,
    duplicate_number,
    fault,
    invalid_enumeration,
    invalid_reference,
    length,
    not_found,
    required,
    stale,
    subscription_ended,
    system_failure,
    throttled,
    transient,
    unsupported,
)

_NAMED: dict[str, Callable[[], IntuitFault]] = {
    "500": lambda: unsupported("void"),
    "610": not_found,
    "620": cannot_link,
    "2020": lambda: required("AccountRef"),
    "2050": lambda: length("DocNumber", maximum=21, supplied=45),
    "2170": lambda: invalid_enumeration("HAS_BEEN_BILLED", "BillableStatus"),
    "2500": lambda: invalid_reference("Accounts", "999"),
    "3001": throttled,
    "5010": lambda: stale("Sandbox User"),
    "6000": transient,
    "6070": lambda: amount_mismatch("1,861.07"),
    "6140": lambda: duplicate_number(number="1037", txn_type="Invoice", txn_id="17984"),
    "6190": subscription_ended,
    "6200": lambda: books_closed("6200"),
    "6210": lambda: books_closed("6210"),
    "6240": lambda: duplicate_name("null"),
    "6540": deposited,
    "6560": customer_required,
    "10000": lambda: system_failure("java.lang.NullPointerException"),
}
_PLAIN: dict[str, tuple[str, str]] = {
    "4": ("Service Unavailable", "The service is unavailable for the moment"),
    "100": ("General Authentication Error", "AuthenticationErrorGeneral: SRV"),
    "110": ("Authentication OAuth Error", "AuthenticationOAuthError: SRV"),
    "120": (
        "Authorization Failure",
        "AuthorizationFailure: –11014-You do not have access to use QuickBooks Online Plus.",
    ),
    "130": ("Accessing Wrong Cluster", "WrongClusterError: the company lives elsewhere, statusCode: 130"),
    "140": ("Company Locked Out", "CompanyLockedOut: the company is locked, statusCode: 140"),
    "150": ("Company Under Maintenance", "CompanyUnderMaintenance: try again later, statusCode: 150"),
    "600": ("Duplicate Request ID", "Duplicate Request ID : the id is in use"),
    "630": ("Duplicate Object", "Duplicate Object : a property must be unique"),
    "700": ("Parent Reference Invalid", "Parent Reference Invalid : ParentRef"),
    "800": ("Cannot delete object", "Cannot delete object : something depends on it"),
    "900": ("Parent cannot be child", "Parent cannot be child : ParentRef"),
    "1000": ("Operation failed", "Operation update failed"),
    "1010": ("Create Failed", "Object creation failed"),
    "1020": ("Update Failed", "Object update failed"),
    "1040": ("Batch size exceeds allowed limit", "Batch size exceeds allowed limit : 30"),
    "1050": ("Invalid Content Type", "Only XML and JSON are supported"),
    "2000": ("Invalid or unsupported object name", "Object Name:Nonsense"),
    "2010": (
        "Request has invalid or unsupported property",
        "Property Name:BadJson\n specified is unsupported or invalid",
    ),
    "2030": ("Invalid ID", "Id should be a valid number. Supplied value:1.5"),
    "2040": ("Invalid String", "Element contains invalid characters: a:b"),
    "2060": ("Invalid Date Format", "Invalid Date Format : yesterday"),
    "2070": ("Invalid Date", "Invalid Date : 2026-02-30"),
    "2080": ("Invalid Number Format", "Invalid Number Format : abc"),
    "2090": ("Invalid Number", "Invalid Number : 1e99"),
    "2100": ("Invalid Decimal Format", "Invalid Decimal Format : 1,5"),
    "2110": ("Invalid Decimal", "Invalid Decimal : 1e99"),
    "2120": ("Invalid Type", "Invalid Type : Widget"),
    "2130": ("Invalid Request Id Format", "Invalid Request Id Format"),
    "2140": ("Invalid Amount", "Invalid Amount : -1"),
    "2150": ("Invalid Percent", "Invalid Percent : 101"),
    "2160": ("Invalid Quantity", "Invalid Quantity : -1"),
    "2180": ("Invalid String Range", "Invalid String Range"),
    "2190": ("Invalid Date Range", "Invalid Date Range"),
    "2200": ("Malformed Website Address Format", "Malformed Website Address Format : nowhere"),
    "2210": ("Invalid Email Address format", "Email Address does not conform to the syntax rules of RFC 822."),
    "2220": ("Invalid Currency Type", "Invalid Currency Type : XXX"),
    "2230": ("Invalid Boolean", "Invalid Boolean : maybe"),
    "2240": ("Invalid Number Range", "Invalid Number Range : 1000"),
    "2250": ("Missing lines", "At least one split line is needed"),
    "2260": ("MissingPostingType", "A PostingType of Credit or Debit is needed"),
    "2270": ("MissingTaxApplicableOn", "TaxApplicableOn is needed"),
    "2280": ("MissingTaxAmount", "A tax amount is needed beside a TaxCodeRef"),
    "2290": ("NegativeAmount", "Lines of this transaction cannot be negative"),
    "2300": ("Amount on debits not equal to credits", "The sum of debits must equal the sum of credits"),
    "2600": ("Invalid Request", "Conflicting elements in the request"),
    "3000": ("Invalid Custom Field", "The custom field is not defined for this object"),
    "4000": ("Error parsing query", 'QueryParserError: Encountered " <EOF> "" at line 1, column 1.'),
    "4001": ("Invalid query", "QueryValidationError: invalid context declaration: Nonsense"),
    "4002": ("Error processing query", "QueryProcessingError: To email address entered is invalid"),
    "5000": ("Deprecated field", "The request has a deprecated field"),
    "5020": ("Permission Denied Error", "Permission Denied Error : You do not have access to this feature"),
    "5030": ("Feature Not Supported Error", "Feature Not Supported Error : Not part of this edition"),
    "6010": ("Invalid AccountType and SubType", "An AccountType or an AccountSubType is needed"),
    "6020": ("Content length missing in request", "The Content-Length header is missing"),
    "6030": ("Upload request size exceeds allowed limit", "The upload is too large"),
    "6040": ("The file metadata must be of Attachable type", "file_metadata"),
    "6041": ("Invalid Uploaded File", "The type of the file is not allowed"),
    "6050": ("The entity reference type is unsupported for Attachable", "EntityRef.type"),
    "6060": ("OpenBalanceDate required", "OpenBalanceDate is needed beside OpenBalance"),
    "6080": ("No Name Provided", "A name or a part of one is needed"),
    "6090": ("Discount Line missing required info", "A discount needs an amount or a percentage"),
    "6100": (
        "Invalid Line TaxCode in the request",
        "Line TaxCode should be either TAX or NON for the US companies",
    ),
    "6110": ("MAS Transaction cannot be updated", "The payment was made online"),
    "6120": ("MAS Transaction cannot be deleted", "The payment was made online"),
    "6130": ("Cannot change who customer bills with", "Invoices of the parent include this customer's charges"),
    "6150": ("ParentRef Required Validation Error", "ParentRef is needed for a sub-entry"),
    "6160": ("Invalid TaxCodeRef Error", "CustomSalesTax cannot be used"),
    "6170": (
        "Invalid TxnTaxDetail Error",
        "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable",
    ),
    "6180": ("Sub Level Limit", "An entry can be at most five levels deep"),
    "6220": ("Delete Entity Has Balance Error", "The entry has an open balance"),
    "6230": ("Invalid TaxCodeRef Error", "CustomSalesTax cannot be used in an update"),
    "6250": ("InvalidSalesCustomer", "The customer does not exist or is inactive"),
    "6270": ("InventoryTxnDatedBeforeItemStartDate", "Transaction date is prior to start date for inventory item"),
    "6280": ("Delete Customer Has Unbilled Expenses Error", "The customer has unbilled charges"),
    "6290": ("InvalidEmployeeOrVendor", "Either an employee or a vendor, not both"),
    "6300": ("InvalidEmployeeOrVendorName", "NameOf must be Employee or Vendor"),
    "6310": ("MissingCustomer", "A billable transaction needs a customer"),
    "6320": ("InvalidBillable", "Invalid billable status"),
    "6330": ("MissingBillingRate", "Invalid hourly rate"),
    "6340": ("InvalidTime", "Hours and minutes are needed"),
    "6350": ("MissingTime", "Hours and minutes are missing"),
    "6360": ("InvalidStartOrEndTime", "Start and end time do not fit"),
    "6370": ("StartTimeAfterEndTime", "The start lies after the end"),
    "6380": ("InvalidDuration", "The duration is out of range"),
    "6390": ("InvalidMultipleDurations", "Either a duration or start and end"),
    "6400": ("Deleting linkedPurchase results in invalid Invoice", "A linked invoice would become invalid"),
    "6420": ("Email address required", "An email address is required to deliver by email"),
    "6430": ("Invalid account type used", "Invalid account type : Widget"),
    "6440": ("Transaction Detail Information Required", "A split line needs an item or an account"),
    "6450": ("Attempt to Void Transaction failed", "The transaction is already settled"),
    "6460": ("Invoice MAS Transaction Deposit Amount mismatch", "Deposit and card amount differ"),
    "6470": ("TaxLiabilityAccount or TaxRateError", "The tax is not allowed here or has no rate"),
    "6480": ("Matched Transaction Delete Error", "The transaction is matched to another one"),
    "6490": ("MultipleBudgetSecondaryListTypes", "A budget has one secondary list at most"),
    "6500": ("MissingBudgetDetails", "A budget needs its details"),
    "6510": ("BudgetAccountMismatch", "The account does not fit the budget's type"),
    "6520": ("Missing Tracked Inventory Item Quantity", "A tracked inventory item needs a quantity"),
    "6530": ("Found raw Credit Card Number in request", "Card numbers cannot be sent"),
    "10100": ("Result Set Big", "The result of the query is too large"),
    "10200": ("Company Reset", "The company has been reset; the request is stale"),
}
_ELSEWHERE = {"3100": 403, "3200": 401, "3202": 401}
"""Refusals of the gateway before the accounting service, with their status; their envelope has lower-case keys."""

_KINDS = {"120": "AuthorizationFault", "4": "SystemFault", "10100": "SystemFault", "10200": "SystemFault"}
_STATUS = {"120": 401, "4": 503}

CODES = frozenset({*_NAMED, *_PLAIN, *_ELSEWHERE})


def by_code(code: str) -> IntuitFault:
    """The fault of a code as QuickBooks would word it.

    Raises:
        KeyError: no such code, or one of the gateway's (see `gateway_status`).
    """
    if code in _NAMED:
        return _NAMED[code]()
    message, detail = _PLAIN[code]
    if code in _KINDS:
        error = FaultError(code=code, message=message, detail=detail)
        return IntuitFault(error, kind=_KINDS[code], status=_STATUS.get(code, 400))
    return fault(code, message, detail, "")


def gateway_status(code: str) -> int | None:
    """The HTTP status of a refusal in the lower-case envelope; None for any other code."""
    return _ELSEWHERE.get(code)
