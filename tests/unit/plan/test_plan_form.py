from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import Fee, Location, Memos
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.plan.values import Decision
from tests.unit.plan.building import US, body, codes, invoice, line, money, plan, rules, sold, text_line, warnings

LOCATED = invoice(location=Location(external_id="loc_1", name="Portland  Store"))
TRACKED = US.but(track_locations=True)
OPTIONAL = {"location_tracking": "optional"}
CREATING = {"location_tracking": "optional", "location_missing": "create"}
NOT_THERE = {"loc_1": Absent(proved=True)}


@pytest.mark.requirement("T-30", "T-7")
def test_the_location_is_matched_by_name_and_carried():
    planned = plan(LOCATED, rules(OPTIONAL), company=TRACKED)

    assert questions(LOCATED, rules(OPTIONAL), TRACKED).location.name == "Portland Store"
    assert "DepartmentRef" in body(planned)
    assert ("Location", "Location", "Portland  Store") in planned.shown.rows


@pytest.mark.requirement("T-30")
def test_a_location_that_is_missing_is_created_where_the_rules_say_so_and_held_elsewhere():
    created = plan(LOCATED, rules(CREATING), company=TRACKED, lists=NOT_THERE)
    held = plan(LOCATED, rules(OPTIONAL), company=TRACKED, lists=NOT_THERE)

    assert [(step.entity, step.body) for step in created.creates] == [("department", {"Name": "Portland Store"})]
    assert codes(held) == ["location.unmapped"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Present(qbo_id="1", name="Portland Store", active=False), "reference.inactive"),
        (Several(candidates=(Present(qbo_id="1", name="P"), Present(qbo_id="2", name="P"))), "location.unmapped"),
        (NameTaken(name="P", by="Department"), "location.unmapped"),
    ],
)
def test_a_location_that_cannot_be_used_is_a_persons_to_settle(answer, code):
    assert codes(plan(LOCATED, rules(CREATING), company=TRACKED, lists={"loc_1": answer})) == [code]


def test_a_location_name_that_quickbooks_refuses_is_not_created():
    odd = invoice(location=Location(name="Portland: Store"))

    assert codes(plan(odd, rules(CREATING), company=TRACKED, lists={"portland: store": Absent(proved=True)})) == [
        "field.invalid"
    ]


def test_nobody_asks_for_locations_that_quickbooks_would_drop_or_the_sync_ignores():
    for obeyed, company in ((rules(OPTIONAL), US), (rules(), TRACKED)):
        assert questions(LOCATED, obeyed, company).location is None
        assert "DepartmentRef" not in body(plan(LOCATED, obeyed, company=company))


MEMOS = Memos(subject="S", note="N", po_number="P", terms="T", custom=(("Project", "C"),))


@pytest.mark.requirement("P-11", "H-60")
@pytest.mark.parametrize(
    ("source", "text"),
    [("subject", "S"), ("note", "N"), ("po_number", "P"), ("terms", "T"), ("custom_field", "C")],
)
def test_the_memo_comes_from_where_the_rules_say_and_goes_where_they_say(source, text):
    document = invoice(memos=MEMOS)
    to_customer = rules({"memo_source": source}, memo_field="Project")
    to_statement = rules({"memo_source": source, "memo_target": "statement_memo"}, memo_field="Project")

    message, memo = plan(document, to_customer), plan(document, to_statement)

    assert (body(message)["CustomerMemo"], "PrivateNote" in body(message)) == ({"value": text}, False)
    assert (body(memo)["PrivateNote"], "CustomerMemo" in body(memo)) == (text, False)
    assert ("Notes", "Message on invoice", text) in message.shown.rows
    assert ("Notes", "Memo on statement", text) in memo.shown.rows


def test_without_a_memo_rule_what_people_wrote_in_quickbooks_stays():
    sent = body(plan(invoice(memos=MEMOS), rules({"memo_source": "none"})))

    assert {"CustomerMemo", "PrivateNote"}.isdisjoint(sent)
    assert body(plan(invoice()))["CustomerMemo"] == {"value": ""}


