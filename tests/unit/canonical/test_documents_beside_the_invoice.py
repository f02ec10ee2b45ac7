from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import (
    Account,
    AppliedTo,
    BillPayment,
    Invoice,
    Item,
    Line,
    Party,
    Payment,
    SalesReceipt,
    Status,
    VendorCredit,
    fingerprint,
)
from qbo_connector.errors import DocumentInvalid
from tests.unit.mapping.documents import (
    AMY,
    DAY,
    HARDWARE,
    applied,
    bill,
    bill_payment,
    credit_memo,
    expense,
    payment,
    receipt,
    vendor_credit,
)
from tests.unit.plan.building import line, money

EVERY_KIND = (receipt, credit_memo, payment, bill, bill_payment, vendor_credit)
every_kind = pytest.mark.parametrize("make", EVERY_KIND, ids=lambda make: make.__name__)
INVOICE_60 = applied(AppliedTo.INVOICE, "inv_1", "60.00")
CREDIT_20 = applied(AppliedTo.CREDIT_MEMO, "cm_1", "20.00")


@every_kind
def test_a_stored_document_reads_back_equal(make):
    document = make(number="D-7")

    assert type(document).model_validate_json(document.model_dump_json()) == document


@every_kind
def test_equal_content_has_one_fingerprint_and_other_content_another(make):
    assert fingerprint(make()) == fingerprint(make(status_label="as people see it"))
    assert fingerprint(make()) != fingerprint(make(number="2"))


@every_kind
def test_a_document_is_named_by_its_number_or_its_date(make):
    noun = make().kind.replace("_", " ")

    assert (make(number="D-7").title, make().title) == (f"{noun} D-7", f"{noun} of Oct 2")


@every_kind
def test_only_what_was_voided_or_deleted_is_withdrawn(make):
    assert [status for status in Status if make(status=status).withdrawn] == [Status.VOID, Status.DELETED]


@every_kind
def test_a_total_has_no_fraction_of_a_cent(make):
    with pytest.raises(DocumentInvalid) as refused:
        make(total=money("1.001"))

    assert refused.value.field in {"total", "payment"}


@every_kind
def test_a_field_that_is_missing_is_named(make):
    with pytest.raises(DocumentInvalid) as refused:
        make(issue_date=None)

    assert refused.value.field == "date"


@pytest.mark.parametrize("make", [receipt, credit_memo, bill, vendor_credit], ids=lambda make: make.__name__)
def test_lines_that_do_not_come_to_the_total_are_refused_with_both_amounts(make):
    with pytest.raises(DocumentInvalid) as refused:
        make(total=money("1.00"))

    assert refused.value.reason == "total.source_inconsistent"
    assert refused.value.params["source_total"] == "USD 1.00"
    assert refused.value.params["amount"] in {"USD 50.00", "USD 30.00"}


@pytest.mark.parametrize(
    ("make", "changes", "title"),
    [
        (receipt, {"lines": (line("10.001"),), "total": money("10.00")}, "line amount"),
        (receipt, {"discount_amount": money("-1")}, "discount"),
        (bill, {"due_date": date(2026, 1, 1)}, "due date"),
        (bill, {"amount_paid": money("0.001")}, "amount paid"),
        (bill, {"payments": (Payment(external_id="p", paid_on=DAY, amount=money("0.001")),)}, "payment"),
        (bill, {"vendor": AMY}, "vendor"),
        (bill_payment, {"vendor": AMY}, "vendor"),
        (vendor_credit, {"vendor": AMY}, "vendor"),
        (payment, {"total": money("-1")}, "payment"),
        (payment, {"applications": (INVOICE_60,)}, "applied amount"),
        (payment, {"applications": (INVOICE_60.but(amount=money("0.001")),)}, "applied amount"),
        (payment, {"total": money("99"), "applications": (INVOICE_60, INVOICE_60)}, "applied document"),
        (payment, {"applications": (CREDIT_20,)}, "applied document"),
        (payment, {"credits": (INVOICE_60,)}, "applied document"),
        (bill_payment, {"applications": (INVOICE_60,)}, "applied document"),
        (bill_payment, {"paid_by": "cash"}, "way of payment"),
        (credit_memo, {"applications": (INVOICE_60,)}, "applied amount"),
        (credit_memo, {"amount_applied": money("50.01")}, "applied amount"),
        (credit_memo, {"amount_applied": money("5"), "applications": (CREDIT_20,)}, "applied amount"),
        (vendor_credit, {"amount_applied": money("30.01")}, "applied amount"),
    ],
)
def test_a_document_that_contradicts_itself_names_the_field(make, changes, title):
    with pytest.raises(DocumentInvalid) as refused:
        make(**changes)

    assert refused.value.field == title


