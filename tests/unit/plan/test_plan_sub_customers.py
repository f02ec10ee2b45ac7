"""A customer that is a part of another one: found by its full name, made below its parent, the parent first."""

import pytest

from qbo_connector.mapping.symbols import symbols_in
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.policy.answers import Answers
from tests.unit.plan.building import ACME, US, bound, codes, invoice, plan, rules, warnings

BRANCH = ACME.but(name="Harbour Branch", parent=" Acme  Group ")
DOCUMENT = invoice(customer=BRANCH)
CHILD, PARENT = ":cus_88", "name:acme group"
NOBODY = {CHILD: Absent(proved=True), PARENT: Absent(proved=True)}


def party(document=DOCUMENT, obeyed=None):
    return questions(document, obeyed or rules(), US).party


def test_it_is_asked_for_by_its_full_name_and_its_parent_by_name_alone():
    asked = party()

    assert (asked.name, asked.full_name) == ("Harbour Branch", "Acme Group:Harbour Branch")
    assert (asked.parent.name, asked.parent.symbol) == ("Acme Group", "customer:7:name:acme group")
    assert [one.symbol for one in questions(DOCUMENT, rules(), US).parties] == [asked.parent.symbol, asked.symbol]


@pytest.mark.parametrize("parent", ["", "  ", "harbour branch"])
def test_nobody_is_a_part_of_nothing_or_of_itself(parent):
    asked = party(invoice(customer=BRANCH.but(parent=parent)))

    assert (asked.parent, asked.full_name) == (None, "")


def test_a_name_that_a_person_chose_is_made_below_the_parent_and_matches_nothing():
    asked = party(obeyed=rules(answers=Answers(new_customer="Harbour")))

    assert (asked.name, asked.full_name, asked.by) == ("Harbour", "", ())
    assert asked.parent.name == "Acme Group"


def test_one_that_is_there_needs_no_parent():
    planned = plan(DOCUMENT, lists={PARENT: Absent(proved=True)})

    assert planned.creates == ()


def test_it_is_made_below_the_parent_that_is_there():
    planned = plan(DOCUMENT, lists={CHILD: Absent(proved=True), PARENT: Present(qbo_id="5", name="Acme Group")})

    (step,) = planned.creates
    assert step.body["ParentRef"] == {"$ref": "customer:7:name:acme group"}
    assert step.body["Job"] is True
    assert planned.known_ids["customer:7:name:acme group"] == "5"


def test_the_parent_is_made_first_and_nobody_else_makes_either_meanwhile():
    planned = plan(DOCUMENT, lists=NOBODY)

    parent, child = planned.creates
    assert parent.body == {"DisplayName": "Acme Group"}
    assert parent.symbol in set(symbols_in(child.body))
    assert "customer:name:acme group" in parent.resources
    assert "customer:name:harbour branch" in child.resources


def test_in_a_company_with_several_currencies_both_get_the_currency_of_the_invoice():
    euros = invoice(customer=BRANCH, currency="EUR")
    company = US.but(multi_currency=True, currencies=frozenset({"EUR"}))

    planned = plan(euros, company=company, lists=NOBODY)

    assert [step.body["CurrencyRef"] for step in planned.creates] == [{"value": "EUR"}, {"value": "EUR"}]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Present(qbo_id="5", name="Acme Group", active=False), "customer.inactive"),
        (Several(candidates=(Present(qbo_id="5", name="A"), Present(qbo_id="6", name="A"))), "match.ambiguous"),
        (NameTaken(name="Acme Group", by="Vendor"), "customer.display_name_duplicate"),
    ],
)
def test_a_parent_that_cannot_be_used_is_a_persons_to_settle(answer, code):
    assert codes(plan(DOCUMENT, lists={CHILD: Absent(proved=True), PARENT: answer})) == [code]


def test_a_parent_of_two_levels_is_found_by_its_full_name_and_never_made():
    deep = invoice(customer=BRANCH.but(parent="Acme:Group"))
    missing = {CHILD: Absent(proved=True), "name:acme:group": Absent(proved=True)}

    assert codes(plan(deep, lists=missing)) == ["field.invalid"]


def test_where_no_customer_may_be_made_no_parent_is():
    held = plan(DOCUMENT, rules({"customer_missing": "fail"}), lists=NOBODY)

    assert codes(held) == ["customer.missing"]
    assert held.refusals[0].subject == "customer:7:cus_88"


def test_the_preview_names_it_with_its_parent():
    assert ("Customer", "Customer", "Acme Group:Harbour Branch") in plan(
        invoice(customer=BRANCH.but(parent="Acme Group")), lists=NOBODY
    ).shown.rows


def test_a_parent_that_moves_changes_nothing_about_an_invoice_that_stands():
    before = plan(DOCUMENT, rules({"customer_existing": "update"}))
    after = plan(
        invoice(customer=BRANCH.but(parent="Others")), bound=bound(sent_fingerprint=before.sent_fingerprint)
    )

    assert (str(after.decision), warnings(after)) == ("unchanged", [])