@pytest.mark.requirement("P-11")
def test_a_long_memo_or_description_is_shortened_and_the_warning_says_so():
    document = invoice(line(description="d" * 4001), memos=Memos(note="n" * 1001))

    planned = plan(document)

    assert warnings(planned) == ["field.shortened", "field.shortened"]
    assert len(body(planned)["CustomerMemo"]["value"]) == 1000
    assert len(sold(planned)[0]["Description"]) == 4000
    statement = rules({"memo_target": "statement_memo"})
    assert warnings(plan(invoice(memos=Memos(note="n" * 1001)), statement)) == []


def test_a_long_text_line_is_shortened_too():
    planned = plan(invoice(line(), text_line("t" * 5000)))

    assert len(body(planned)["Line"][1]["Description"]) == 4000
    assert warnings(planned) == ["field.shortened"]


@pytest.mark.requirement("H-7", "H-67")
def test_under_revenue_recognition_a_line_without_a_service_date_is_refused_before_sending():
    company = US.but(revenue_recognition=True)
    dated = line(service_date=date(2026, 10, 1))
    document = invoice(dated, line(), line())

    refused = plan(document, company=company)
    filled = plan(document, rules({"service_date": "document_date"}), company=company)

    assert codes(refused) == ["qbo.revrec_service_date"]
    assert refused.refusals[0].text().sentence.startswith("Lines 2 and 3")
    dates = [one["SalesItemLineDetail"]["ServiceDate"] for one in sold(filled)]
    assert dates == ["2026-10-01", "2026-10-02", "2026-10-02"]
    assert plan(invoice(dated), company=company).decision is Decision.CREATE


def test_service_dates_are_left_out_where_quickbooks_has_no_column_for_them():
    hidden = US.but(allow_service_date=False)
    document = invoice(line(service_date=date(2026, 10, 1)), fees=(Fee(name="late fee", amount=money(3)),))

    assert "ServiceDate" not in str(body(plan(document, company=hidden)))
    dated = rules({"service_date": "document_date"})
    assert sold(plan(document, dated))[1]["SalesItemLineDetail"]["ServiceDate"] == "2026-10-02"
    assert codes(plan(document, company=hidden.but(revenue_recognition=True))) == ["qbo.feature_off"]


def test_a_deposit_travels_with_payments_and_needs_its_feature():
    document, sending = invoice(deposit=money("4.00")), rules({"payments_out": "yes"})
    with_deposits = US.but(allow_deposit=True)

    carried = plan(document, sending, company=with_deposits)

    assert (body(carried)["Deposit"], carried.expected.deposit) == (money("4.00"), money("4.00"))
    assert ("Deposit", "Deposit", "USD 4.00") in carried.shown.rows
    assert body(plan(invoice(), sending, company=with_deposits))["Deposit"] == 0
    assert codes(plan(document, sending)) == ["qbo.feature_off"]
    assert "Deposit" not in body(plan(document, company=with_deposits))


@pytest.mark.requirement("T-25")
def test_a_paid_invoice_arrives_with_its_full_balance_open():
    planned = plan(invoice(amount_paid=money("10.00"), deposit=money("4.00")))

    assert planned.expected.total == money("10.00")
    assert planned.expected.deposit == 0
    assert {"Deposit", "Balance"}.isdisjoint(body(planned))


@pytest.mark.requirement("T-15")
def test_discounts_need_their_feature_and_an_account_that_is_active():
    discounted = invoice(line(discount_amount=money("1.00")))
    chosen = rules(accounts={"discount": "86"})

    assert codes(plan(discounted, company=US.but(allow_discount=False))) == ["qbo.feature_off"]
    (_, sent) = body(plan(discounted, chosen))["Line"]
    assert sent["DiscountLineDetail"] == {"PercentBased": False, "DiscountAccountRef": {"value": "86"}}
    gone = {"accounts": {"discount": Present(qbo_id="86", name="Discounts", active=False)}}
    assert codes(plan(discounted, chosen, **gone)) == ["reference.inactive"]
    assert plan(invoice(), chosen, **gone).decision is Decision.CREATE


@pytest.mark.requirement("H-9")
def test_a_date_in_a_closed_period_is_refused_and_names_both_days():
    planned = plan(invoice(), company=US.but(books_closed_to=date(2026, 10, 2)))

    assert codes(planned) == ["date.closed_period"]
    assert planned.refusals[0].params["date"] == planned.refusals[0].params["close_date"] == "Oct 2, 2026"
    assert plan(invoice(), company=US.but(books_closed_to=date(2026, 10, 1))).decision is Decision.CREATE


