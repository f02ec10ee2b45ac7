"""What stands on the QuickBooks invoice: tax, discounts, fees, memos, dates, by each value of each policy."""

import base64
from datetime import date, timedelta
from decimal import Decimal

import pytest

from qbo_connector.store import findings

LAMP = {"id": "p-lamp", "name": "Lamp"}
TODAY = date.today()  # noqa: DTZ011 - the calendar date of a source
TAXED = {"item": LAMP, "quantity": "2", "price": "50.00", "taxable": True}


def lines(document, kind="SalesItemLineDetail"):
    return [line for line in document["Line"] if line["DetailType"] == kind]


def amounts(document):
    return [Decimal(str(line["Amount"])) for line in lines(document)]


def total(document):
    return Decimal(str(document["TotalAmt"]))


def synced(stage, **told):
    invoice = stage.make(**told)
    assert stage.sync(invoice["id"]).outcome == "synced", stage.codes(invoice["id"])
    return invoice, stage.invoice(invoice["number"])


def stopped(stage, **told):
    """Codes and leading sentence of an invoice that the engine does not send."""
    invoice = stage.make(**told)
    assert stage.sync(invoice["id"]).outcome in {"failed", "held"}
    assert stage.quickbooks("Invoice", DocNumber=invoice["number"]) == []
    return stage.codes(invoice["id"]), stage.sentence(invoice["id"])


@pytest.mark.requirement("H-5", "H-59")
def test_rejected_tax_is_refused_with_the_advice(stage):
    stage.rules(tax="reject")

    codes, sentence = stopped(stage, lines=[TAXED], tax={"rate": "8"})

    assert codes[0] == "tax.not_supported"
    assert "tax" in sentence


@pytest.mark.requirement("H-62")
def test_tax_as_an_ordinary_line_goes_as_an_item_without_tax(stage):
    stage.rules(tax="reject")
    collected = {
        "item": {"id": "t-1", "name": "Tax collected", "kind": "service"},
        "quantity": "1",
        "price": "8.00",
    }

    _, document = synced(stage, lines=[{**TAXED, "taxable": False}, collected])

    assert amounts(document) == [Decimal(100), Decimal(8)]
    assert {line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in lines(document)} == {"NON"}


@pytest.mark.requirement("C-13", "C-29")
@pytest.mark.parametrize("mode", ["fold", "fold_if_us"])
def test_in_the_us_tax_and_discounts_are_folded_into_prices(stage, mode):
    stage.rules(tax=mode, line_discount="net_rate" if mode == "fold" else mode, invoice_discount=mode)
    line = {**TAXED, "discount": {"percent": "10"}}

    invoice, document = synced(stage, lines=[line], discount={"amount": "5.00"}, tax={"rate": "8"})

    assert amounts(document) == [Decimal(invoice["total"])]
    assert lines(document, "DiscountLineDetail") == []
    assert document["TxnTaxDetail"]["TotalTax"] == 0


@pytest.mark.requirement("C-29", "T-15")
def test_passed_through_tax_stands_as_tax_and_discounts_as_one_discount(stage):
    line = {**TAXED, "discount": {"percent": "10"}}

    invoice, document = synced(stage, lines=[line], discount={"amount": "5.00"}, tax={"rate": "8.25"})

    assert amounts(document) == [Decimal(100)]
    assert [one["Amount"] for one in lines(document, "DiscountLineDetail")] == [15.0]
    assert Decimal(str(document["TxnTaxDetail"]["TotalTax"])) == Decimal(invoice["tax"]["amount"])
    assert total(document) == Decimal(invoice["total"])


@pytest.mark.requirement("H-60")
@pytest.mark.parametrize(("way", "expected"), [("net_rate", [90]), ("negative_line", [100, -10])])
def test_line_discounts_travel_with_their_line(stage, way, expected):
    stage.rules(line_discount=way)

    _, document = synced(stage, lines=[{**TAXED, "discount": {"percent": "10"}}])

    assert amounts(document) == expected


@pytest.mark.requirement("H-59")
@pytest.mark.parametrize(
    ("policy", "told", "code"),
    [
        ("invoice_discount", {"discount": {"percent": "5"}}, "discount.order_level"),
        ("line_discount", {"lines": [{**TAXED, "discount": {"amount": "1"}}]}, "field.invalid"),
        ("fees", {"fees": [{"kind": "late", "name": "late fee", "amount": "3.00"}]}, "fee.order_level"),
    ],
)
def test_what_may_not_stand_on_the_order_is_refused_with_a_sentence(stage, policy, told, code):
    stage.rules(**{policy: "reject"})

    assert stopped(stage, **told)[0][0] == code


@pytest.mark.requirement("H-61")
def test_fees_are_lines_of_their_own(stage):
    fees = [
        {"kind": "shipping", "name": "Freight", "amount": "7.00"},
        {"kind": "card", "name": "card fee", "amount": "2"},
    ]

    invoice, document = synced(stage, fees=fees)

    assert amounts(document)[-2:] == [Decimal(7), Decimal(2)] or amounts(document)[-1] in {Decimal(7), Decimal(2)}
    assert total(document) == Decimal(invoice["total"])


