"""QuickBooks' JSON as canonical values: what it leaves out is absent, what cannot be right is refused by name."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.canonical import (
    Account,
    Address,
    AppliedTo,
    Discount,
    FeeKind,
    ItemKind,
    LineKind,
    LineTax,
    Location,
    Memos,
    Origin,
    PaidBy,
    PartyKind,
    Status,
)
from qbo_connector.canonical.company import Company
from qbo_connector.errors import DocumentInvalid
from qbo_connector.mapping.reading.bill_payments import bill_payment_from
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.credit_memos import credit_memo_from
from qbo_connector.mapping.reading.fields import Fields, words
from qbo_connector.mapping.reading.invoices import invoice_from
from qbo_connector.mapping.reading.items import item_from
from qbo_connector.mapping.reading.links import Linked, linked
from qbo_connector.mapping.reading.parties import customer_from, vendor_from
from qbo_connector.mapping.reading.payments import payment_from
from qbo_connector.mapping.reading.purchases import bill_from, vendor_credit_from
from qbo_connector.mapping.reading.sales_receipts import sales_receipt_from
from tests.unit.plan.building import money

US = Books()
GB = Books(
    company=Company(country="GB", home_currency="GBP", sales_tax=True, multi_currency=True),
    taxes={"3": LineTax(name="VAT 20 %", rate=money(20)), "5": LineTax(name="VAT 0 %", rate=money(0))},
)


def sold(amount: str, **detail: Any) -> dict[str, Any]:
    """A line of an item."""
    detail = {"ItemRef": {"value": "4", "name": "Design"}} | detail
    return {
        "Id": "1",
        "Amount": money(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def form(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A sales form of Amy's; its total is what its lines come to."""
    lines = lines or (sold("50.00"),)
    total = sum((one.get("Amount", 0) for one in lines if one["DetailType"] == "SalesItemLineDetail"), Decimal(0))
    fields = {
        "Id": "145",
        "TxnDate": "2026-10-02",
        "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
        "Line": list(lines),
        "TotalAmt": total,
    }
    return fields | changes


def cost(amount: str, **detail: Any) -> dict[str, Any]:
    """A line of a bill."""
    detail = {"AccountRef": {"value": "58", "name": "Job Materials"}} | detail
    kind = "AccountBasedExpenseLineDetail"
    return {"Amount": money(amount), "DetailType": kind, kind: detail}