def test_a_currency_that_is_not_switched_on_is_refused():
    euro = invoice(currency="EUR")

    assert codes(plan(euro)) == ["currency.not_enabled"]
    assert codes(plan(euro, company=US.but(multi_currency=True))) == ["currency.not_enabled"]
    home = plan(invoice(exchange_rate=Decimal(2)), company=US.but(multi_currency=True))
    assert (body(home)["CurrencyRef"], "ExchangeRate" in body(home)) == ({"value": "USD"}, False)


def test_a_document_without_anything_sold_has_no_line():
    assert codes(plan(invoice(text_line()))) == ["field.missing"]


def test_more_lines_than_quickbooks_takes_are_refused_and_fewer_of_them_if_one_is_taxed():
    shipping = Fee(kind="shipping", name="Freight", amount=money("1.00"))
    many = [line("1.00") for _ in range(750)]
    taxed = invoice(*many, line("1.00", taxable=True), tax_total=money("0.08"))

    assert codes(plan(taxed)) == ["field.too_long"]
    assert plan(taxed).refusals[0].params["length"] == "751"
    assert plan(invoice(*many, line("1.00"))).decision is Decision.CREATE
    with_shipping = invoice(*many[1:], line("1.00", taxable=True), fees=(shipping,), tax_total=money("0.08"))
    assert codes(plan(with_shipping, company=US.but(allow_shipping=True))) == ["field.too_long"]


@pytest.mark.requirement("T-1")
def test_the_preview_shows_each_field_with_its_place_in_quickbooks():
    fees = (Fee(name="late fee", amount=money("3.00")),)
    document = invoice(
        line(taxable=True, discount_amount=money("1.00")),
        text_line("Thanks"),
        line("0.00", quantity=money(0)),
        fees=fees,
        tax_total=money("0.72"),
    )

    shown = plan(document).shown

    assert shown.rows == (
        ("Number", "Invoice no.", "W-1042"),
        ("Customer", "Customer", "Acme Retail LLC"),
        ("Billing e-mail", "Customer e-mail", "ap@acme.example"),
        ("Invoice date", "Invoice date", "2026-10-02"),
        ("Due date", "Due date", "2026-11-01"),
        ("Discounts", "Discount", "USD 1.00"),
        ("Fees", "Lines", "USD 3.00"),
        ("Tax", "Sales tax", "USD 0.72"),
    )
    assert shown.lines[0] == {
        "description": "Stoneware Mug",
        "quantity": "1",
        "unit_price": "10.00",
        "amount": "10.00",
        "taxed": "yes",
    }
    assert shown.lines[1] == {"description": "Thanks"}
    assert (shown.discount, shown.tax, shown.source_total, shown.quickbooks_total) == (
        money("1.00"),
        money("0.72"),
        money("12.72"),
        money("12.72"),
    )


def test_the_preview_of_a_bare_invoice_leaves_out_what_it_does_not_have():
    bare = invoice(line("7.00", quantity=money(0), unit_price=money(5)), due_date=None, number="")
    theirs = rules({"number_policy": "qbo"})

    shown = plan(bare, theirs, company=US.but(custom_numbers=False)).shown

    assert shown.rows[0] == ("Number", "Invoice no.", "given by QuickBooks")
    assert [name for name, _, _ in shown.rows] == ["Number", "Customer", "Billing e-mail", "Invoice date", "Tax"]
    assert (shown.lines[0]["quantity"], shown.lines[0]["description"]) == ("", "Stoneware Mug (0 × 5)")


def test_shipping_in_its_own_place_is_shown_there():
    fees = (Fee(kind="shipping", name="Freight", amount=money("3.00")),)

    shown = plan(invoice(fees=fees), company=US.but(allow_shipping=True)).shown

    assert ("Fees", "Shipping", "USD 3.00") in shown.rows


def test_tax_that_quickbooks_works_out_is_shown_as_such():
    obeyed = rules({"tax": "choose_or_none"}, chosen_tax="5")

    assert ("Tax", "Sales tax", "worked out by QuickBooks") in plan(invoice(), obeyed).shown.rows
