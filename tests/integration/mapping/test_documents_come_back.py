"""What is sent is what is read back: every kind of document through QuickBooks, in the US and in Britain."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbo_connector.canonical import (
    Account,
    Address,
    AppliedTo,
    Fee,
    FeeKind,
    Item,
    LineKind,
    LineTax,
    Location,
    Memos,
    PaidBy,
    Party,
    PartyKind,
    Status,
    Value,
    difference,
    round_money,
)
from qbo_connector.mapping.bill import bill_body
from qbo_connector.mapping.bill_payment import bill_payment_body
from qbo_connector.mapping.credit_memo import credit_memo_body
from qbo_connector.mapping.customer import customer_body
from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.item import item_body
from qbo_connector.mapping.payment import payment_body
from qbo_connector.mapping.reading.bill_payments import bill_payment_from
from qbo_connector.mapping.reading.credit_memos import credit_memo_from
from qbo_connector.mapping.reading.invoices import invoice_from
from qbo_connector.mapping.reading.items import item_from
from qbo_connector.mapping.reading.links import linked
from qbo_connector.mapping.reading.parties import customer_from, vendor_from
from qbo_connector.mapping.reading.payments import payment_from
from qbo_connector.mapping.reading.purchases import bill_from, vendor_credit_from
from qbo_connector.mapping.reading.sales_receipts import sales_receipt_from
from qbo_connector.mapping.sales_receipt import sales_receipt_body
from qbo_connector.mapping.vendor import vendor_body
from qbo_connector.mapping.vendor_credit import vendor_credit_body
from tests.integration.mapping.ledger import NAMING, TAXES, Ledger
from tests.unit.mapping.documents import (
    DAY,
    DESIGN,
    ROCKS,
    applied,
    bill,
    bill_payment,
    credit_memo,
    expense,
    payment,
    receipt,
    vendor_credit,
)
from tests.unit.plan.building import line, money, text_line

BY_QUICKBOOKS = frozenset(
    {"origin", "external_id", "created_at", "updated_at", "number", "amount_applied", "tax_name", "tax_rate"}
)
"""Fields that are QuickBooks' own, or that only one side tells."""

BY_THE_PARTY = ("customer.", "vendor.")
"""QuickBooks adds addresses and e-mail of its own; that it is the same party, the id says."""

MANY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
texts = st.text(alphabet="abcXYZ äß東\"'\\&<%-", min_size=1, max_size=20).map(str.strip).filter(bool)
quantities = st.decimals(min_value="0.001", max_value=999, places=3)
prices = st.decimals(min_value=0, max_value=9999, places=4)
amounts = st.decimals(min_value="0.01", max_value=9999, places=2)


@pytest.fixture
def us(simulator):
    return Ledger(simulator, "US")


@pytest.fixture
def gb(simulator):
    return Ledger(simulator, "GB")


def changed(sent: Value, back: Value) -> list[str]:
    """What differs of what both sides know."""
    lines = {
        name: tuple(one.but(external_id="") for one in getattr(side, "lines", ()))
        for name, side in (("sent", sent), ("back", back))
    }
    if lines["sent"]:
        sent, back = sent.but(lines=lines["sent"]), back.but(lines=lines["back"])
    return [
        f"{change.path}: {change.before} became {change.after}"
        for change in difference(sent, back)
        if change.path not in BY_QUICKBOOKS and not _of_party(change.path)
    ]


def _of_party(path: str) -> bool:
    return path.startswith(BY_THE_PARTY) and not path.endswith(".external_id")


@st.composite
def sold(draw: st.DrawFn, taxes: tuple[str, ...] = (), *, inclusive: bool = False) -> Any:
    """A line of an item at a price, or a text."""
    if draw(st.integers(0, 5)) == 0:
        return text_line(draw(texts))
    quantity, price = draw(quantities), draw(prices)
    amount = round_money(quantity * price, "USD")
    fields = {
        "item": draw(st.sampled_from((DESIGN, ROCKS))),
        "description": draw(texts),
        "quantity": quantity,
        "unit_price": price,
        "service_date": draw(st.none() | st.just(DAY)),
    }
    if not taxes:
        return line(amount, taxable=draw(st.booleans()), **fields)
    name = draw(st.sampled_from(taxes))
    rate = Decimal(TAXES["GB"][name][1])
    inside = round_money(amount * rate / (100 + rate), "GBP") if inclusive else None
    return line(amount, tax=LineTax(name=name, rate=rate, amount=inside), **fields)


def some(lines: list[Any]) -> tuple[Any, ...]:
    """At least one line that sells something."""
    return (line("10.00", item=DESIGN, description="Always", taxable=True), *lines)


