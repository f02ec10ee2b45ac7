"""Classes of the lines: carried as the company tracks them, matched, made or a person's to settle."""

import pytest

from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.plan.values import Decision
from qbo_connector.policy.own_rules import OwnRules
from tests.unit.plan.building import US, body, codes, invoice, line, money, plan, rules, sold, text_line

BY_LINE = US.but(track_classes=True)
BY_DOCUMENT = BY_LINE.but(classes_per_document=True)
RETAIL, SHOP = "name:retail", "name:retail:shop"
MIXED = invoice(line(class_name="Retail"), text_line(), line(class_name=" Retail:Shop "), line())
AGREED = invoice(line(class_name="Retail"), text_line(), line("5.00", class_name="retail"))

CREATING = {"location_tracking": "optional", "location_missing": "create"}


def refs(planned):
    return [one["SalesItemLineDetail"].get("ClassRef") for one in sold(planned)]


def class_rows(planned):
    return [row[1:] for row in planned.shown.rows if row[0] == "Class"]


def test_each_line_carries_its_own_class():
    planned = plan(MIXED, company=BY_LINE, lists={RETAIL: Present(qbo_id="8", name="Retail"), SHOP: there("9")})

    assert refs(planned) == [{"value": "8"}, {"value": "9"}, None]
    assert "ClassRef" not in body(planned)
    assert class_rows(planned) == [("Class of each line", "Retail, Retail:Shop")]


def there(qbo_id, *, active=True):
    return Present(qbo_id=qbo_id, name="Retail", active=active)


def test_a_discount_that_is_a_line_of_its_own_belongs_to_the_class_of_what_it_reduces():
    document = invoice(
        line("30.00", unit_price=money("30.00"), discount_amount=money("10.00"), class_name="Retail"), line()
    )

    planned = plan(
        document, rules({"line_discount": "negative_line"}), company=BY_LINE, lists={RETAIL: there("8")}
    )

    assert refs(planned) == [{"value": "8"}, {"value": "8"}, None]


def test_lines_that_agree_give_the_whole_invoice_its_class_where_the_company_has_one_for_it():
    planned = plan(AGREED, company=BY_DOCUMENT, lists={RETAIL: there("8")})

    assert body(planned)["ClassRef"] == {"value": "8"}
    assert refs(planned) == [None, None]
    assert class_rows(planned) == [("Class", "Retail")]


@pytest.mark.parametrize(
    "document",
    [MIXED, invoice(line(class_name="Retail"), line("5.00"))],
    ids=["two classes", "one line without"],
)
def test_lines_that_do_not_agree_are_a_persons_to_settle_where_an_invoice_has_one_class(document):
    held = plan(document, company=BY_DOCUMENT)

    assert codes(held) == ["qbo.feature_off"]
    assert held.refusals[0].text().sentence.startswith("Class tracking by line is switched off in Oak & Pine LLC")
    assert questions(document, rules(), BY_DOCUMENT).classes == ()


@pytest.mark.parametrize("company", [US, BY_LINE, BY_DOCUMENT])
def test_an_invoice_without_classes_is_asked_for_none(company):
    planned = plan(invoice(), company=company)

    assert planned.decision is Decision.CREATE
    assert questions(invoice(), rules(), company).classes == ()
    assert class_rows(planned) == []


def test_a_company_that_tracks_no_classes_gets_none_and_the_preview_says_so():
    planned = plan(MIXED)

    assert planned.decision is Decision.CREATE
    assert refs(planned) == [None, None, None]
    assert class_rows(planned) == [("Not sent: class tracking is off", "Retail, Retail:Shop")]


@pytest.mark.parametrize("company", [BY_LINE, BY_DOCUMENT])
def test_classes_that_a_rule_leaves_out_are_neither_sent_nor_stop_anything(company):
    planned = plan(MIXED, rules(own=OwnRules(switched_off=frozenset({"class"}))), company=company)

    assert planned.decision is Decision.CREATE
    assert refs(planned) == [None, None, None]
    assert class_rows(planned) == []


def test_a_class_that_is_missing_is_made_where_a_location_would_be_and_named_elsewhere():
    missing = {RETAIL: Absent(proved=True)}

    made = plan(AGREED, rules(CREATING), company=BY_LINE, lists=missing)
    held = plan(AGREED, company=BY_LINE, lists=missing)

    assert [(step.entity, step.body) for step in made.creates] == [("class", {"Name": "Retail"})]
    assert "class:name:retail" in made.creates[0].resources
    assert codes(held) == ["reference.missing"]
    assert held.refusals[0].text().sentence.endswith("uses class Retail, which does not exist in Oak & Pine LLC.")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (there("8", active=False), "reference.inactive"),
        (Several(candidates=(there("8"), there("9"))), "match.ambiguous"),
        (NameTaken(name="Retail", by="Class"), "reference.missing"),
    ],
)
def test_a_class_that_cannot_be_used_is_a_persons_to_settle(answer, code):
    assert codes(plan(AGREED, rules(CREATING), company=BY_LINE, lists={RETAIL: answer})) == [code]


def test_a_class_of_a_lower_level_is_not_made():
    creating, missing = rules(CREATING), dict.fromkeys((RETAIL, SHOP), Absent(proved=True))

    assert codes(plan(MIXED, creating, company=BY_LINE, lists=missing)) == ["field.invalid"]
