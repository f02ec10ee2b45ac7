"""What the sample company has sold, bought and been paid for."""

from datetime import timedelta

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.seeds.taxes import code_named
from qbo_connector.simulator.writing.draft import WriteFlags
from qbo_connector.simulator.writing.recurring import write
from qbo_connector.simulator.writing.save import create

_INVOICES = (
    # number, customer, days ago, item, quantity, price
    ("1001", "1", 60, "5", "1", "275"),
    ("1002", "2", 55, "4", "2", "75"),
    ("1003", "3", 50, "10", "1", "35"),
    ("1004", "7", 45, "6", "4", "25"),
    ("1005", "9", 40, "9", "1", "85"),
    ("1006", "5", 35, "16", "20", "2"),
    ("1007", "18", 30, "14", "30", "10"),
    ("1008", "22", 25, "7", "3", "50"),
    ("1009", "20", 20, "10", "2", "35"),
    ("1010", "1", 10, "13", "4", "48"),
)
_PAID = (("1002", "full"), ("1003", "full"), ("1004", "50.00"), ("1006", "full"), ("1009", "full"))


def plant_documents(company: Company) -> None:
    """Create the documents through the same rules a client's go through."""
    company.reserve("txn", "100")
    invoices = {row[0]: _invoice(company, row) for row in _INVOICES[:-1]}
    for number, how_much in _PAID:
        _payment(company, invoices[number], how_much)
    _other_sales(company)
    _purchases(company)
    _recurring(company)
    _invoice(company, _INVOICES[-1])  # last, so that the newest invoice is an open one with tax


def _make(company: Company, entity: str, body: Body) -> Record:
    return create(company, kind(entity), body, WriteFlags())


def _days_ago(company: Company, days: int) -> str:
    return (company.clock.today() - timedelta(days=days)).isoformat()


def _line(company: Company, item: str, quantity: str, price: str) -> Body:
    detail: Body = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price}
    if company.region.code != "US":
        detail["TaxCodeRef"] = {"value": code_named(company, company.region.default_code)}
    text = company.table("Item")[item].body.get("Description", "")
    total = f"{float(quantity) * float(price):.2f}"
    return {
        "Description": text,
        "Amount": total,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def _invoice(company: Company, row: tuple[str, str, int, str, str, str]) -> Record:
    number, customer, days, item, quantity, price = row
    body: Body = {"DocNumber": number, "CustomerRef": {"value": customer}, "TxnDate": _days_ago(company, days)}
    body |= {"SalesTermRef": {"value": "3"}, "DepartmentRef": {"value": "1"}}
    return _make(company, "Invoice", {**body, "Line": [_line(company, item, quantity, price)]})


def _payment(company: Company, invoice: Record, how_much: str) -> Record:
    amount = invoice.body["Balance"] if how_much == "full" else how_much
    link = {"TxnId": invoice.id, "TxnType": "Invoice"}
    return _make(
        company,
        "Payment",
        {
            "CustomerRef": {"value": invoice.body["CustomerRef"]["value"]},
            "TotalAmt": amount,
            "TxnDate": _days_ago(company, 5),
            "PaymentMethodRef": {"value": "2"},
            "Line": [{"Amount": amount, "LinkedTxn": [link]}],
        },
    )


def _other_sales(company: Company) -> None:
    lines = [_line(company, "10", "1", "35")]
    common = {"Line": lines, "CustomerRef": {"value": "3"}}
    _make(company, "Estimate", {**common, "DocNumber": "2001", "TxnDate": _days_ago(company, 15)})
    _make(company, "SalesReceipt", {**common, "DocNumber": "3001", "TxnDate": _days_ago(company, 14)})
    _make(company, "CreditMemo", {**common, "DocNumber": "4001", "TxnDate": _days_ago(company, 13)})
    refund = {
        **common,
        "DocNumber": "5001",
        "TxnDate": _days_ago(company, 12),
        "DepositToAccountRef": {"value": "35"},
    }
    _make(company, "RefundReceipt", refund)
    cash = {
        "Amount": "218.75",
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": {"value": "45"}},
    }
    _make(company, "Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": [cash]})


def _expense(amount: str, account: str) -> Body:
    detail = {"AccountRef": {"value": account}}
    detail_type = "AccountBasedExpenseLineDetail"
    return {"Amount": amount, "DetailType": detail_type, detail_type: detail}


def _purchases(company: Company) -> None:
    bill = _make(company, "Bill", {"VendorRef": {"value": "41"}, "Line": [_expense("103.55", "58")]})
    _make(company, "Bill", {"VendorRef": {"value": "32"}, "Line": [_expense("56.50", "24")]})
    link = {"TxnId": bill.id, "TxnType": "Bill"}
    pay = {"VendorRef": {"value": "41"}, "TotalAmt": "103.55", "PayType": "Check"}
    pay |= {"CheckPayment": {"BankAccountRef": {"value": "35"}}}
    _make(company, "BillPayment", {**pay, "Line": [{"Amount": "103.55", "LinkedTxn": [link]}]})
    card = {"PaymentType": "CreditCard", "AccountRef": {"value": "42"}, "Line": [_expense("34.00", "13")]}
    _make(company, "Purchase", card)
    _make(company, "VendorCredit", {"VendorRef": {"value": "30"}, "Line": [_expense("20.00", "15")]})
    stock = {"ItemRef": {"value": "11"}, "Qty": 2, "UnitPrice": 10}
    detail_type = "ItemBasedExpenseLineDetail"
    order = {"Amount": "20.00", "DetailType": detail_type, detail_type: stock}
    _make(company, "PurchaseOrder", {"VendorRef": {"value": "41"}, "Line": [order]})
    move = {"Amount": "500.00", "FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}}
    _make(company, "Transfer", move)
    paid = {"Amount": "900.00", "BankAccountRef": {"value": "35"}, "CreditCardAccountRef": {"value": "41"}}
    _make(company, "CreditCardPayment", paid)
    time = {"NameOf": "Employee", "EmployeeRef": {"value": "55"}, "Hours": 2, "Minutes": 0, "HourlyRate": 10}
    _make(company, "TimeActivity", {**time, "Description": "Planting"})
    note = {"Note": "A note on a vendor", "AttachableRef": [{"EntityRef": {"type": "Vendor", "value": "41"}}]}
    _make(company, "Attachable", note)


def _recurring(company: Company) -> None:
    schedule = {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 1}
    bill = {"VendorRef": {"value": "32"}, "Line": [_expense("74.36", "24")]}
    sale = {"CustomerRef": {"value": "1"}, "Line": [_line(company, "6", "4", "25")]}
    for name, template, title in (("Bill", bill, "Telephone Bill"), ("Invoice", sale, "Gardening")):
        info = {"Name": title, "RecurType": "Automated", "Active": True, "ScheduleInfo": schedule}
        write(company, "create", {name: {**template, "RecurringInfo": info}})