@pytest.mark.requirement("P-16")
def test_the_tax_that_a_person_picks_is_worked_out_by_quickbooks(stage):
    stage.rules(tax="choose_or_none")
    code = next(row["Id"] for row in stage.quickbooks("TaxCode") if row["Name"] == "California")
    invoice = stage.make(lines=[TAXED], tax={"rate": "20"})

    operation = stage.sync(invoice["id"], inputs={"tax": code})

    assert operation.outcome == "synced"
    document = stage.invoice(invoice["number"])
    assert document["TxnTaxDetail"]["TotalTax"] > 0
    assert document["TxnTaxDetail"]["TotalTax"] != 20


@pytest.mark.requirement("P-17", "P-18", "P-14")
def test_without_a_choice_no_tax_is_borne_and_the_preview_says_so_first(stage):
    stage.rules(tax="choose_or_none")
    invoice = stage.make(lines=[TAXED], tax={"rate": "20"})

    shown = stage.preview(invoice["id"])
    stage.sync(invoice["id"])

    assert [warning.code for warning in shown.warnings] == ["tax.not_mirrored"]
    assert (shown.total, shown.quickbooks_total, shown.equal) == ("120.00", "100.00", False)
    assert total(stage.invoice(invoice["number"])) == Decimal(100)
    assert stage.codes(invoice["id"]) == ["tax.not_mirrored"]
    with stage.services.database.reading() as session:
        assert not findings.is_any_watched(session, stage.organization_id), "a warning waits for nothing"


@pytest.mark.requirement("P-11", "H-60")
@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("subject", "Roof repair"),
        ("note", "Ring twice"),
        ("po_number", "PO-7"),
        ("terms", "30 days"),
        ("none", None),
    ],
)
def test_the_memo_is_the_text_that_the_rules_name(stage, source, text):
    stage.rules(memo_source=source)
    memos = {"subject": "Roof repair", "note": "Ring twice", "po_number": "PO-7", "terms": "30 days"}

    _, document = synced(stage, memos=memos)

    assert document.get("CustomerMemo", {}).get("value") == text


@pytest.mark.requirement("P-11")
def test_a_custom_field_may_be_the_memo_and_the_statement_its_place(stage):
    stage.set_rules(choices={"memo_source": "custom_field", "memo_target": "statement_memo"}, memo_field="Site")

    _, document = synced(stage, memos={"custom": [{"name": "Site", "value": "North wing"}]})

    assert document["PrivateNote"] == "North wing"
    assert "CustomerMemo" not in document


@pytest.mark.requirement("C-5", "C-7", "C-9")
def test_number_dates_and_billing_email_arrive_as_they_are(stage):
    due = TODAY + timedelta(days=14)

    invoice, document = synced(stage, issued_on=TODAY.isoformat(), due_on=due.isoformat())

    assert (document["DocNumber"], document["TxnDate"], document["DueDate"]) == (
        invoice["number"],
        TODAY.isoformat(),
        due.isoformat(),
    )
    assert document["BillEmail"]["Address"] == "ap@northwind.example"


def test_a_number_that_is_missing_is_said_before_sending(stage):
    invoice = stage.make(number="")

    assert stage.sync(invoice["id"]).outcome == "failed"
    assert "number.missing" in stage.codes(invoice["id"])


@pytest.mark.requirement("H-7")
def test_a_lines_own_service_date_travels_and_the_documents_where_the_rules_say_so(stage):
    day = (TODAY - timedelta(days=3)).isoformat()
    with_own, without = {**TAXED, "service_date": day}, {**TAXED, "item": {"id": "p-2", "name": "Shade"}}

    stage.prefer(SalesFormsPrefs={"AllowServiceDate": True})

    _, first = synced(stage, lines=[with_own, without])
    stage.rules(service_date="document_date")
    _, second = synced(stage, lines=[with_own, without])

    def dates(document):
        return [line["SalesItemLineDetail"].get("ServiceDate") for line in lines(document)]

    assert dates(first) == [day, None]
    assert dates(second) == [day, TODAY.isoformat()]


@pytest.mark.requirement("P-25", "T-25")
@pytest.mark.parametrize("status", ["partially_paid", "paid", "uncollectible"])
def test_what_was_paid_in_the_source_changes_no_balance_where_payments_stay_at_home(stage, status):
    stage.rules(payments_out="no", eligible_statuses=["open", "partially_paid", "paid", "uncollectible"])

    invoice, document = synced(stage, status=status, paid="10.00")

    assert Decimal(str(document["Balance"])) == Decimal(invoice["total"])


@pytest.mark.requirement("P-26")
def test_lines_that_were_made_from_expenses_are_lines_like_others(stage):
    expense = {
        "item": {"id": "e-1", "name": "Train ticket", "service_type": "Expense"},
        "quantity": "1",
        "price": "35",
    }

    _, document = synced(stage, lines=[expense])

    assert amounts(document) == [Decimal(35)]


def test_lines_of_text_stand_between_the_others(stage):
    _, document = synced(stage, lines=[TAXED, {"text_only": True, "description": "With thanks"}])

    assert [line["DetailType"] for line in document["Line"][:2]] == ["SalesItemLineDetail", "DescriptionOnly"]


@pytest.mark.requirement("P-9")
@pytest.mark.parametrize(("attachments", "sent"), [("qbo", True), ("source", False), ("no", False)])
def test_quickbooks_pdf_reaches_the_source_where_it_belongs_to_its_record(stage, attachments, sent):
    stage.rules(attachments=attachments)

    invoice, _ = synced(stage)

    pdf = stage.told(invoice["id"])["pdf"]
    assert bool(pdf and base64.b64decode(pdf).startswith(b"%PDF")) is sent
