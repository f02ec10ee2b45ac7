"""Reference §7: every fault of the table can be provoked by its code, in the words that are known."""

import pytest

from qbo_connector.simulator.faultcatalogue import CODES
from tests.contract.simulator.qbohttp import invoice_body, ref

INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
CLOSED = "Account Period Closed, Cannot Update Through Services API"
BOOKS = "The account period has closed and the account books cannot be updated through through the QBO Services"
# code: Message, Detail (or its beginning), as the table has them
WORDED = {
    "3001": (
        "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "The request limit was reached.  Try again later",
    ),
    "120": (
        "Authorization Failure",
        "AuthorizationFailure: –11014-You do not have access to use QuickBooks Online Plus.",
    ),
    "500": ("Unsupported Operation", "Operation void is not supported."),
    "600": ("Duplicate Request ID", ""),
    "610": ("Object Not Found", f"Object Not Found : {INACTIVE}"),
    "620": (
        "TxnID Cannot Be Linked",
        f"TxnID Cannot Be Linked : Cannot validate linked transactions: {INACTIVE}",
    ),
    "1040": ("Batch size exceeds allowed limit", ""),
    "2020": (
        "Required param missing, need to supply the required value for the API",
        "Required parameter AccountRef is missing in the request",
    ),
    "2050": (
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length. Min:0 Max:21 supported. Supplied length:45",
    ),
    "2170": ("Invalid Enumeration", "Invalid Enumeration : HAS_BEEN_BILLED"),
    "2210": (
        "Invalid Email Address format",
        "Email Address does not conform to the syntax rules of RFC 822.",
    ),
    "2500": ("Invalid Reference Id", "Invalid Reference Id : Accounts element id 999 not found"),
    "4002": ("Error processing query", "QueryProcessingError: "),
    "5010": ("Stale Object Error", "Stale Object Error : You and "),
    "6000": (
        "A business validation error has occurred while processing your request",
        "Business Validation Error: An unexpected error occurred while accessing or saving your data. Please wait",
    ),
    "6070": (
        "Amount calculation incorrect in the request",
        "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07",
    ),
    "6140": (
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has already been used",
    ),
    "6190": (
        "Invalid Company Status",
        "Subscription period has ended or canceled or there was a billing problem : You can't add data to",
    ),
    "6200": (CLOSED, BOOKS),
    "6210": (CLOSED, BOOKS),
    "6240": ("Duplicate Name Exists Error", "The name supplied already exists. : null"),
    "6540": (
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you must first edit the deposit",
    ),
    "6560": ("CustomerRef is required", "CustomerRef is missing in the request"),
    "10000": ("An application error has occurred while processing your request", "System Failure Error: "),
}
UNUSUAL = {"3001": (429, "SERVICE"), "120": (401, "AuthorizationFault"), "10000": (500, "SystemFault")}
TABLE = """
    4 120 130 140 150 500 600 610 620 630 700 800 900 1000 1010 1020 1040 1050 2000 2010 2020 2030 2040 2050
    2060 2070 2080 2090 2100 2110 2140 2150 2160 2170 2180 2190 2200 2210 2220 2230 2240 2250 2260 2270 2280
    2290 2300 2500 2600 3000 3001 3100 3200 3202 4000 4001 4002 5010 5020 5030 6000 6070 6080 6090 6100 6130
    6140 6150 6160 6170 6180 6190 6200 6210 6220 6230 6240 6250 6270 6280 6310 6320 6330 6340 6350 6360 6370
    6380 6390 6420 6430 6440 6450 6460 6480 6490 6500 6510 6520 6530 6540 6560 10000 10100 10200
"""


@pytest.mark.parametrize("code", WORDED)
def test_fault_by_its_code_has_the_words_that_are_known(qbo, code):
    message, detail = WORDED[code]
    status, kind = UNUSUAL.get(code, (400, "ValidationFault"))
    qbo.fault(then={"code": code})
    answer = qbo.get("customer/1")
    fault = answer.json()["Fault"]
    error = fault["Error"][0]
    assert (answer.status_code, fault["type"], error["code"], error["Message"]) == (status, kind, code, message)
    assert error["Detail"].startswith(detail)


def test_every_code_of_the_table_can_be_provoked_and_writes_nothing(qbo):
    assert set(TABLE.split()) <= CODES
    for code in sorted(CODES):
        qbo.fault(then={"code": code}, match={"method": "POST"})
        answer = qbo.post("invoice", invoice_body())
        body = answer.json()
        found = body["Fault"]["Error"][0]["code"] if "Fault" in body else body["fault"]["error"][0]["code"]
        assert found == code
        assert answer.status_code >= 400
    assert qbo.query("select count(*) from Invoice")["QueryResponse"]["totalCount"] == 10


def test_detail_and_element_of_a_coded_fault_can_be_chosen(qbo):
    qbo.fault(then={"code": "6000", "detail": "Business Validation Error: INVALID_HOME_ADDRESS", "element": "x"})
    error = qbo.get("customer/1").json()["Fault"]["Error"][0]
    assert (error["Detail"], error["element"]) == ("Business Validation Error: INVALID_HOME_ADDRESS", "x")


def test_a_code_that_is_not_on_the_list_is_refused(qbo):
    with pytest.raises(AssertionError, match="has no fault 31337"):
        qbo.fault(then={"code": "31337"})


def test_one_item_of_a_batch_can_get_a_coded_fault(qbo):
    qbo.fault(match={"path": "/batch", "item": 2}, then={"code": "6540"})
    items = [{"bId": str(n), "Query": "select * from Term"} for n in (1, 2, 3)]
    rows = qbo.post("batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert ["Fault" in row for row in rows] == [False, True, False]
    assert rows[1]["Fault"]["Error"][0]["code"] == "6540"


def test_missing_token_is_an_empty_field(qbo):
    del qbo.session.headers["Authorization"]
    answer = qbo.get("customer/1")
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (401, "3202")


def test_empty_batch_is_malformed(qbo):
    for body in ({"BatchItemRequest": []}, {}, {"BatchItemRequest": ["x"]}):
        error = qbo.post("batch", body).json()["Fault"]["Error"][0]
        assert (error["code"], error["Message"], error["Detail"]) == (
            "400",
            "MalformedRequest",
            "Batch Request is Empty",
        )


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Line": [{"Amount": "abc", "DetailType": "SalesItemLineDetail"}]}, "math.BigDecimal"),
        ({"TxnDate": "2026-02-30"}, "util.Date"),
        ({"AllowOnlineACHPayment": "maybe"}, "lang.Boolean"),
    ],
)
def test_values_of_the_wrong_kind_are_2010_in_the_words_of_intuits_reader(qbo, fields, kind):
    refused = qbo.refused("Invoice", invoice_body(**fields))
    assert refused["code"] == "2010"
    assert refused["Detail"].startswith(
        f"Property Name:Can not construct instance of java.{kind} from String value"
    )


def test_path_that_leads_nowhere_is_told_with_its_full_address(qbo):
    detail = qbo.get("customer/1/5").json()["Fault"]["Error"][0]["Detail"]
    path = f"/v3/company/{qbo.realm_id}/customer/1/5"
    assert detail == (
        f"Operation Could not find resource for relative : {path} of full path: {qbo.base_url}{path} "
        "is not supported."
    )


def test_first_refusal_of_several_is_the_one_that_is_told(qbo):
    refused = qbo.refused("Invoice", {"CustomerRef": ref("999"), "DocNumber": "x" * 30, "Line": []})
    assert refused["code"] == "2050"
