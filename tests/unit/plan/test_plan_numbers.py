from dataclasses import replace

import pytest

from qbo_connector.canonical import Origin
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Free, Taken
from qbo_connector.plan.push import Intent, link_key
from qbo_connector.plan.values import ByQuickBooks, Decision
from qbo_connector.policy.catalogue import Fix, Role
from tests.unit.plan.building import US, body, bound, codes, invoice, money, plan, rules, warnings

BY_NUMBER = {"link_key": "number", "resync": "update_same_number"}
COPIES = {"link_key": "copy", "resync": "ask", "number_clash": "allow_for_copies"}
TAKEN = Taken(entity="Invoice", qbo_id="99", number="w-1042", party_name="Beta Inc", voided=True)


@pytest.mark.requirement("T-20")
def test_a_number_that_another_document_bears_is_refused_even_if_that_one_is_voided():
    planned = plan(invoice(), number=TAKEN)

    assert codes(planned) == ["number.duplicate"]
    assert "voided invoice w-1042 of Beta Inc" in planned.refusals[0].text().sentence
    assert planned.refusals[0].params["other_document"] == "voided invoice w-1042 of Beta Inc"
    assert "tell whether it is this very document" in planned.refusals[0].text().explanation


@pytest.mark.requirement("T-20")
@pytest.mark.parametrize(
    ("bearer", "likeness", "first"),
    [
        ({"party_id": "20", "total": money("10.00")}, "same", Fix.LINK_EXISTING_INVOICE),
        ({"party_name": "ACME Retail LLC", "total": money("10.0")}, "same", Fix.LINK_EXISTING_INVOICE),
        ({"party_id": "20", "total": money("10.01")}, "customer", Fix.RENUMBER),
        ({"party_id": "21", "party_name": "Acme Retail LLC", "total": money("10.00")}, "total", Fix.RENUMBER),
        ({"party_name": "Beta Inc", "total": money("1250.00")}, "neither", Fix.RENUMBER),
    ],
)
def test_the_refusal_shows_both_totals_and_linking_leads_where_customer_and_total_agree(bearer, likeness, first):
    (finding,) = plan(invoice(), number=Taken(entity="Invoice", qbo_id="99", number="W-1042", **bearer)).refusals

    assert finding.params["likeness"] == likeness
    assert finding.buttons(Role.END_USER)[0].fix is first
    assert f"(USD {bearer['total']:,.2f})" in finding.params["other_document"]
    assert "invoice W-1042 (USD 10.00) was not synced" in finding.text().sentence
    assert finding.details == {"total": "USD 10.00", "other_total": f"USD {bearer['total']:,.2f}"}


def test_the_sentence_reads_as_people_say_it_and_keeps_the_total_behind_a_long_name():
    bearer = Taken(entity="Invoice", qbo_id="99", number="1037", party_name="Acme Inc", total=money("1250.00"))
    long = replace(bearer, party_name="The Very Long Name Of A Company And Its Daughters Ltd")

    (finding,) = plan(invoice(), number=bearer).refusals
    (shortened,) = plan(invoice(), number=long).refusals

    assert finding.text().sentence == (
        "Number W-1042 is already used in Oak & Pine LLC by invoice 1037 of Acme Inc (USD 1,250.00), "
        "so invoice W-1042 (USD 10.00) was not synced."
    )
    assert "(USD 1,250.00), so" in shortened.text().sentence


def test_where_a_company_has_several_currencies_the_bearers_is_not_guessed():
    bearer = Taken(entity="Invoice", qbo_id="99", number="W-1042", total=money("1250.00"))

    (finding,) = plan(invoice(), company=US.but(multi_currency=True), number=bearer).refusals

    assert finding.params["other_document"] == "invoice W-1042 (1,250.00)"


@pytest.mark.requirement("T-23")
def test_the_number_of_the_documents_own_copy_is_no_clash():
    planned = plan(invoice(), bound=bound(qbo_id="99"), number=TAKEN)

    assert planned.decision is Decision.UPDATE
    assert planned.known_ids["invoice"] == "99"


@pytest.mark.requirement("T-24")
def test_a_changed_number_makes_a_new_invoice_and_says_that_the_old_one_stays():
    document = invoice(number="W-1043")

    planned = plan(document, rules(BY_NUMBER), earlier=bound())

    assert planned.decision is Decision.CREATE
    assert planned.link_key == "W-1043"
    assert warnings(planned) == ["number.new_invoice"]
    assert "from W-1042 to W-1043" in planned.warnings[0].text().sentence


def test_the_link_key_is_the_number_the_copy_or_nothing():
    copy = Intent(copy=2)

    assert link_key(invoice(), rules(BY_NUMBER), copy) == "W-1042"
    assert link_key(invoice(), rules(COPIES), copy) == "2"
    assert link_key(invoice(), rules(), copy) == ""


@pytest.mark.requirement("P-21")
def test_copies_of_one_record_may_share_its_number_and_nobody_elses():
    copy = Intent(copy=2)

    own = plan(invoice(), rules(COPIES), intent=copy, number=TAKEN, earlier=bound(qbo_id="99"))
    older = plan(invoice(), rules(COPIES), intent=copy, number=TAKEN, copies=frozenset({"98", "99"}))
    strange = plan(invoice(), rules(COPIES), intent=copy, number=TAKEN, earlier=bound(qbo_id="98"))

    assert own.decision is older.decision is Decision.CREATE
    assert own.document_step.allow_duplicate_number
    assert older.document_step.allow_duplicate_number
    assert codes(strange) == ["number.duplicate"]


def test_a_copy_that_must_not_share_its_number_is_refused():
    refusing = {"link_key": "copy", "resync": "ask", "number_clash": "refuse"}

    assert codes(plan(invoice(), rules(refusing), number=TAKEN, earlier=bound(qbo_id="99"))) == [
        "number.duplicate"
    ]


def test_an_admin_may_allow_a_number_once_more():
    planned = plan(invoice(), number=TAKEN, intent=Intent(allow_duplicate_number=True))

    assert planned.document_step.allow_duplicate_number
    free = plan(invoice(), intent=Intent(allow_duplicate_number=True))
    assert not free.document_step.allow_duplicate_number


@pytest.mark.requirement("P-8")
def test_where_quickbooks_numbers_none_is_asked_about_sent_or_compared():
    theirs = rules({"number_policy": "qbo"})

    planned = plan(invoice(number=""), theirs, company=US.but(custom_numbers=False), number=TAKEN)

    assert questions(invoice(), theirs, US).number is None
    assert "DocNumber" not in body(planned)
    assert planned.expected.number == ByQuickBooks()


@pytest.mark.requirement("B-5")
def test_each_side_numbers_its_own_documents():
    each = rules({"number_policy": "each_side"})

    ours = plan(invoice(), each)
    theirs = plan(invoice(), each, bound=bound(origin=Origin.QUICKBOOKS), number=TAKEN)

    assert body(ours)["DocNumber"] == "W-1042"
    assert theirs.decision is Decision.UPDATE
    assert "DocNumber" not in body(theirs)


@pytest.mark.requirement("C-5")
def test_a_number_that_is_missing_or_too_long_is_refused():
    assert codes(plan(invoice(number=""))) == ["number.missing"]
    assert codes(plan(invoice(number="W" * 22))) == ["field.too_long"]
    assert questions(invoice(number=""), rules(), US).number is None


def test_the_preview_says_whether_every_number_is_known():
    assert plan(invoice()).shown.numbers_complete
    assert not plan(invoice(), number=Free(complete=False)).shown.numbers_complete
