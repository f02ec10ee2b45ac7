"""Reference §6.3: who can be voided and deleted, and how."""

import pytest

from tests.contract.simulator.qbohttp import line, ref

EXPENSE = {
    "Amount": 20,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ref("7")},
}


def _key(record):
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def _pay(qbo, invoice, amount=100):
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    body = {"CustomerRef": ref("1"), "TotalAmt": amount, "Line": [{"Amount": amount, "LinkedTxn": [link]}]}
    return qbo.make("Payment", body)


def test_voided_invoice_stays_and_is_worth_nothing(qbo):
    invoice = qbo.invoice(DocNumber="V-1", Line=[line("100", Qty=2, UnitPrice=50)])
    voided = qbo.make("Invoice", _key(invoice), operation="void")
    assert voided["SyncToken"] == "1"
    assert voided["PrivateNote"] == "Voided"
    assert (voided["TotalAmt"], voided["Balance"]) == (0, 0)
    assert [row["Amount"] for row in voided["Line"]] == [0, 0]
    assert voided["Line"][0]["SalesItemLineDetail"]["Qty"] == 0
    assert (voided["DocNumber"], voided["CustomerRef"]) == (invoice["DocNumber"], invoice["CustomerRef"])
    assert qbo.read("Invoice", invoice["Id"]) == voided


def test_a_note_that_was_there_stays_behind_the_word(qbo):
    invoice = qbo.invoice(PrivateNote="from source 17")
    assert qbo.make("Invoice", _key(invoice), operation="void")["PrivateNote"] == "Voided - from source 17"


def test_voiding_takes_the_amount_off_the_customers_balance(qbo):
    before = qbo.read("Customer", "1")["Balance"]
    invoice = qbo.invoice()
    assert qbo.read("Customer", "1")["Balance"] == before + 100
    qbo.make("Invoice", _key(invoice), operation="void")
    assert qbo.read("Customer", "1")["Balance"] == before


@pytest.mark.parametrize("operation", ["void", "delete"])
def test_invoice_with_a_payment_is_neither_voided_nor_deleted(qbo, operation):
    invoice = qbo.invoice()
    _pay(qbo, invoice)
    refused = qbo.refused("Invoice", _key(qbo.read("Invoice", invoice["Id"])), operation=operation)
    assert refused["code"] == "6000"


def test_payment_is_voided_by_an_update_that_includes_it(qbo):
    invoice = qbo.invoice()
    payment = _pay(qbo, invoice)
    voided = qbo.make("Payment", {**_key(payment), "sparse": True}, operation="update", include="void")
    assert (voided["TotalAmt"], voided["UnappliedAmt"], voided["Line"]) == (0, 0, [])
    assert voided["PrivateNote"] == "Voided"
    again = qbo.read("Invoice", invoice["Id"])
    assert (again["Balance"], again["LinkedTxn"]) == (100, [])


@pytest.mark.parametrize(
    ("entity", "body"),
    [
        ("SalesReceipt", {"Line": [line()]}),
        (
            "BillPayment",
            {
                "VendorRef": ref("30"),
                "TotalAmt": 20,
                "PayType": "Check",
                "CheckPayment": {"BankAccountRef": ref("35")},
                "Line": [],
            },
        ),
    ],
)
def test_sales_receipts_and_bill_payments_are_voided_the_same_way(qbo, entity, body):
    if entity == "BillPayment":
        bill = qbo.make("Bill", {"VendorRef": ref("30"), "Line": [EXPENSE]})
        body = {**body, "Line": [{"Amount": 20, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}]}
    record = qbo.make(entity, body)
    voided = qbo.make(entity, {**_key(record), "sparse": True}, operation="update", include="void")
    assert voided["TotalAmt"] == 0
    assert voided["PrivateNote"] == "Voided"


def test_purchase_cannot_be_voided(qbo):
    body = {"PaymentType": "Cash", "AccountRef": ref("35"), "Line": [EXPENSE]}
    purchase = qbo.make("Purchase", body)
    refused = qbo.refused("Purchase", _key(purchase), operation="void")
    assert (refused["code"], refused["Detail"]) == ("500", "Operation void is not supported.")
    assert refused["element"] == "Operation"


def test_bill_refuses_its_void_inside_a_200(qbo):
    bill = qbo.make("Bill", {"VendorRef": ref("30"), "Line": [EXPENSE]})
    refused = qbo.refused("Bill", _key(bill), operation="void")
    assert (refused["status"], refused["code"]) == (200, "10000")
    assert refused["Detail"] == "System Failure Error: java.lang.UnsupportedOperationException"


def test_journal_entry_answers_its_void_and_does_nothing(qbo):
    rows = [
        {
            "Amount": 5,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": posting, "AccountRef": ref(account)},
        }
        for posting, account in (("Debit", "35"), ("Credit", "36"))
    ]
    entry = qbo.make("JournalEntry", {"Line": rows})
    answer = qbo.post("journalentry", _key(entry), operation="void").json()
    assert answer["BatchItemResponse"] == []
    assert qbo.read("JournalEntry", entry["Id"])["SyncToken"] == "0"


@pytest.mark.parametrize("entity", ["CreditMemo", "Estimate", "VendorCredit", "Customer"])
def test_others_have_no_void(qbo, entity):
    refused = qbo.refused(entity, {"Id": "1", "SyncToken": "0"}, operation="void")
    assert refused["code"] == "500"


@pytest.mark.parametrize("operation", ["delete", "void"])
def test_stale_token_stops_either(qbo, operation):
    invoice = qbo.invoice()
    refused = qbo.refused("Invoice", {"Id": invoice["Id"], "SyncToken": "7"}, operation=operation)
    assert refused["code"] == "5010"


def test_lists_cannot_be_deleted(qbo):
    assert qbo.refused("Customer", {"Id": "1", "SyncToken": "0"}, operation="delete")["code"] == "500"


def test_updating_what_someone_deleted_says_so(qbo):
    invoice = qbo.invoice()
    qbo.make("Invoice", _key(invoice), operation="delete")
    refused = qbo.refused("Invoice", {**_key(invoice), "sparse": True, "PrivateNote": "x"})
    assert refused["Detail"] == "Object Not Found : Another user has deleted this transaction."