def test_a_currency_without_cents_takes_none():
    with pytest.raises(DocumentInvalid):
        payment("50.50", currency="JPY")


def test_tax_inside_the_prices_is_not_added_again():
    assert receipt(tax_total=money("5.00"), prices_include_tax=True).total == money("50.00")
    assert receipt(tax_total=money("5.00")).total == money("55.00")
    assert bill(tax_total=money("5.00"), prices_include_tax=True).total == money("30.00")
    assert bill(tax_total=money("5.00")).total == money("35.00")


def test_an_expense_is_of_an_item_or_on_an_account_and_billed_to_somebody():
    with pytest.raises(DocumentInvalid, match="item or on an account"):
        expense(item=Item(name="Mug"), account=Account(name="Rent"))
    with pytest.raises(DocumentInvalid, match="no customer"):
        expense(billable=True)

    assert expense(billable=True, customer=AMY).customer == AMY


def test_an_account_is_called_by_its_name_or_its_id():
    assert [str(Account(name="Rent", external_id="17")), str(Account(external_id="17"))] == ["Rent", "17"]


def test_a_sale_at_once_may_be_to_nobody_in_particular():
    sale = SalesReceipt(
        external_id="sr_1",
        issue_date=DAY,
        currency="USD",
        lines=(Line(item=Item(name="Mug"), amount=Decimal(10)),),
        total=Decimal(10),
    )

    assert (sale.customer, sale.status) == (Party(), Status.PAID)


def test_what_thinks_of_invoices_thinks_alike_of_every_sales_document():
    memo = credit_memo(number="CM-7", discount_amount=money("5.00"))

    as_invoice = memo.as_invoice()

    assert isinstance(as_invoice, Invoice)
    assert (as_invoice.number, as_invoice.lines, as_invoice.total) == ("CM-7", memo.lines, money("45.00"))


@pytest.mark.requirement("P-3", "C-11")
def test_a_payment_tells_each_document_its_share_and_keeps_the_rest():
    money_in = payment("80.00", applications=(INVOICE_60,), reference="ch_1", method="Visa")

    assert money_in.unapplied == money("20.00")
    assert money_in.share_of(AppliedTo.INVOICE, "inv_1") == Payment(
        external_id="pay_1", paid_on=DAY, amount=money("60.00"), reference="ch_1", method="Visa"
    )
    assert money_in.share_of(AppliedTo.BILL, "inv_1") is None


def test_a_credit_memo_is_applied_without_money():
    memo = credit_memo(external_id="cm_1", applications=(INVOICE_60.but(amount=money("20.00")),))

    settlement = memo.settlement(DAY)

    assert settlement is not None
    assert (settlement.total, settlement.unapplied, settlement.credits) == (0, 0, (CREDIT_20,))
    assert (memo.amount_used, memo.remaining) == (money("20.00"), money("30.00"))
    assert credit_memo().settlement(DAY) is None
    assert credit_memo(amount_applied=money("20.00")).remaining == money("30.00")


@pytest.mark.requirement("B-8")
def test_a_vendor_credit_is_applied_by_a_bill_payment_without_money():
    owed = applied(AppliedTo.BILL, "bill_1", "12.00")
    credit = vendor_credit(applications=(owed,), status=Status.VOID)

    settlement = credit.settlement(DAY, Account(name="Checking"))

    assert isinstance(credit, VendorCredit)
    assert isinstance(settlement, BillPayment)
    assert (settlement.vendor, settlement.total, settlement.withdrawn) == (HARDWARE, 0, True)
    assert settlement.credits == (applied(AppliedTo.VENDOR_CREDIT, "doc_1", "12.00"),)
    assert vendor_credit().settlement(DAY) is None
