import pytest

from qbo_connector.canonical import Address, Party
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.plan.push import Intent
from qbo_connector.plan.values import Decision, Verb
from tests.unit.plan.building import ACME, US, body, bound, codes, invoice, plan, rules

NOT_THERE = Absent(proved=True)


def test_a_customer_that_is_there_is_named_by_its_id_and_left_alone():
    planned = plan(invoice(), lists={":cus_88": Present(qbo_id="58", name="Acme Retail LLC", sent_fingerprint="")})

    assert body(planned)["CustomerRef"] == {"value": "58"}
    assert planned.creates == ()
    assert planned.calls == 1


@pytest.mark.requirement("T-1", "C-8", "C-9", "C-28")
def test_a_customer_that_is_missing_is_created_first_with_its_email_and_address():
    party = ACME.but(
        company="Acme Group", phone="+1 555 0100", billing_address=Address(line1="1 Main St", city="Reno")
    )

    planned = plan(invoice(customer=party), lists={":cus_88": NOT_THERE})

    (step,) = planned.creates
    assert (step.entity, step.name, step.symbol) == ("customer", "Acme Retail LLC", "customer:7:cus_88")
    assert step.body == {
        "DisplayName": "Acme Retail LLC",
        "CompanyName": "Acme Group",
        "PrimaryEmailAddr": {"Address": "ap@acme.example"},
        "PrimaryPhone": {"FreeFormNumber": "+1 555 0100"},
        "BillAddr": {"Line1": "1 Main St", "City": "Reno"},
    }
    assert "customer:name:acme retail llc" in step.resources
    assert planned.document_step.body["CustomerRef"] == {"$ref": step.symbol}


def test_a_new_customer_is_kept_in_the_currency_of_the_document():
    company = US.but(multi_currency=True, currencies=frozenset({"EUR"}))

    planned = plan(invoice(currency="EUR", exchange_rate="1.1"), company=company, lists={":cus_88": NOT_THERE})

    assert planned.creates[0].body["CurrencyRef"] == {"value": "EUR"}
    assert body(planned)["CurrencyRef"] == {"value": "EUR"}
    assert str(body(planned)["ExchangeRate"]) == "1.1"


@pytest.mark.parametrize(
    ("policies", "decision"),
    [
        ({"customer_missing": "create"}, Decision.CREATE),
        ({"customer_missing": "fail"}, Decision.HOLD),
        ({"customer_missing": "create_with_contact_sync", "parties_in": "yes"}, Decision.CREATE),
        ({"customer_missing": "create_with_contact_sync", "parties_in": "no"}, Decision.HOLD),
        ({"customer_missing": "create_if_blank", "customer_match": ["choice", "name"]}, Decision.CREATE),
    ],
)
@pytest.mark.requirement("H-16", "H-65", "P-15")
def test_the_rules_say_whether_a_missing_customer_is_created(policies, decision):
    planned = plan(invoice(), rules(policies), lists={":cus_88": NOT_THERE})

    assert planned.decision is decision
    assert codes(planned) == (["customer.missing"] if decision is Decision.HOLD else [])


@pytest.mark.requirement("H-65")
def test_a_missing_customer_is_named_with_its_email():
    planned = plan(invoice(), rules({"customer_missing": "fail"}), lists={":cus_88": NOT_THERE})

    assert "Acme Retail LLC, ap@acme.example" in planned.refusals[0].text().sentence


@pytest.mark.requirement("P-14")
def test_the_customer_that_a_person_picked_is_taken_even_where_the_document_names_nobody():
    picking = rules({"customer_match": ["choice", "name"]}, chosen_customer="61")

    planned = plan(invoice(customer=Party()), picking, lists={":picked": NOT_THERE})

    assert planned.decision is Decision.CREATE
    assert body(planned)["CustomerRef"] == {"value": "61"}
    assert planned.creates == ()


def test_picking_another_customer_is_a_change_that_is_sent():
    first, second = (rules(chosen_customer=one) for one in ("61", "62"))
    sent = plan(invoice(), first).sent_fingerprint

    assert plan(invoice(), first, bound=bound(sent_fingerprint=sent)).decision is Decision.UNCHANGED
    assert plan(invoice(), second, bound=bound(sent_fingerprint=sent)).decision is Decision.UPDATE


def test_a_picked_customer_that_is_inactive_is_refused_and_another_answer_is_not_its_own():
    picking = rules(chosen_customer="61")

    inactive = plan(invoice(), picking, lists={":cus_88": Present(qbo_id="61", name="Acme", active=False)})
    other = plan(invoice(), picking, lists={":cus_88": Present(qbo_id="99", name="Acme", active=False)})

    assert codes(inactive) == ["customer.inactive"]
    assert other.decision is Decision.CREATE


def test_a_document_that_names_nobody_has_no_customer():
    assert codes(plan(invoice(customer=Party()))) == ["customer.missing"]


def test_several_candidates_are_a_persons_to_choose_from():
    both = Several(candidates=(Present(qbo_id="1", name="Acme"), Present(qbo_id="2", name="ACME")))

    planned = plan(invoice(), lists={":cus_88": both})

    assert codes(planned) == ["match.ambiguous"]
    assert planned.refusals[0].params["count"] == "2"