def purchase(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A bill or vendor credit of Hicks Hardware."""
    lines = lines or (cost("30.00"),)
    fields = {"Id": "200", "TxnDate": "2026-10-02", "VendorRef": {"value": "41", "name": "Hicks Hardware"}}
    return fields | {"Line": list(lines), "TotalAmt": sum(one["Amount"] for one in lines)} | changes


def link(kind: str, identifier: str, amount: str) -> dict[str, Any]:
    """A line of a payment."""
    return {"Amount": money(amount), "LinkedTxn": [{"TxnId": identifier, "TxnType": kind}]}


def money_in(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A payment of Amy's."""
    return form(Line=list(lines), TotalAmt=money("80.00")) | changes


def money_out(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A payment to Hicks Hardware by check."""
    paid = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": "35", "name": "Checking"}}}
    return purchase(**paid) | {"Line": list(lines), "TotalAmt": money("30.00")} | changes


def test_an_invoice_is_read_in_all_its_parts():
    entity = form(
        sold("50.00", Qty=2, UnitPrice=25, ServiceDate="2026-09-30", TaxCodeRef={"value": "TAX"}),
        DocNumber="1037",
        DueDate="2026-11-01",
        DepartmentRef={"value": "1", "name": "Mountain View"},
        BillEmail={"Address": "amy@birds.example"},
        BillAddr={"Line1": "4581 Finch St.", "Line3": "Shed", "Line5": "Yard", "City": "Bayshore"},
        CustomerMemo={"value": "Thank you"},
        PrivateNote="call first",
        CustomField=[{"Name": "PO number", "StringValue": "PO-9"}, {"Name": "Crew"}],
        TxnTaxDetail={
            "TotalTax": money("4.00"),
            "TxnTaxCodeRef": {"value": "2", "name": "California"},
            "TaxLine": [{"TaxLineDetail": {"TaxPercent": 8}}],
        },
        TotalAmt=money("54.00"),
        Balance=money("34.00"),
        Deposit=money("10.00"),
        MetaData={"CreateTime": "2026-10-02T09:04:11-07:00", "LastUpdatedTime": "2026-10-02T09:05:11-07:00"},
    )

    read = invoice_from(entity, US)

    assert (read.external_id, read.number, read.origin) == ("145", "1037", Origin.QUICKBOOKS)
    assert (read.issue_date, read.due_date) == (date(2026, 10, 2), date(2026, 11, 1))
    assert (read.total, read.tax_total, read.deposit, read.amount_paid) == (54, 4, 10, 10)
    assert (read.status, read.tax_name, read.tax_rate) == (Status.PARTIALLY_PAID, "California", 8)
    assert (read.currency, read.location) == ("USD", Location(external_id="1", name="Mountain View"))
    assert (read.customer.external_id, read.customer.email) == ("1", "amy@birds.example")
    assert read.customer.billing_address == Address(line1="4581 Finch St.", line2="Shed, Yard", city="Bayshore")
    assert read.memos == Memos(subject="call first", note="Thank you", custom=(("PO number", "PO-9"),))
    assert read.updated_at == datetime(2026, 10, 2, 16, 5, 11, tzinfo=UTC)
    (line,) = read.lines
    assert (line.quantity, line.unit_price, line.taxable, line.service_date) == (2, 25, True, date(2026, 9, 30))
    assert line.item is not None
    assert (line.item.external_id, line.item.name) == ("4", "Design")


def test_what_quickbooks_leaves_out_is_absent():
    read = invoice_from(form(), US)

    assert (read.number, read.due_date, read.location, read.exchange_rate) == ("", None, None, None)
    assert (read.status, read.amount_paid, read.tax_rate, read.updated_at) == (Status.OPEN, 0, None, None)


@pytest.mark.parametrize(
    ("detail", "quantity", "price"),
    [
        ({}, 1, 50),
        ({"UnitPrice": 25}, 1, 50),
        ({"Qty": 2}, 2, 25),
        ({"Qty": 3, "UnitPrice": money("16.6666667")}, 3, money("16.6666667")),
        ({"Qty": 3, "UnitPrice": money("16.66666666666667")}, 3, money("16.66666667")),
        ({"Qty": 3, "UnitPrice": 9}, 3, money("16.66666667")),
        ({"Qty": 0, "UnitPrice": 9}, 0, 9),
        ({"Qty": 0}, 0, 0),
    ],
)
def test_quantity_and_price_follow_the_amount_which_counts_alone(detail, quantity, price):
    (line,) = invoice_from(form(sold("50.00", **detail)), US).lines

    assert (line.quantity, line.unit_price, line.amount) == (quantity, price, 50)


def test_a_line_of_an_item_that_is_none_is_a_fee():
    shipping = sold("12.00", ItemRef={"value": "SHIPPING_ITEM_ID"}, TaxCodeRef={"value": "TAX"})
    tip = sold("3.00", ItemRef={"value": "GRATUITY_ITEM_ID"})

    read = sales_receipt_from(form(sold("50.00"), shipping, tip), US)

    assert [(fee.kind, fee.name, fee.amount, fee.taxable) for fee in read.fees] == [
        (FeeKind.SHIPPING, "Shipping", 12, True),
        (FeeKind.OTHER, "Gratuity", 3, False),
    ]
    assert len(read.lines) == 1


@pytest.mark.parametrize(("code", "taxed"), [("3", True), ("5", False), ("77", True)])
def test_elsewhere_the_code_tells_whether_a_fee_is_taxed(code, taxed):
    shipping = sold("12.00", ItemRef={"value": "SHIPPING_ITEM_ID"}, TaxCodeRef={"value": code})

    (fee,) = sales_receipt_from(form(sold("50.00"), shipping), GB).fees

    assert fee.taxable is taxed


def test_texts_subtotals_and_discounts_are_no_sales():
    entity = form(
        sold("50.00"),
        {"DetailType": "DescriptionOnly", "Description": "Delivered", "DescriptionLineDetail": {}},
        {"DetailType": "SubTotalLineDetail", "Amount": 50, "SubTotalLineDetail": {}},
        {
            "DetailType": "DiscountLineDetail",
            "Amount": money("5.00"),
            "DiscountLineDetail": {"PercentBased": "false"},
        },
        TotalAmt=money("45.00"),
    )

    read = credit_memo_from(entity, US)

    assert [(line.kind, line.description) for line in read.lines] == [
        (LineKind.ITEM, ""),
        (LineKind.TEXT, "Delivered"),
    ]
    assert (read.discount, read.discount_amount) == (Discount(amount=money("5.00")), 5)


def test_a_percentage_off_is_read_as_one():
    off = {"PercentBased": True, "DiscountPercent": 10}
    line = {"DetailType": "DiscountLineDetail", "Amount": money("5.00"), "DiscountLineDetail": off}

    assert invoice_from(form(sold("50.00"), line, TotalAmt=45), US).discount == Discount(percent=money(10))


def test_a_bundle_is_its_members_under_a_heading():
    members = [sold("30.00"), sold("20.00")]
    named = {"GroupItemRef": {"value": "19", "name": "Fountain Set"}, "Line": members}
    entity = form({"DetailType": "GroupLineDetail", "Amount": 50, "GroupLineDetail": named}, TotalAmt=50)

    assert [(line.description, line.amount) for line in invoice_from(entity, US).lines] == [
        ("Fountain Set", 0),
        ("", 30),
        ("", 20),
    ]


def test_a_line_without_an_item_keeps_its_amount():
    assert invoice_from(form(sold("50.00", ItemRef=None)), US).lines[0].item is None


def test_elsewhere_prices_are_read_with_their_tax_inside():
    entity = form(
        sold("100.00", Qty=2, UnitPrice=50, TaxInclusiveAmt=120, TaxCodeRef={"value": "3"}),
        sold("7.00", TaxCodeRef={"value": "8", "name": "Odd"}),
        sold("3.00"),
        GlobalTaxCalculation="TaxInclusive",
        TxnTaxDetail={"TotalTax": 20},
        TotalAmt=130,
        CurrencyRef={"value": "EUR"},
        ExchangeRate=money("0.8612345678901"),
    )

    read = invoice_from(entity, GB)

    assert (read.prices_include_tax, read.tax_total) == (True, 20)
    assert (read.currency, read.exchange_rate) == ("EUR", money("0.86123457"))
    assert [(line.amount, line.unit_price, line.tax) for line in read.lines] == [
        (120, 60, LineTax(name="VAT 20 %", rate=money(20), amount=money(20))),
        (7, 7, LineTax(name="Odd", amount=money(0))),
        (3, 3, None),
    ]


def test_where_the_gross_does_not_add_up_the_net_and_the_tax_do():
    """A discount below inclusive lines is told without its tax."""
    off = {"DetailType": "DiscountLineDetail", "Amount": 10, "DiscountLineDetail": {}}
    taxed = sold("100.00", TaxInclusiveAmt=120, TaxCodeRef={"value": "3"})
    entity = form(taxed, off, GlobalTaxCalculation="TaxInclusive", TxnTaxDetail={"TotalTax": 18}, TotalAmt=108)

    read = invoice_from(entity, GB)

    assert (read.prices_include_tax, read.subtotal, read.tax_total, read.total) == (False, 100, 18, 108)


@pytest.mark.parametrize(
    ("balance", "total", "note", "status"),
    [
        (50, 50, "", Status.OPEN),
        (20, 50, "", Status.PARTIALLY_PAID),
        (0, 50, "", Status.PAID),
        (0, 0, "Voided - was a mistake", Status.VOID),
        (0, 0, "", Status.PAID),
    ],
)
def test_the_status_is_what_is_left_to_pay_unless_it_was_voided(balance, total, note, status):
    lines = (sold(str(total)),)
    costs = (cost(str(total)),)
    told = {"Balance": balance, "PrivateNote": note}

    assert invoice_from(form(*lines, **told), US).status is status
    assert bill_from(purchase(*costs, **told), US).status is status
    assert credit_memo_from(form(*lines, **told), US).status is status


def test_a_sales_receipt_says_how_it_was_paid():
    paid = {
        "PaymentMethodRef": {"value": "3", "name": "Visa"},
        "PaymentRefNum": "ch_1",
        "DepositToAccountRef": {"value": "4", "name": "Undeposited Funds"},
    }

    read = sales_receipt_from(form(**paid) | {"CustomerRef": None}, US)

    assert (read.status, read.method, read.reference) == (Status.PAID, "Visa", "ch_1")
    assert read.deposit_to == Account(external_id="4", name="Undeposited Funds")
    assert read.customer.external_id == ""


def test_a_credit_memo_knows_what_is_left_of_it():
    read = credit_memo_from(form(Balance=50, RemainingCredit=money("30.00")), US)

    assert (read.amount_used, read.remaining) == (20, 30)


@pytest.mark.requirement("P-3")
def test_a_payment_is_read_with_what_it_settles_and_draws_on():
    entity = money_in(
        link("Invoice", "145", "60.00"),
        link("CreditMemo", "77", "10.00"),
        link("Invoice", "145", "5.00"),
        link("Invoice", "146", "0"),
        {"Amount": money("1.00")},
        PaymentRefNum=4711,
    )

    read = payment_from(entity, US)

    assert [(part.kind, part.external_id, part.amount) for part in read.applications] == [
        (AppliedTo.INVOICE, "145", 65)
    ]
    assert [(part.kind, part.amount) for part in read.credits] == [(AppliedTo.CREDIT_MEMO, 10)]
    assert (read.unapplied, read.reference, read.deposit_to) == (25, "4711", None)


def test_a_voided_payment_is_withdrawn():
    read = payment_from(money_in(TotalAmt=0, PrivateNote="Voided"), US)

    assert (read.status, read.withdrawn, read.applications) == (Status.VOID, True, ())


def test_a_bill_payment_says_from_where():
    card = {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": "41"}}}

    checked = bill_payment_from(money_out(link("Bill", "200", "30.00"), DocNumber="1207"), US)
    charged = bill_payment_from(money_out(**card), US)

    assert (checked.paid_by, str(checked.paid_from), checked.number) == (PaidBy.CHECK, "Checking", "1207")
    assert (charged.paid_by, str(charged.paid_from)) == (PaidBy.CREDIT_CARD, "41")


def test_bills_are_read_with_items_costs_and_whom_they_are_for():
    item = {
        "Amount": 24,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "13", "name": "Rocks"}, "Qty": 3, "UnitPrice": 8},
    }
    whom = {"CustomerRef": {"value": "1", "name": "Amy"}, "BillableStatus": "Billable"}
    entity = purchase(
        item,
        cost("6.00", **whom, ClassRef={"value": "1", "name": "Retail"}),
        {"Amount": 0, "DetailType": "DescriptionOnly", "Description": "Two parts"},
        {"Amount": 30, "DetailType": "SubTotalLineDetail"},
        TotalAmt=30,
        PrivateNote="October",
        VendorAddr={"Line1": "1 Main St"},
        DueDate="2026-11-01",
    )

    read = bill_from(entity, US)

    rocks, billed, text = read.lines
    assert rocks.item is not None
    assert (rocks.item.name, rocks.quantity, rocks.account) == ("Rocks", 3, None)
    assert (str(billed.account), str(billed.customer), billed.billable) == ("Job Materials", "Amy", True)
    assert (billed.class_name, text.kind, text.description) == ("Retail", LineKind.TEXT, "Two parts")
    assert (read.memos.note, read.vendor.kind, read.due_date) == ("October", PartyKind.VENDOR, date(2026, 11, 1))
    assert read.vendor.billing_address == Address(line1="1 Main St")


@pytest.mark.parametrize(("total", "inclusive"), [(120, True), (119, False)])
def test_elsewhere_bills_are_read_with_their_tax_inside_where_it_adds_up(total, inclusive):
    line = cost("100.00", TaxInclusiveAmt=120, TaxCodeRef={"value": "3"})
    tax = {"GlobalTaxCalculation": "TaxInclusive", "TxnTaxDetail": {"TotalTax": total - 100}}

    read = vendor_credit_from(purchase(line, **tax, TotalAmt=total, Balance=total - 19), GB)

    assert (read.prices_include_tax, read.comes_to, read.amount_used) == (inclusive, total, 19)
    assert read.lines[0].amount == (120 if inclusive else 100)


def test_parties_are_read_without_the_mark_of_what_was_switched_off():
    entity = {
        "Id": 58,
        "DisplayName": "Acme (deleted)",
        "CompanyName": "Acme Group",
        "PrimaryEmailAddr": {"Address": "ap@acme.example"},
        "PrimaryPhone": {"FreeFormNumber": "+1 555 0100"},
        "CurrencyRef": {"value": "EUR"},
        "BillAddr": {"City": "Reno"},
    }

    customer, vendor = customer_from(entity), vendor_from({"Id": "41", "CompanyName": "Hicks"})

    assert (customer.external_id, customer.name, customer.company) == ("58", "Acme", "Acme Group")
    assert (customer.email, customer.phone, customer.currency) == ("ap@acme.example", "+1 555 0100", "EUR")
    assert (vendor.kind, vendor.name, vendor.currency) == (PartyKind.VENDOR, "Hicks", None)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(None, ItemKind.SERVICE), ("Service", ItemKind.SERVICE), ("Inventory", ItemKind.PRODUCT)],
)
def test_items_are_read_by_what_is_sold(kind, expected):
    entity = {"Id": "9", "Name": "Mug (Blue)", "Sku": "MUG-B", "Type": kind, "UnitPrice": money("9.50")}

    read = item_from(entity)

    assert (read.kind, read.full_name, read.sku, read.price) == (expected, "Mug (Blue)", "MUG-B", money("9.50"))


def test_a_document_names_what_is_linked_to_it():
    links = [{"TxnId": "3", "TxnType": "Payment"}, {"TxnId": "4"}, {"TxnType": "Estimate"}]

    assert linked({"LinkedTxn": links}) == (Linked(type="Payment", qbo_id="3"),)


@pytest.mark.parametrize(
    ("read", "entity", "field"),
    [
        (invoice_from, form(Id=None), "id"),
        (invoice_from, form(TxnDate=""), "date"),
        (invoice_from, form(TxnDate="02/10/2026"), "date"),
        (invoice_from, form(DueDate="soon"), "due date"),
        (invoice_from, form(CustomerRef=None), "customer"),
        (invoice_from, form(CustomerRef="1"), "customer"),
        (invoice_from, form(CustomerRef={"value": ["1"]}), "customer"),
        (invoice_from, form(DocNumber=True), "number"),
        (invoice_from, form(DocNumber=10**30), "number"),
        (invoice_from, form(TotalAmt=50.0), "total"),
        (invoice_from, form(TotalAmt="much"), "total"),
        (invoice_from, form(TotalAmt=51), "total"),
        (invoice_from, form(sold("50.001")), "total"),
        (invoice_from, form(Line={"Amount": 5}), "line"),
        (invoice_from, form(Line=["Amount"]), "line"),
        (invoice_from, form(MetaData={"CreateTime": "2026-10-02T09:04:11"}), "create time"),
        (invoice_from, form({"DetailType": "PaymentLineDetail"}), "kind of the line"),
        (invoice_from, form({"DetailType": None, "Amount": 5}), "kind of the line"),
        (invoice_from, form(sold("50.00", Qty="1e9999")), "quantity"),
        (
            invoice_from,
            form(
                {"DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": [{"DetailType": "GroupLineDetail"}]}}
            ),
            "kind of the line",
        ),
        (
            invoice_from,
            form({"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": 1.5}}),
            "percent based",
        ),
        (credit_memo_from, form(CustomerRef=None), "customer"),
        (payment_from, money_in(CustomerRef={}), "customer"),
        (payment_from, money_in({"LinkedTxn": [{}, {}]}), "linked txn"),
        (payment_from, money_in(link("Estimate", "9", "1")), "kind of the linked document"),
        (payment_from, money_in(link("Invoice", "", "1")), "linked document"),
        (payment_from, money_in(link("Invoice", "9", "80.01")), "applied amount"),
        (payment_from, money_in(link("Bill", "9", "1")), "applied document"),
        (bill_payment_from, money_out(PayType="Cash"), "way of payment"),
        (bill_from, purchase(VendorRef=None), "vendor"),
        (bill_from, purchase({"DetailType": "TDSLineDetail", "Amount": 1}), "kind of the line"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(read, entity, field):
    with pytest.raises(DocumentInvalid) as refused:
        read(entity, US)

    assert refused.value.field == field
    assert len(refused.value.value) <= 60


@pytest.mark.parametrize(
    ("read", "entity", "field"),
    [
        (customer_from, {"Id": "1"}, "display name"),
        (vendor_from, {"DisplayName": "Acme"}, "id"),
        (item_from, {"Id": "1"}, "name"),
        (item_from, {"Name": "Mug"}, "id"),
        (item_from, {"Id": "1", "Name": "Mugs", "Type": "Category"}, "type"),
        (linked, [], "answer"),
    ],
)
def test_entries_of_lists_that_cannot_be_right_are_refused_by_name(read, entity, field):
    with pytest.raises(DocumentInvalid) as refused:
        read(entity)

    assert refused.value.field == field


def test_of_a_value_with_an_inside_only_the_kind_is_told():
    with pytest.raises(DocumentInvalid) as refused:
        Fields({"DocNumber": {"secret": "4111"}}).text("DocNumber")

    assert refused.value.value == "dict"


def test_flags_are_truth_values_or_their_words():
    fields = Fields({"a": True, "b": "true", "c": False, "d": "", "e": "false"})

    assert [fields.flag(name) for name in "abcdef"] == [True, True, False, False, False, False]


def test_a_field_is_named_as_people_would_name_it():
    assert [words(name) for name in ("value", "UnitPrice", "VendorRef", "TaxInclusiveAmt", "TxnDate")] == [
        "value",
        "unit price",
        "vendor",
        "tax inclusive",
        "date",
    ]


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text(max_size=8)
    | st.sampled_from(["2026-10-02", "TaxInclusive", "Invoice", "SalesItemLineDetail", "GroupLineDetail"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "Line"]), inner, max_size=2)
    ),
    max_leaves=4,
)
WHOLE = {
    invoice_from: form(
        sold(
            "50.00", Qty=2, UnitPrice=25, ServiceDate="2026-09-30", TaxCodeRef={"value": "3"}, TaxInclusiveAmt=60
        ),
        {"DetailType": "DiscountLineDetail", "Amount": 0, "DiscountLineDetail": {"PercentBased": True}},
        {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": {"value": "1"}, "Line": []}},
        TxnTaxDetail={"TotalTax": 0, "TaxLine": [{"TaxLineDetail": {"TaxPercent": 8}}]},
        MetaData={"CreateTime": "2026-10-02T09:04:11-07:00"},
        GlobalTaxCalculation="TaxExcluded",
        CustomField=[{"Name": "PO"}],
        ExchangeRate=1,
        CurrencyRef={"value": "EUR"},
        Balance=50,
    ),
    payment_from: money_in(link("Invoice", "145", "60.00")),
    bill_from: purchase(cost("30.00", CustomerRef={"value": "1"}, BillableStatus="Billable")),
    bill_payment_from: money_out(link("Bill", "200", "30.00")),
}


def places(entity: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an object."""
    members = (
        entity.items() if isinstance(entity, Mapping) else enumerate(entity) if isinstance(entity, list) else ()
    )
    return [*([path] if path else []), *(deep for key, part in members for deep in places(part, (*path, key)))]


@given(data=st.data(), odd=ODD)
@pytest.mark.parametrize("read", WHOLE, ids=lambda read: read.__name__)
def test_whatever_stands_in_one_field_the_object_is_read_or_refused_by_name(read, data, odd):
    entity = deepcopy(WHOLE[read])
    *way, last = data.draw(st.sampled_from(places(entity)))
    holder: Any = entity
    for step in way:
        holder = holder[step]
    holder[last] = odd

    assert outcome(read, entity)


def outcome(read: Any, entity: Any) -> str:
    """The currency of what was read, or the field that was refused."""
    try:
        return str(read(entity, GB).currency)
    except DocumentInvalid as refused:
        return refused.field