@st.composite
def american(draw: st.DrawFn) -> dict[str, Any]:
    """Lines, discount, shipping and tax of a US form."""
    lines = some(draw(st.lists(sold(), max_size=4)))
    changes = {"lines": lines, "tax_total": draw(amounts), "discount_amount": draw(st.just(Decimal(0)) | amounts)}
    changes["discount_amount"] = min(changes["discount_amount"], sum(one.net for one in lines))
    if draw(st.booleans()):
        changes["fees"] = (Fee(kind=FeeKind.SHIPPING, name="Shipping", amount=draw(amounts)),)
    return changes | {
        "memos": Memos(note=draw(texts)),
        "location": Location(external_id="1", name="Mountain View"),
    }


def british(lines: Iterable[Any], *, inclusive: bool) -> dict[str, Any]:
    """Tax as Britain's QuickBooks works it out: per rate on what its lines come to, or line by line inside."""
    charged = [one for one in lines if one.kind is LineKind.ITEM]
    if inclusive:
        tax = sum((one.tax.amount for one in charged), Decimal(0))
    else:
        nets: dict[Decimal, Decimal] = {}
        for one in charged:
            nets[one.tax.rate] = nets.get(one.tax.rate, Decimal(0)) + one.net
        tax = sum((round_money(net * rate / 100, "GBP") for rate, net in nets.items()), Decimal(0))
    return {"currency": "GBP", "tax_total": tax, "prices_include_tax": inclusive}


@given(document=american())
@MANY
@pytest.mark.requirement("C-10", "C-27", "C-29")
def test_a_sales_receipt_comes_back_as_it_left(us, document):
    lines = document.pop("lines")
    sent = receipt(*lines, **document, reference="ch_3PqX", deposit_to=Account(external_id="35", name="Checking"))

    written = us.write("SalesReceipt", sales_receipt_body(us.form(sent), sent, NAMING))
    back = sales_receipt_from(us.read("SalesReceipt", written["Id"]), us.books)

    assert changed(sent.but(discount=back.discount), back) == []


@given(document=american())
@MANY
def test_a_credit_memo_comes_back_as_it_left(us, document):
    lines = document.pop("lines")
    sent = credit_memo(*lines, **document)

    written = us.write("CreditMemo", credit_memo_body(us.form(sent)))
    back = credit_memo_from(us.read("CreditMemo", written["Id"]), us.books)

    assert changed(sent.but(discount=back.discount), back) == []
    assert back.remaining == sent.total


@given(document=american())
@MANY
def test_an_invoice_comes_back_as_it_left(us, document):
    lines = document.pop("lines")
    sent = receipt(*lines, **document).as_invoice().but(status=Status.OPEN, due_date=DAY + timedelta(days=14))

    form = us.form(receipt(*lines, **document))
    written = us.write("Invoice", invoice_body(form) | {"DueDate": sent.due_date.isoformat()})
    back = invoice_from(us.read("Invoice", written["Id"]), us.books)

    assert changed(sent.but(discount=back.discount, status=back.status), back) == []
    assert back.status is (Status.OPEN if sent.total else Status.PAID)


@pytest.mark.parametrize("inclusive", [False, True])
@given(data=st.data())
@MANY
@pytest.mark.requirement("C-14")
def test_in_britain_forms_come_back_with_their_value_added_tax(gb, inclusive, data):
    lines = data.draw(st.lists(sold(tuple(TAXES["GB"]), inclusive=inclusive), min_size=1, max_size=4))
    always = line("12.00", item=DESIGN, description="Always", tax=_vat("12.00", inclusive=inclusive))
    lines = [always, *lines]
    sent = receipt(*lines, **british(lines, inclusive=inclusive), memos=Memos(note="Thanks"))

    written = gb.write("SalesReceipt", sales_receipt_body(gb.form(sent), sent, NAMING))
    back = sales_receipt_from(gb.read("SalesReceipt", written["Id"]), gb.books)

    assert (back.total, back.tax_total, back.prices_include_tax) == (sent.total, sent.tax_total, inclusive)
    kept = _without_prices(sent).but(deposit_to=back.deposit_to)
    assert changed(kept, _without_prices(back)) == []


def _vat(amount: str, *, inclusive: bool) -> LineTax:
    inside = round_money(money(amount) * 20 / 120, "GBP") if inclusive else None
    return LineTax(name="VAT 20 %", rate=Decimal(20), amount=inside)


def _without_prices(document: Any) -> Any:
    """Prices with tax inside are divided out to eight decimals on the way back."""
    if not document.prices_include_tax:
        return document
    return document.but(lines=tuple(one.but(unit_price=Decimal(0)) for one in document.lines))