def test_a_customer_kept_in_another_currency_is_refused():
    company = US.but(multi_currency=True, currencies=frozenset({"EUR"}))

    planned = plan(invoice(), company=company, lists={":cus_88": Present(qbo_id="1", name="Acme", currency="EUR")})

    assert codes(planned) == ["currency.customer_mismatch"]


@pytest.mark.requirement("H-66")
def test_a_name_that_somebody_else_has_is_a_duplicate():
    planned = plan(invoice(), lists={":cus_88": NameTaken(name="Acme Retail LLC", by="Vendor")})

    assert codes(planned) == ["customer.display_name_duplicate"]


@pytest.mark.parametrize(
    ("party", "name"),
    [
        (ACME.but(name="Ann Lee", company="Acme"), "Acme (Ann Lee)"),
        (ACME.but(name="Acme", company="Acme"), "Acme (ap@acme.example)"),
        (ACME.but(name="Acme"), "Acme (ap@acme.example)"),
    ],
)
@pytest.mark.requirement("H-66")
def test_a_later_contact_of_a_company_may_get_its_own_name_added(party, name):
    adding = rules({"display_name_duplicate": "append_contact"})

    planned = plan(invoice(customer=party), adding, lists={":cus_88": NameTaken(name="Acme", by="Customer")})

    (step,) = planned.creates
    assert step.body["DisplayName"] == step.name == name
    assert f"customer:name:{name.lower()}" in step.resources


def test_a_contact_with_nothing_of_its_own_stays_a_duplicate_and_where_none_is_created_it_is_missing():
    nameless = invoice(customer=ACME.but(email=""))
    adding = rules({"display_name_duplicate": "append_contact"})
    failing = rules({"customer_missing": "fail"})
    taken = {":cus_88": NameTaken(name="Acme", by="Vendor")}

    assert codes(plan(nameless, adding, lists=taken)) == ["customer.display_name_duplicate"]
    assert codes(plan(nameless, failing, lists=taken)) == ["customer.missing"]


@pytest.mark.requirement("C-26")
def test_an_existing_customer_is_brought_up_to_date_before_the_document_and_only_if_it_differs():
    updating = rules({"customer_existing": "update"})
    new = {":cus_88": Present(qbo_id="58", name="Acme", sent_fingerprint="")}

    planned = plan(invoice(), updating, lists=new)

    step = planned.steps[0]
    assert (step.verb, step.entity, planned.known_ids[step.symbol]) == (Verb.UPDATE, "customer", "58")
    assert step.body == {"PrimaryEmailAddr": {"Address": "ap@acme.example"}}
    assert planned.creates == ()
    same = {":cus_88": Present(qbo_id="58", name="Acme", sent_fingerprint=step.fingerprint)}
    assert plan(invoice(), updating, lists=same).calls == 1
    untold = {":cus_88": Present(qbo_id="58", name="Acme")}
    assert plan(invoice(), updating, lists=untold).calls == 1


@pytest.mark.parametrize(("conflict", "calls"), [("source", 2), ("qbo", 1), ("ask", 1)])
def test_by_the_conflict_rule_a_customer_is_updated_only_where_the_source_wins(conflict, calls):
    obeyed = rules({"customer_existing": "conflict_rule", "conflict": conflict})

    planned = plan(invoice(), obeyed, lists={":cus_88": Present(qbo_id="58", name="Acme", sent_fingerprint="")})

    assert planned.calls == calls


@pytest.mark.requirement("C-26")
def test_a_changed_customer_is_told_with_an_otherwise_unchanged_document():
    updating = rules({"customer_existing": "update"})
    sent = plan(invoice(), updating).sent_fingerprint
    changed = {":cus_88": Present(qbo_id="58", name="Acme", sent_fingerprint="earlier")}

    planned = plan(invoice(), updating, lists=changed, bound=bound(sent_fingerprint=sent))

    assert planned.decision is Decision.UPDATE
    assert [step.entity for step in planned.steps] == ["customer", "invoice"]


def test_a_name_that_quickbooks_refuses_stops_only_what_would_be_created():
    odd = invoice(customer=ACME.but(name="Acme: West"))
    long = invoice(customer=ACME.but(name="A" * 501))

    assert plan(odd).decision is Decision.CREATE
    assert codes(plan(odd, lists={":cus_88": NOT_THERE})) == ["field.invalid"]
    assert codes(plan(long, lists={":cus_88": NOT_THERE})) == ["field.too_long"]


def test_an_email_that_cannot_be_one_is_refused():
    assert codes(plan(invoice(customer=ACME.but(email="ap at acme")))) == ["field.invalid"]
    assert codes(plan(invoice(customer=ACME.but(email="ap@acme.example\u202e")))) == ["field.invalid"]


def test_a_force_is_no_reason_to_create_a_customer_twice():
    planned = plan(invoice(), bound=bound(), intent=Intent(force=True))

    assert [step.entity for step in planned.steps] == ["invoice"]
