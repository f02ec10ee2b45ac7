"""Reference §6.5: the other documents."""

import pytest

from tests.contract.simulator.qbohttp import line, ref

NAMES = (
    "ProfitAndLoss",
    "AgedReceivables",
    "AgedPayables",
    "CustomerBalance",
    "VendorBalance",
    "CustomerSales",
    "ItemSales",
    "TransactionList",
)


def expense(amount=20, account="7", **detail):
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": ref(account), **detail},
    }


def posting(kind, amount, account, **detail):
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": kind, "AccountRef": ref(account), **detail},
    }


def test_sales_receipt_needs_no_customer_and_is_paid_at_once(qbo):
    receipt = qbo.make("SalesReceipt", {"Line": [line()]})
    assert receipt["Balance"] == 0
    assert receipt["TotalAmt"] == 100
    assert receipt["DepositToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}


def test_refund_needs_an_account_to_pay_from(qbo):
    body = {"CustomerRef": ref("1"), "Line": [line()]}
    assert qbo.refused("RefundReceipt", body)["element"] == "DepositToAccountRef"
    assert qbo.make("RefundReceipt", {**body, "DepositToAccountRef": ref("35")})["TotalAmt"] == 100


def test_bill_falls_due_by_its_term_and_moves_the_vendors_balance(qbo):
    before = qbo.read("Vendor", "30")["Balance"]
    bill = qbo.make(
        "Bill",
        {"VendorRef": ref("30"), "Line": [expense()], "TxnDate": "2026-03-01", "SalesTermRef": ref("2")},
    )
    assert (bill["DueDate"], bill["Balance"], bill["TotalAmt"]) == ("2026-03-16", 20, 20)
    assert bill["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    assert qbo.read("Vendor", "30")["Balance"] == before + 20


def test_bill_payment_settles_its_bill(qbo):
    bill = qbo.make("Bill", {"VendorRef": ref("30"), "Line": [expense()]})
    body = {
        "VendorRef": ref("30"),
        "TotalAmt": 20,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": ref("35")},
        "Line": [{"Amount": 20, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}],
    }
    refused = qbo.refused("BillPayment", {**body, "CheckPayment": {}})
    assert (refused["code"], refused["element"]) == ("2020", "CheckPayment.BankAccountRef")
    payment = qbo.make("BillPayment", body)
    again = qbo.read("Bill", bill["Id"])
    assert again["Balance"] == 0
    assert again["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]


def test_split_line_needs_its_account(qbo):
    bare = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": {}}
    assert qbo.refused("Bill", {"VendorRef": ref("30"), "Line": [bare]})["code"] == "6440"


def test_bills_own_numbers_may_not_repeat_unless_allowed(qbo):
    body = {"VendorRef": ref("30"), "Line": [expense()], "DocNumber": "B-1"}
    qbo.make("Bill", body)
    refused = qbo.refused("Bill", body)
    assert refused["code"] == "6140"
    assert "assigned to TxnType=Bill with" in refused["Detail"]
    qbo.make("Bill", body, include="allowduplicatedocnum")


@pytest.mark.parametrize("missing", ["PaymentType", "AccountRef", "Line"])
def test_purchase_needs_type_account_and_lines(qbo, missing):
    body = {"PaymentType": "Cash", "AccountRef": ref("35"), "Line": [expense()]}
    assert qbo.refused("Purchase", {k: v for k, v in body.items() if k != missing})["element"] == missing


def test_journal_entry_balances(qbo):
    entry = qbo.make("JournalEntry", {"Line": [posting("Debit", 5, "35"), posting("Credit", 5, "36")]})
    assert entry["TotalAmt"] == 5
    uneven = {"Line": [posting("Debit", 5, "35"), posting("Credit", 4, "36")]}
    assert qbo.refused("JournalEntry", uneven)["code"] == "2300"


def test_journal_entry_needs_two_lines_and_a_customer_for_receivables(qbo):
    lonely = qbo.refused("JournalEntry", {"Line": [posting("Debit", 5, "35")]})
    assert lonely["Detail"].endswith("Fill out at least two detail lines to continue.")
    lines = [posting("Debit", 5, "84"), posting("Credit", 5, "35")]
    nameless = qbo.refused("JournalEntry", {"Line": lines})
    assert nameless["Detail"].endswith(
        "When you use Accounts Receivable, you must choose a customer in the Name field."
    )
    named = posting("Debit", 5, "84", Entity={"Type": "Customer", "EntityRef": ref("1")})
    qbo.make("JournalEntry", {"Line": [named, lines[1]]})


def test_duplicate_journal_number_names_its_type_with_a_space(qbo):
    body = {"Line": [posting("Debit", 5, "35"), posting("Credit", 5, "36")], "DocNumber": "J-1"}
    qbo.make("JournalEntry", body)
    assert "TxnType=Journal Entry with" in qbo.refused("JournalEntry", body)["Detail"]


def test_transfer_moves_between_two_accounts(qbo):
    body = {"Amount": 5, "FromAccountRef": ref("35"), "ToAccountRef": ref("36")}
    assert qbo.make("Transfer", body)["Amount"] == 5
    assert qbo.refused("Transfer", {**body, "ToAccountRef": ref("35")})["code"] == "6000"
    assert qbo.refused("Transfer", {**body, "Amount": 0})["Detail"].endswith("You must set a transaction amount.")


def test_credit_card_payment_is_answered_under_its_schema_name(qbo):
    body = {"Amount": 5, "BankAccountRef": ref("35"), "CreditCardAccountRef": ref("41")}
    answer = qbo.post("creditcardpayment", body).json()
    assert answer["CreditCardPaymentTxn"]["Amount"] == 5
    assert next(iter(qbo.query("select * from CreditCardPayment")["QueryResponse"])) == "CreditCardPaymentTxn"


def test_inventory_adjustment_moves_the_stock(qbo):
    before = qbo.read("Item", "11")["QtyOnHand"]
    detail = {"ItemRef": ref("11"), "QtyDiff": -3}
    row = {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}
    qbo.make("InventoryAdjustment", {"AdjustAccountRef": ref("80"), "Line": [row]})
    assert qbo.read("Item", "11")["QtyOnHand"] == before - 3


def test_sales_and_purchases_move_the_stock_without_a_new_token(qbo):
    before = qbo.read("Item", "11")
    invoice = qbo.invoice(Line=[line("30", "11", Qty=2, UnitPrice=15)])
    after = qbo.read("Item", "11")
    assert after["QtyOnHand"] == before["QtyOnHand"] - 2
    assert after["SyncToken"] == before["SyncToken"]
    qbo.make("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    assert qbo.read("Item", "11")["QtyOnHand"] == before["QtyOnHand"]


def test_nothing_is_sold_before_its_stock_was_counted(qbo):
    body = {"CustomerRef": ref("1"), "TxnDate": "2020-01-01", "Line": [line("15", "11", Qty=1, UnitPrice=15)]}
    assert qbo.refused("Invoice", body)["code"] == "6270"


def test_invoice_closes_the_estimate_it_is_made_from(qbo):
    estimate = qbo.make("Estimate", {"CustomerRef": ref("1"), "Line": [line()]})
    link = {"TxnId": estimate["Id"], "TxnType": "Estimate"}
    invoice = qbo.invoice(LinkedTxn=[link])
    closed = qbo.read("Estimate", estimate["Id"])
    assert closed["TxnStatus"] == "Closed"
    assert closed["LinkedTxn"] == [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    qbo.make("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    assert qbo.read("Estimate", estimate["Id"])["TxnStatus"] == "Pending"


def test_credits_are_applied_by_themselves_where_that_is_on(qbo):
    memo = qbo.make("CreditMemo", {"CustomerRef": ref("1"), "Line": [line("30")]})
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {"SalesFormsPrefs": {"AutoApplyCredit": True}}})
    invoice = qbo.invoice()
    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 70)
    assert invoice["LinkedTxn"][0]["TxnType"] == "Payment"
    assert qbo.read("CreditMemo", memo["Id"])["RemainingCredit"] == 0


def test_recurring_invoice_is_wrapped_under_its_type(qbo):
    info = {"Name": "Rent", "RecurType": "Automated", "Active": True}
    body = {"Invoice": {"CustomerRef": ref("1"), "Line": [line()], "RecurringInfo": info}}
    made = qbo.make("RecurringTransaction", body)["Invoice"]
    assert qbo.read("RecurringTransaction", made["Id"])["Invoice"]["RecurringInfo"]["Name"] == "Rent"
    assert all("Bill" in row for row in qbo.rows("select * from RecurringTransaction where Type = 'Bill'"))
    assert qbo.refused("RecurringTransaction", body)["code"] == "6240"
    gone = qbo.make("RecurringTransaction", {"Invoice": made}, operation="delete")
    assert gone["Invoice"]["status"] == "Deleted"


def test_batch_items_succeed_and_fail_on_their_own(qbo):
    items = [
        {"bId": "1", "operation": "create", "Vendor": {"DisplayName": "Batch Vendor"}},
        {"bId": "2", "operation": "delete", "Invoice": {"Id": "9999", "SyncToken": "0"}},
        {"bId": "3", "operation": "update", "Invoice": {"Id": "101", "SyncToken": "99", "sparse": True}},
        {"bId": "4", "Query": "select count(*) from Invoice"},
        {"bId": "5", "operation": "create", "Nonsense": {}},
    ]
    answer = qbo.post("batch", {"BatchItemRequest": items})
    assert answer.status_code == 200
    rows = answer.json()["BatchItemResponse"]
    assert [row["bId"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["Vendor"]["DisplayName"] == "Batch Vendor"
    codes = [row["Fault"]["Error"][0]["code"] for row in rows if "Fault" in row]
    assert codes == ["610", "5010", "2000"]
    assert rows[1]["Fault"]["Error"][0]["element"] == ""
    assert rows[3]["QueryResponse"]["totalCount"] == 10


def test_batch_holds_thirty_and_its_ids_are_short_with_a_requestid(qbo):
    item = {"bId": "x" * 11, "Query": "select count(*) from Invoice"}
    assert qbo.refused("batch", {"BatchItemRequest": [item] * 31})["code"] == "1040"
    assert qbo.post("batch", {"BatchItemRequest": [item]}).status_code == 200
    assert qbo.refused("batch", {"BatchItemRequest": [item]}, requestid="r")["code"] == "2130"
    short = {**item, "bId": "1"}
    assert qbo.refused("batch", {"BatchItemRequest": [short]}, requestid="r" * 37)["code"] == "2130"


def test_batch_with_a_requestid_is_replayed_whole(qbo):
    items = [{"bId": "1", "operation": "create", "Invoice": {"CustomerRef": ref("1"), "Line": [line()]}}]
    first = qbo.post("batch", {"BatchItemRequest": items}, requestid="b-1")
    assert qbo.post("batch", {"BatchItemRequest": items}, requestid="b-1").content == first.content


@pytest.mark.parametrize("name", NAMES)
def test_reports_bind_by_title(qbo, name):
    report = qbo.get(f"reports/{name}", start_date="2020-01-01").json()
    assert report["Header"]["ReportName"] == name
    assert report["Columns"]["Column"][-1]["ColType"] in {"Money", "subt_nat_amount"}
    assert report["Rows"]["Row"]


def test_report_without_a_ledger_says_that_it_has_no_data(qbo):
    report = qbo.get("reports/BalanceSheet").json()
    assert {"Name": "NoReportData", "Value": "true"} in report["Header"]["Option"]
    assert report["Rows"] == {"Row": []}


def test_unknown_report_is_500(qbo):
    assert qbo.get("reports/Horoscope").json()["Fault"]["Error"][0]["code"] == "500"


def test_aged_receivables_add_up_to_the_open_balances(qbo):
    rows = qbo.get("reports/AgedReceivables").json()["Rows"]["Row"]
    total = sum(float(row["ColData"][-1]["value"]) for row in rows)
    owed = sum(float(row["Balance"]) for row in qbo.rows("select * from Invoice"))
    assert total == pytest.approx(owed)