@st.composite
def bought(draw: st.DrawFn, taxes: tuple[str, ...] = (), *, inclusive: bool = False) -> Any:
    """A line of an item at a price, or a cost on an account."""
    if draw(st.booleans()):
        quantity, price = draw(quantities), draw(prices)
        amount = round_money(quantity * price, "USD")
        fields: dict[str, Any] = {"item": ROCKS, "quantity": quantity, "unit_price": price}
    else:
        amount = draw(amounts)
        fields = {"unit_price": amount}
    fields["description"] = draw(texts)
    if taxes:
        name = draw(st.sampled_from(taxes))
        rate = Decimal(TAXES["GB"][name][1])
        inside = round_money(amount * rate / (100 + rate), "GBP") if inclusive else None
        fields["tax"] = LineTax(name=name, rate=rate, amount=inside)
    return expense(str(amount), **fields)


@given(lines=st.lists(bought(), min_size=1, max_size=4), note=texts)
@MANY
def test_bills_and_vendor_credits_come_back_as_they_left(us, lines, note):
    place = Location(external_id="1", name="Mountain View")
    owed = bill(*lines, due_date=DAY + timedelta(days=30), memos=Memos(note=note), location=place)
    credit = vendor_credit(*lines, memos=Memos(note=note), location=place)

    written = us.write("Bill", bill_body(owed, NAMING, us.company))
    owed_back = bill_from(us.read("Bill", written["Id"]), us.books)
    written = us.write("VendorCredit", vendor_credit_body(credit, NAMING, us.company))
    credit_back = vendor_credit_from(us.read("VendorCredit", written["Id"]), us.books)

    assert changed(owed.but(status=owed_back.status), owed_back) == []
    assert changed(credit.but(status=credit_back.status), credit_back) == []
    assert credit_back.remaining == credit.total


@pytest.mark.parametrize("inclusive", [False, True])
@given(data=st.data())
@MANY
def test_in_britain_bills_come_back_with_their_value_added_tax(gb, inclusive, data):
    lines = data.draw(st.lists(bought(tuple(TAXES["GB"]), inclusive=inclusive), min_size=1, max_size=4))
    sent = bill(*lines, **british(lines, inclusive=inclusive))

    written = gb.write("Bill", bill_body(sent, NAMING, gb.company))
    back = bill_from(gb.read("Bill", written["Id"]), gb.books)

    assert (back.total, back.tax_total, back.prices_include_tax) == (sent.total, sent.tax_total, inclusive)
    kept = _without_prices(sent).but(status=back.status, due_date=back.due_date)
    assert changed(kept, _without_prices(back)) == []


def test_tax_on_a_purchase_in_the_us_is_one_more_cost(us):
    owed = bill(expense("30.00"), tax_total=money("2.48"))

    written = us.write("Bill", bill_body(owed, NAMING, us.company))
    back = bill_from(written, us.books)

    assert back.total == owed.total == money("32.48")
    assert [(str(one.account), one.amount) for one in back.lines][-1] == ("Sales Tax Payable", money("2.48"))


@pytest.mark.requirement("C-11", "P-3")
def test_a_payment_settles_one_invoice_in_part_and_leaves_a_rest(us):
    invoices = [_invoice(us, "60.00"), _invoice(us, "40.00")]
    parts = (applied(AppliedTo.INVOICE, invoices[0], "60.00"), applied(AppliedTo.INVOICE, invoices[1], "15.00"))
    us.knows(**{"method:7:name:visa": "3"})
    sent = payment("80.00", applications=parts, method="Visa", reference="ch_3PqX", memos=Memos(note="Instalment"))

    written = us.write("Payment", payment_body(sent, NAMING, us.company))
    back = payment_from(us.read("Payment", written["Id"]), us.books)

    assert changed(sent.but(deposit_to=back.deposit_to), back) == []
    assert (back.unapplied, written["UnappliedAmt"]) == (money("5.00"), money("5.00"))
    paid, partly = (invoice_from(us.read("Invoice", one), us.books) for one in invoices)
    assert (paid.status, paid.amount_paid) == (Status.PAID, money("60.00"))
    assert (partly.status, partly.amount_paid) == (Status.PARTIALLY_PAID, money("15.00"))
    share = back.share_of(AppliedTo.INVOICE, invoices[1])
    assert share is not None
    assert (share.external_id, share.amount, share.method) == (written["Id"], money("15.00"), "Visa")
    links = linked(us.read("Invoice", invoices[0]))
    assert [(one.type, one.qbo_id) for one in links] == [("Payment", written["Id"])]


