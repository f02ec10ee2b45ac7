"""The bodies of documents beside the invoice, each as a file: a changed file is a changed promise."""

import json
from pathlib import Path
from typing import Any

import pytest

from qbo_connector.canonical import (
    Account,
    Address,
    AppliedTo,
    Item,
    LineKind,
    LineTax,
    Location,
    Memos,
    PaidBy,
    Party,
)
from qbo_connector.mapping.bill import bill_body
from qbo_connector.mapping.bill_payment import bill_payment_body
from qbo_connector.mapping.credit_memo import credit_memo_body
from qbo_connector.mapping.encoding import encoded
from qbo_connector.mapping.links import sendable
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.payment import payment_body
from qbo_connector.mapping.sales_receipt import sales_receipt_body
from qbo_connector.mapping.vendor import vendor_body, vendor_facts
from qbo_connector.mapping.vendor_credit import vendor_credit_body
from tests.unit.mapping.documents import (
    AMY,
    DAY,
    DESIGN,
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
from tests.unit.mapping.forms import form_of
from tests.unit.plan.building import GB, US, line, money

GOLDEN = Path(__file__).parent / "golden_documents"
NAMING = Naming(scope="7")
EUROPE = GB.but(multi_currency=True, track_classes=True, track_locations=True)
VAT = LineTax(name="VAT 20 %", rate=money(20))
STORE = Location(external_id="loc_1", name="Portland Store")
FREIGHT = Item(external_id="it_9", name="Freight")


def sales_receipt_to_a_customer() -> Any:
    sale = receipt(
        line("20.00", item=DESIGN, description="Sketch", taxable=True),
        tax_total=money("1.65"),
        number="SR-3",
        method="Visa",
        reference="pi_3PqXkLJ2eZvKYlo2C0aW8hTn",
        deposit_to=Account(name="Clearing"),
        memos=Memos(note="Thank you"),
    )
    return sales_receipt_body(form_of(sale), sale, NAMING)


def sales_receipt_to_nobody() -> Any:
    sale = receipt(customer=Party())
    return sales_receipt_body(form_of(sale), sale, NAMING)


def credit_memo_with_discount() -> Any:
    memo = credit_memo(number="CM-7", discount_amount=money("5.00"))
    return credit_memo_body(form_of(memo))


def payment_on_two_invoices() -> Any:
    parts = (applied(AppliedTo.INVOICE, "inv_1", "60.00"), applied(AppliedTo.INVOICE, "inv_2", "15.00"))
    money_in = payment("80.00", applications=parts, method="Visa", reference="ch_1", memos=Memos(note="June"))
    return payment_body(money_in, NAMING, US)


def credit_memo_applied() -> Any:
    memo = credit_memo(applications=(applied(AppliedTo.INVOICE, "inv_1", "20.00"),))
    settlement = memo.settlement(DAY)
    assert settlement is not None
    return payment_body(settlement, NAMING, US)


def bill_in_the_us() -> Any:
    owed = bill(
        expense("24.00", item=FREIGHT, quantity=money(3), unit_price=money("8.00"), description="Pallets"),
        expense("9.99", description="Planks", quantity=money(3), unit_price=money("3.33")),
        expense("7.00", account=None, customer=AMY, billable=True),
        expense("5.00", item=FREIGHT, quantity=money(0), customer=AMY),
        expense("0.00", account=None, kind=LineKind.TEXT, description="Delivered in two parts"),
        tax_total=money("2.05"),
        number="HH-118",
        due_date=DAY.replace(month=11),
        location=STORE,
        memos=Memos(note="October"),
    )
    return bill_body(owed, NAMING, US.but(track_locations=True))


def bill_with_value_added_tax_inside_the_prices() -> Any:
    owed = bill(
        expense("120.00", tax=VAT, class_name="Retail"),
        expense("60.00", item=FREIGHT, tax=VAT.but(amount=money("10.00"))),
        expense("5.00"),
        currency="EUR",
        exchange_rate=money("0.86"),
        tax_total=money("30.00"),
        prices_include_tax=True,
        location=STORE,
    )
    return bill_body(owed, NAMING, EUROPE)


def bill_with_value_added_tax_on_top() -> Any:
    owed = bill(
        expense("100.00", tax=VAT.but(name="")),
        expense("10.00", taxable=True),
        expense("1.00"),
        currency="GBP",
        tax_total=money("22.00"),
    )
    return bill_body(owed, NAMING, EUROPE)


def bill_of_a_company_that_uses_no_tax() -> Any:
    owed = bill(expense("100.00", tax=VAT), currency="GBP", tax_total=money("20.00"))
    return bill_body(owed, NAMING, GB.but(sales_tax=False))


def vendor_credit_plain() -> Any:
    return vendor_credit_body(vendor_credit(number="VC-1"), NAMING, US)


def bill_paid_by_check() -> Any:
    parts = (applied(AppliedTo.BILL, "bill_1", "30.00"),)
    return bill_payment_body(bill_payment(applications=parts, number="1207"), NAMING, US)


def bill_paid_by_card() -> Any:
    parts = (applied(AppliedTo.BILL, "bill_1", "30.00"),)
    card = Account(external_id="41", name="Mastercard")
    paid = bill_payment(applications=parts, paid_by=PaidBy.CREDIT_CARD, paid_from=card, reference="P" * 30)
    return bill_payment_body(paid, NAMING, US)


def vendor_credit_applied() -> Any:
    credit = vendor_credit(applications=(applied(AppliedTo.BILL, "bill_1", "12.00"),))
    settlement = credit.settlement(DAY)
    assert settlement is not None
    return bill_payment_body(settlement, NAMING, US)


def new_vendor() -> Any:
    place = Address(line1="1 Main St", city="Reno")
    maker = HARDWARE.but(company="Hicks", email="ap@hicks.example", billing_address=place, shipping_address=place)
    return vendor_body(maker, currency="USD")


CASES = (
    sales_receipt_to_a_customer,
    sales_receipt_to_nobody,
    credit_memo_with_discount,
    payment_on_two_invoices,
    credit_memo_applied,
    bill_in_the_us,
    bill_with_value_added_tax_inside_the_prices,
    bill_with_value_added_tax_on_top,
    bill_of_a_company_that_uses_no_tax,
    vendor_credit_plain,
    bill_paid_by_check,
    bill_paid_by_card,
    vendor_credit_applied,
    new_vendor,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_body_is_the_golden_one(case):
    golden = json.loads((GOLDEN / f"{case.__name__}.json").read_text(encoding="utf-8"), parse_float=str)

    assert json.loads(encoded(case()), parse_float=str) == golden


def test_there_is_no_golden_document_without_its_case():
    assert {file.stem for file in GOLDEN.iterdir()} == {case.__name__ for case in CASES}


def test_a_linked_document_goes_by_its_bare_id_and_all_else_by_reference():
    ids = {"customer:7:1": "58", "invoice:7:inv_1": "145"}
    body = payment_body(payment("60", applications=(applied(AppliedTo.INVOICE, "inv_1", "60"),)), NAMING, US)

    sent = sendable(body, ids)

    assert sent["CustomerRef"] == {"value": "58"}
    assert sent["Line"] == [{"Amount": money(60), "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]}]
    with pytest.raises(KeyError):
        sendable(body, {})


def test_what_is_known_by_name_alone_has_a_symbol_by_name():
    assert NAMING.account(Account(name="Job  Materials"), "") == "account:7:name:job materials"
    assert NAMING.location(Location(name="Store")) == "location:7:name:store"
    assert NAMING.item(Item(name="Mug", variant="Blue")) == "item:7:name:mug (blue)"
    assert NAMING.party(Party(name="ACME")) == "customer:7:name:acme"
    assert Naming().class_("Retail") == "class::name:retail"


def test_a_vendor_that_exists_is_told_all_but_its_name():
    maker = HARDWARE.but(phone="+1 555 0100")

    assert vendor_facts(maker) == {"PrimaryPhone": {"FreeFormNumber": "+1 555 0100"}}
