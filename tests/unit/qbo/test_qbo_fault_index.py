"""Every row of the index of QuickBooks faults, in every dress a fault has been seen in."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import pytest

from qbo_connector.qbo.faults import REASONS, Context, Fault, Recovery, classify, parse
from qbo_connector.qbo.faults.table import RULES, UNKNOWN

CREATE = Context(operation="create", entity="invoice")
MADE_INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
DELETED = "Object Not Found : Another user has deleted this transaction."
UNEXPECTED = (
    "Business Validation Error: An unexpected error occurred while accessing or saving your data. "
    "Please wait a few minutes and try again. If the problem persists, contact customer support."
)
NAME_TAKEN = (
    "The name supplied already exists. : Another customer, vendor or employee is already using this name. "
    "Please use a different name."
)
TOO_LONG = (
    "String length specified does not match the supported length. Min:0 Max:21 supported. Supplied length:45"
)
NUMBER_TAKEN = (
    "Duplicate Document Number Error : You must specify a different number. This number has already been used. "
    "DocNumber=1037 is assigned to TxnType=Invoice with TxnId=17984"
)
PERIOD_CLOSED = (
    "The account period has closed and the account books cannot be updated through through the QBO Services API."
)


@dataclass(frozen=True, kw_only=True)
class Row:
    code: str
    reason: str
    detail: str = "Something : that QuickBooks said"
    element: str = ""
    context: Context = CREATE
    recovery: Recovery = Recovery.PERSON

    def __str__(self) -> str:
        return f"{self.code} {self.reason} {self.context.operation} {self.context.entity} {self.detail[:30]}"


def on(operation: str, entity: str = "invoice", **more: bool) -> Context:
    return Context(operation=operation, entity=entity, **more)


def each(codes: str, reason: str, recovery: Recovery = Recovery.PERSON) -> list[Row]:
    return [Row(code=code, reason=reason, recovery=recovery) for code in codes.split()]


ROWS = [
    *each("3001", "limit.throttled", Recovery.THROTTLED),
    *each("3200", "connection.expired", Recovery.SIGN_IN),
    *each("3202", "internal.bad_request"),
    *each("3100 120", "connection.access_lost", Recovery.ACCESS),
    *each("4 130 140 150", "qbo.unavailable", Recovery.UNAVAILABLE),
    *each("10000", "qbo.unavailable", Recovery.UNCLEAR),
    Row(
        code="10000",
        reason="bill.cannot_void",
        detail="System Failure Error: java.lang.UnsupportedOperationException",
        context=on("void", "bill"),
    ),
    Row(
        code="10000",
        reason="qbo.unavailable",
        detail="System Failure Error: java.lang.UnsupportedOperationException",
        context=on("void", "invoice"),
        recovery=Recovery.UNCLEAR,
    ),
    *each(
        "500 1040 2000 2010 2030 2130 2250 2260 2300 2600 4000 4001 4002 6070 6090 6130 6150 6180 6530 10100",
        "internal.bad_request",
    ),
    *each("600", "outcome.unknown", Recovery.UNCLEAR),
    Row(code="610", reason="customer.inactive", detail=MADE_INACTIVE, element="CustomerRef"),
    Row(code="610", reason="item.inactive", detail=MADE_INACTIVE, element="Line[0].SalesItemLineDetail.ItemRef"),
    Row(code="610", reason="reference.inactive", detail=MADE_INACTIVE),
    Row(code="610", reason="reference.inactive", detail=MADE_INACTIVE, element="ClassRef"),
    Row(code="610", reason="reference.missing", detail="Object Not Found"),
    Row(code="610", reason="qbo.document_deleted", detail=DELETED, context=on("update")),
    Row(code="610", reason="qbo.document_deleted", detail=MADE_INACTIVE, context=on("read")),
    Row(code="610", reason="qbo.document_deleted", detail=MADE_INACTIVE, context=on("void")),
    Row(code="610", reason="qbo.document_deleted", detail=MADE_INACTIVE, context=on("delete", "payment")),
    Row(code="610", reason="qbo.document_deleted", detail=MADE_INACTIVE, context=on("send")),
    Row(code="610", reason="qbo.document_deleted", detail=MADE_INACTIVE, context=on("pdf")),
    Row(
        code="610",
        reason="qbo.document_deleted",
        detail=MADE_INACTIVE,
        context=on("update", references_good=True),
    ),
    Row(code="610", reason="customer.inactive", detail=MADE_INACTIVE, context=on("read", "customer")),
    Row(code="610", reason="item.inactive", detail=MADE_INACTIVE, context=on("read", "item")),
    *each("620", "payment.cannot_link"),
    Row(code="2020", reason="customer.missing", detail="Required parameter CustomerRef is missing in the request"),
    Row(code="2020", reason="vendor.missing", detail="Required parameter VendorRef is missing in the request"),
    Row(
        code="2020",
        reason="account.unset",
        detail="Required parameter AccountRef is missing in the request",
        element="AccountRef",
    ),
    Row(code="2020", reason="account.unset", detail="no words", element="IncomeAccountRef"),
    Row(code="2020", reason="field.missing", detail="Required parameter TxnDate is missing in the request"),
    Row(
        code="2020", reason="internal.bad_request", detail="Required parameter SyncToken is missing in the request"
    ),
    *each(
        "2040 2060 2070 2080 2090 2100 2110 2140 2150 2160 2180 2190 2200 2210 2220 2230 2240 2270 2280",
        "field.invalid",
    ),
    Row(code="2170", reason="field.invalid", detail="Invalid Enumeration : HAS_BEEN_BILLED", element="DocNumber"),
    Row(code="2170", reason="internal.bad_request", detail="Invalid Enumeration : HAS_BEEN_BILLED"),
    Row(code="2050", reason="field.too_long", detail=TOO_LONG, element="DocNumber"),
    Row(code="2050", reason="field.invalid", detail="String length is wrong", element="DocNumber"),
    *each("2290", "total.negative"),
    Row(code="2500", reason="customer.inactive", detail="Invalid Reference Id : Names element id 999 not found"),
    Row(
        code="2500",
        reason="reference.missing",
        detail="Invalid Reference Id : Names element id 999 not found",
        context=on("create", "bill"),
    ),
    Row(code="2500", reason="item.inactive", detail="Invalid Reference Id : Item element id 999 not found"),
    Row(
        code="2500", reason="reference.missing", detail="Invalid Reference Id : Accounts element id 999 not found"
    ),
    Row(code="2500", reason="tax.code_invalid", detail="Invalid Reference Id : Tax element id 999 not found"),
    Row(code="2500", reason="tax.code_invalid", detail="Invalid Reference Id", element="TaxCodeRef"),
    Row(code="2500", reason="reference.inactive", detail=MADE_INACTIVE.replace("Object Not Found", "Invalid")),
    *each("3000", "field.mapping_gone"),
    *each("5010", "qbo.stale", Recovery.STALE),
    *each("5020", "connection.permission_denied"),
    *each("5030", "qbo.feature_off"),
    Row(code="6000", reason="qbo.unavailable", detail=UNEXPECTED, recovery=Recovery.UNCLEAR),
    Row(code="6000", reason="qbo.revrec_service_date", detail="Business Validation Error: enter a service date"),
    Row(
        code="6000",
        reason="tax.code_missing",
        detail="Make sure all your transactions have a GST/HST rate before you save.",
    ),
    Row(code="6000", reason="tax.code_missing", detail="Make sure all your transactions have a VAT rate."),
    Row(
        code="6000",
        reason="tax.code_missing",
        detail="When you use a rate, you need to choose a sales tax code for each line item.",
    ),
    Row(code="6000", reason="total.negative", detail="The discount amount can't be greater than the subtotal."),
    Row(code="6000", reason="field.missing", detail="You must set a transaction amount."),
    Row(code="6000", reason="field.invalid", detail="Business Validation Error: INVALID_HOME_ADDRESS"),
    Row(code="6000", reason="internal.bad_request", detail="Fill out at least two detail lines to continue."),
    Row(
        code="6000",
        reason="internal.bad_request",
        detail="When you use Accounts Receivable, you must choose a customer in the Name field.",
    ),
    Row(code="6000", reason="payment.void_blocked", context=on("void")),
    Row(code="6000", reason="payment.void_blocked", context=on("delete", linked_payments=True)),
    Row(code="6000", reason="qbo.refused", context=on("void", linked_payments=False)),
    Row(code="6000", reason="qbo.unavailable", detail=UNEXPECTED, context=on("void"), recovery=Recovery.UNCLEAR),
    *each("6000", "qbo.refused"),
    *each("6080 6420", "field.missing"),
    *each("6100 6160 6170 6230", "tax.code_invalid"),
    Row(code="6140", reason="number.duplicate", detail=NUMBER_TAKEN),
    Row(code="6210", reason="number.duplicate", detail="Duplicate Document Number Error : 1037 was used"),
    Row(code="6240", reason="number.duplicate", detail="Duplicate Document Number Error : 1037 was used"),
    *each("6190", "connection.subscription_ended", Recovery.COMPANY),
    *each("6200", "date.closed_period"),
    Row(code="6210", reason="date.closed_period", detail=PERIOD_CLOSED),
    Row(
        code="6240", reason="customer.display_name_duplicate", detail=NAME_TAKEN, context=on("create", "customer")
    ),
    Row(
        code="6240",
        reason="customer.display_name_duplicate",
        detail="The name supplied already exists. : null",
        context=on("create", "vendor"),
    ),
    Row(
        code="6240",
        reason="item.name_duplicate",
        detail="The name supplied already exists. : null",
        context=on("create", "item"),
    ),
    Row(
        code="6240",
        reason="customer.display_name_duplicate",
        detail="The name supplied already exists. : Another $$customer$$ is already using this name.",
    ),
    Row(
        code="6240",
        reason="item.name_duplicate",
        detail="The name supplied already exists. : Another item is already using this name.",
    ),
    Row(
        code="6240",
        reason="qbo.refused",
        detail="The name supplied already exists. : Another tax rate is already using this name.",
        context=on("create", "taxrate"),
    ),
    Row(code="6240", reason="qbo.refused", detail="null", context=on("create", "account")),
    *each("6250", "customer.inactive"),
    *each("6270 6520", "item.unusable"),
    *each("6430 6440", "account.unset"),
    Row(code="6430", reason="reference.missing", detail="The account was not found."),
    *each("6450 6460 6480 6540", "payment.deposited"),
    *each("6560", "customer.missing"),
    *each("10200", "connection.company_reset", Recovery.COMPANY),
    *each(
        "630 700 800 900 1000 1010 1020 1030 1050 6220 6280 6310 6320 6350 6390 6490 6500 6510 7777 ABC",
        "qbo.refused",
    ),
]


def upper_json(row: Row) -> bytes:
    error = {"Message": "Said", "Detail": row.detail, "code": row.code, "element": row.element}
    return json.dumps({"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "x"}).encode()


def lower_json(row: Row) -> bytes:
    error = {"message": "Said", "detail": row.detail, "code": row.code, "element": row.element or None}
    envelope = {"warnings": None, "fault": {"error": [error], "type": "SERVICE"}, "queryResponse": None}
    return json.dumps({**envelope, "batchItemResponse": [], "time": 1601391072830}).encode()


def xml(row: Row) -> bytes:
    element = f" element={quoteattr(row.element)}" if row.element else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<IntuitResponse time="2026-11-22" xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">'
        f"<Error code={quoteattr(row.code)}{element}><Message>Said</Message><Detail>{escape(row.detail)}</Detail>"
        "</Error></Fault></IntuitResponse>"
    ).encode()


def attachable(row: Row) -> bytes:
    return json.dumps({"AttachableResponse": [json.loads(upper_json(row))]}).encode()


def batch_item(row: Row) -> bytes:
    return json.dumps({"BatchItemResponse": [{"bId": "1", **json.loads(upper_json(row))}]}).encode()


DRESSES = {
    "upper-case JSON": (400, "application/json", upper_json),
    "lower-case JSON": (401, "application/json", lower_json),
    "XML": (429, "application/xml", xml),
    "XML that claims to be JSON": (429, "application/json", xml),
    "a good answer": (200, "application/json;charset=utf-8", upper_json),
    "an attachment answer": (200, "application/json", attachable),
    "an item of a batch": (200, "application/json", batch_item),
}


@pytest.mark.requirement("T-20", "T-21", "H-65", "H-66", "H-67")
@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_of_the_index_is_read_and_finds_its_home(row, dress):
    status, content_type, wear = DRESSES[dress]

    faults = parse(status, content_type, wear(row))

    assert len(faults) == 1
    classified = classify(faults[0], row.context)
    assert (classified.reason, classified.recovery) == (row.reason, row.recovery)


def test_every_rule_is_reached_by_some_row():
    reached = {id(home(row)) for row in ROWS}

    assert [rule for rule in (*RULES, UNKNOWN) if id(rule) not in reached] == []


def home(row: Row) -> object:
    fault = Fault(code=row.code, message="Said", detail=row.detail, element=row.element)
    return next((rule for rule in RULES if rule.fits(fault, row.context)), UNKNOWN)


def test_every_reason_that_a_rule_names_is_in_the_catalogues_order():
    assert {rule.reason for rule in (*RULES, UNKNOWN)} <= REASONS.keys()


@pytest.mark.parametrize(
    ("detail", "element", "expected"),
    [
        (
            NUMBER_TAKEN,
            "",
            {
                "number": "1037",
                "txn_type": "Invoice",
                "txn_id": "17984",
                "other_document": "invoice 1037",
            },
        ),
        (
            NUMBER_TAKEN.replace("TxnType=Invoice", "TxnType=Journal Entry"),
            "",
            {
                "number": "1037",
                "txn_type": "Journal Entry",
                "txn_id": "17984",
                "other_document": "journal entry 1037",
            },
        ),
        (TOO_LONG, "DocNumber", {"length": "45", "limit": "21", "element": "DocNumber", "field": "number"}),
        (
            TOO_LONG.replace("Max:21", "Max:1,000").replace(":45", ":4,012"),
            "",
            {"length": "4012", "limit": "1000"},
        ),
        ("Invalid Reference Id : Accounts element id 999 not found", "", {"list": "Accounts", "id": "999"}),
        (
            "Required parameter AccountRef is missing in the request",
            "",
            {"parameter": "AccountRef", "element": "AccountRef"},
        ),
        ("Id should be a valid number. Supplied value:1.5", "Id", {"value": "1.5", "element": "Id"}),
        ("Invalid Enumeration : HAS_BEEN_BILLED", "", {"value": "HAS_BEEN_BILLED"}),
        ("nothing to read", "Line[0].Description", {"element": "Line[0].Description", "field": "description"}),
    ],
)
def test_the_pieces_a_repair_needs_are_read_out_of_the_words(detail, element, expected):
    assert classify(Fault(code="6140", detail=detail, element=element)).params == expected