def test_a_payment_for_nothing_yet_and_into_an_account_of_choice_comes_back(us):
    sent = payment("25.00", deposit_to=Account(external_id="35", name="Checking"))

    written = us.write("Payment", payment_body(sent, NAMING, us.company))
    back = payment_from(us.read("Payment", written["Id"]), us.books)

    assert changed(sent.but(deposit_to=back.deposit_to), back) == []
    assert back.deposit_to is not None
    assert back.deposit_to.external_id == "35"
    assert back.unapplied == money("25.00")


def _invoice(books: Ledger, amount: str) -> str:
    form = books.form(receipt(line(amount, item=DESIGN, description="Work")))
    return str(books.write("Invoice", invoice_body(form))["Id"])


def test_a_credit_memo_is_applied_by_a_payment_of_no_money(us):
    invoice = _invoice(us, "60.00")
    memo = credit_memo()
    memo_id = us.write("CreditMemo", credit_memo_body(us.form(memo)))["Id"]
    memo = memo.but(external_id=memo_id, applications=(applied(AppliedTo.INVOICE, invoice, "20.00"),))
    settlement = memo.settlement(DAY)
    assert settlement is not None

    written = us.write("Payment", payment_body(settlement, NAMING, us.company))
    back = payment_from(us.read("Payment", written["Id"]), us.books)

    assert changed(settlement.but(deposit_to=back.deposit_to), back) == []
    assert (back.total, back.unapplied) == (0, 0)
    assert invoice_from(us.read("Invoice", invoice), us.books).amount_paid == money("20.00")
    left = credit_memo_from(us.read("CreditMemo", memo_id), us.books)
    assert (left.status, left.amount_used, left.remaining) == (
        Status.PARTIALLY_PAID,
        money("20.00"),
        money("30.00"),
    )


@pytest.mark.parametrize(
    ("way", "account"),
    [(PaidBy.CHECK, None), (PaidBy.CREDIT_CARD, None), (PaidBy.CHECK, Account(external_id="36", name="Savings"))],
)
def test_a_bill_is_paid_by_check_or_card(us, way, account):
    owed = us.write("Bill", bill_body(bill(), NAMING, us.company))["Id"]
    parts = (applied(AppliedTo.BILL, owed, "10.00"),)
    sent = bill_payment("10.00", applications=parts, paid_by=way, paid_from=account, number="1207")

    written = us.write("BillPayment", bill_payment_body(sent, NAMING, us.company))
    back = bill_payment_from(us.read("BillPayment", written["Id"]), us.books)

    assert changed(sent.but(paid_from=back.paid_from), back) == []
    standard = {PaidBy.CHECK: "35", PaidBy.CREDIT_CARD: "41"}
    assert back.paid_from is not None
    assert back.paid_from.external_id == (account.external_id if account else standard[way])
    assert back.number == "1207"
    standing = bill_from(us.read("Bill", owed), us.books)
    assert (standing.status, standing.amount_paid) == (Status.PARTIALLY_PAID, money("10.00"))


@pytest.mark.requirement("B-8")
def test_a_vendor_credit_is_applied_by_a_bill_payment_of_no_money(us):
    owed = us.write("Bill", bill_body(bill(), NAMING, us.company))["Id"]
    credit = vendor_credit(expense("12.00"))
    credit_id = us.write("VendorCredit", vendor_credit_body(credit, NAMING, us.company))["Id"]
    credit = credit.but(external_id=credit_id, applications=(applied(AppliedTo.BILL, owed, "12.00"),))
    settlement = credit.settlement(DAY)
    assert settlement is not None

    written = us.write("BillPayment", bill_payment_body(settlement, NAMING, us.company))
    back = bill_payment_from(us.read("BillPayment", written["Id"]), us.books)

    assert changed(settlement.but(paid_from=back.paid_from), back) == []
    assert bill_from(us.read("Bill", owed), us.books).amount_paid == money("12.00")
    left = vendor_credit_from(us.read("VendorCredit", credit_id), us.books)
    assert (left.status, left.remaining) == (Status.PAID, 0)


def test_what_was_voided_in_quickbooks_is_known_for_it(us):
    sale, money_in = receipt(), payment()
    form = us.form(sale)
    entities = {
        "Invoice": (invoice_body(form), invoice_from),
        "SalesReceipt": (sales_receipt_body(form, sale, NAMING), sales_receipt_from),
        "Payment": (payment_body(money_in, NAMING, us.company), payment_from),
    }

    for entity, (body, read) in entities.items():
        voided = read(us.void(entity, us.write(entity, body)), us.books)

        assert voided.withdrawn, entity
        assert (voided.status, voided.total) == (Status.VOID, 0)


def test_a_voided_bill_payment_settles_nothing_any_more(us):
    owed = us.write("Bill", bill_body(bill(), NAMING, us.company))["Id"]
    sent = bill_payment(applications=(applied(AppliedTo.BILL, owed, "30.00"),))

    written = us.write("BillPayment", bill_payment_body(sent, NAMING, us.company))
    voided = bill_payment_from(us.void("BillPayment", written), us.books)

    assert (voided.status, voided.applications) == (Status.VOID, ())
    assert bill_from(us.read("Bill", owed), us.books).status is Status.OPEN


def test_a_form_with_every_kind_of_line_adds_up(us):
    """As people make them in QuickBooks: a bundle, a subtotal in between, a percentage off, a deposit."""
    detail = {
        "ItemRef": {"value": "4"},
        "Qty": 3,
        "UnitPrice": money("33.3333333"),
        "TaxCodeRef": {"value": "TAX"},
    }
    lines = [
        {"DetailType": "SalesItemLineDetail", "Amount": money("100.00"), "SalesItemLineDetail": detail},
        {"DetailType": "DescriptionOnly", "Description": "Subtotal:"},
        {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": {"value": "19"}, "Quantity": 2}},
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": money("12.00"),
            "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
        },
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10}},
    ]
    body = {"CustomerRef": {"value": "1"}, "TxnDate": "2026-10-02", "Line": lines, "Deposit": money("50.00")}

    read = invoice_from(us.write("Invoice", body | {"TxnTaxDetail": {"TotalTax": money("9.00")}}), us.books)

    assert [(str(one.item or one.description), one.quantity, one.amount) for one in read.lines] == [
        ("Design", 3, money("100.00")),
        ("Subtotal: 100.00", 1, 0),
        ("Fountain Set", 1, 0),
        ("Rock Fountain", 2, money("550.00")),
        ("Pump", 2, money("30.00")),
    ]
    assert read.lines[0].unit_price == money("33.3333333")
    assert (read.fees[0].kind, read.fees[0].amount) == (FeeKind.SHIPPING, money("12.00"))
    assert read.discount is not None
    assert (read.discount.percent, read.discount_amount) == (10, money("69.20"))
    assert (read.total, read.tax_total, read.deposit) == (money("631.80"), money("9.00"), money("50.00"))
    assert (read.status, read.amount_paid) == (Status.PARTIALLY_PAID, 0)


def test_every_document_of_the_sample_company_can_be_read(us):
    readers = {
        "select * from Invoice": invoice_from,
        "select * from SalesReceipt": sales_receipt_from,
        "select * from CreditMemo": credit_memo_from,
        "select * from Payment": payment_from,
        "select * from Bill": bill_from,
        "select * from BillPayment": bill_payment_from,
        "select * from VendorCredit": vendor_credit_from,
    }

    for statement, reader in readers.items():
        rows = us.rows(statement)
        assert [reader(row, us.books).external_id for row in rows] == [row["Id"] for row in rows], statement
        assert rows or "VendorCredit" in statement or "BillPayment" in statement, statement


def test_parties_and_items_come_back_as_they_left(us):
    address = Address(
        line1="1 Main St", line2="Unit 4", city="Reno", state="NV", postal_code="89501", country="US"
    )
    acme = Party(
        name="Acme Retail LLC",
        email="ap@acme.example",
        phone="+1 555 0100",
        company="Acme",
        billing_address=address,
        shipping_address=address.but(line2=""),
    )
    maker = acme.but(kind=PartyKind.VENDOR, name="Acme Works")
    mug = Item(name="Stoneware Mug", variant="Blue", sku="MUG-B", price=money("9.5"))

    customer = customer_from(us.write("Customer", customer_body(acme)))
    vendor = vendor_from(us.write("Vendor", vendor_body(maker)))
    item = item_from(us.write("Item", item_body(mug, income_account="account:7:79", taxable=True)))

    assert customer.but(external_id="", currency=None) == acme
    assert vendor.but(external_id="", currency=None) == maker.but(shipping_address=Address())
    assert item == Item(external_id=item.external_id, name=mug.full_name, sku=mug.sku, price=mug.price)


def test_whoever_was_switched_off_keeps_the_own_name(us):
    written = us.write("Customer", customer_body(Party(name="Short Lived")))
    off = {"Id": written["Id"], "SyncToken": written["SyncToken"], "sparse": True, "Active": False}

    assert us.write("Customer", off)["DisplayName"] == "Short Lived (deleted)"
    assert customer_from(us.read("Customer", written["Id"])).name == "Short Lived"
